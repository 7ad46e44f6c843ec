package dev.amulet.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.amulet.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassFoldersTest {
  @TempDir Path folder;

  private void picture(String path) throws IOException {
    Pictures.write(folder.resolve(path), 4, 3);
  }

  @Test
  void makesTheLabelFromTheFoldersInAFixedOrder() throws IOException {
    for (String path :
        new String[] {"cat/b.png", "cat/a.jpg", "NA/x.gif", "dog/big/1.png", "10/y"}) {
      picture(path);
    }
    Dataset dataset = DatasetReader.read(folder, null);
    assertThat(dataset.columnNames()).containsExactly("image", "label");
    assertThat(dataset.column("image"))
        .containsExactly("10/y", "NA/x.gif", "cat/a.jpg", "cat/b.png", "dog/big/1.png");
    assertThat(dataset.column("label")).containsExactly("10", "NA", "cat", "cat", "dog/big");
    assertThat(dataset.labelColumns()).containsExactly("label");
    assertThat(dataset.notes()).isEmpty();
  }

  @Test
  void reportsWhatItLeavesOut() throws IOException {
    picture("a/1.png");
    picture("b/1.png");
    picture("loose.png");
    Files.createDirectories(folder.resolve("empty"));
    Files.writeString(folder.resolve("labels.csv"), "image,label\n");
    Files.writeString(folder.resolve("a/notes.txt"), "x");
    Files.writeString(folder.resolve("a/.DS_Store"), "x");
    Dataset dataset = DatasetReader.read(folder, null);
    assertThat(dataset.rows()).isEqualTo(2);
    assertThat(dataset.notes())
        .anyMatch(note -> note.contains("without an image") && note.contains("empty"))
        .anyMatch(note -> note.contains("outside the class folders") && note.contains("loose.png"))
        .anyMatch(note -> note.startsWith("2 × file") && note.contains("a/notes.txt"))
        .anyMatch(note -> note.contains("to read labels.csv instead"))
        .hasSize(4);
  }

  @Test
  void makesPathsRelativeToTheImageRootGiven() throws IOException {
    picture("set/a/1.png");
    picture("set/b/1.png");
    Dataset dataset = DatasetReader.read(folder.resolve("set"), folder);
    assertThat(dataset.column("image")).containsExactly("set/a/1.png", "set/b/1.png");
  }

  @Test
  void advisesWhereTheFolderIsSomethingElse() throws IOException {
    assertThatThrownBy(() -> DatasetReader.read(folder, null))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("one sub-folder per class");
    picture("images/1.png");
    Files.writeString(folder.resolve("cars.csv"), "image,price\n");
    assertThatThrownBy(() -> DatasetReader.read(folder, null))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("one sub-folder only")
        .hasMessageContaining("give " + folder.resolve("cars.csv"));
  }

  @Test
  void advisesToGiveOnePartOfASplit() throws IOException {
    picture("val/ants/1.png");
    picture("train/ants/1.png");
    picture("train/bees/1.png");
    assertThatThrownBy(() -> DatasetReader.read(folder, null))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(folder.resolve("train") + " --test " + folder.resolve("val"));
  }
}
