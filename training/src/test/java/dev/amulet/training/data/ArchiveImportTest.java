package dev.amulet.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveImportTest {
  @TempDir Path folder;

  private Path files;

  @BeforeEach
  void makeFolder() throws IOException {
    files = Files.createDirectory(folder.resolve("files"));
  }

  private void picture(String path) throws IOException {
    Pictures.write(files.resolve(path), 4, 3);
  }

  private Path zip() throws IOException {
    return Packed.zip(files, folder.resolve("set.zip"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip", "tar", "tar.gz"})
  void classFoldersInAnArchiveGiveTheRowsOfTheDirectory(String kind) throws IOException {
    for (String label : new String[] {"cat", "NA", "dog/big"}) {
      for (String name : new String[] {"b.png", "a.jpg", "c.gif", "d"}) {
        picture(label + "/" + name);
      }
    }
    Dataset unpacked = DatasetReader.read(files, null);
    Path archive = folder.resolve("set." + kind);
    Dataset packed =
        DatasetReader.read(
            switch (kind) {
              case "zip" -> Packed.zip(files, archive);
              case "tar" -> Packed.tar(files, archive);
              default -> Packed.tarGz(files, archive);
            },
            null);
    assertThat(packed.name()).isEqualTo("set");
    assertThat(packed.column("image")).isEqualTo(unpacked.column("image"));
    assertThat(packed.column("label")).startsWith("NA").endsWith("dog/big").hasSize(12);
    assertThat(packed.labelColumns()).containsExactly("label");
    TableProfile profile = new ColumnProfiler(ProfileOptions.builder().build()).profile(packed);
    assertThat(profile.column("image").type()).isEqualTo(ColumnType.IMAGE);
    assertThat(profile.column("image").evidence()).contains("12 of 12 different files opened");
    assertThat(packed.images().read("cat/b.png", 1 << 20))
        .isEqualTo(Files.readAllBytes(files.resolve("cat/b.png")));
  }

  @Test
  void theFolderAroundEverythingIsNoClass() throws IOException {
    picture("set/cat/1.png");
    picture("set/dog/1.png");
    Dataset dataset = DatasetReader.read(zip(), null);
    assertThat(dataset.column("label")).containsExactly("cat", "dog");
    assertThat(dataset.column("image")).containsExactly("set/cat/1.png", "set/dog/1.png");
  }

  @Test
  void aPartOfAnArchiveCanBeNamed() throws IOException {
    picture("train/ants/1.png");
    picture("train/bees/1.png");
    picture("val/ants/2.png");
    picture("val/bees/2.png");
    Path archive = zip();
    assertThatThrownBy(() -> DatasetReader.read(archive, null))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(archive + "!/train --test " + archive + "!/val");
    Dataset part = DatasetReader.read(Path.of(archive + "!/val"), null);
    assertThat(part.column("image")).containsExactly("val/ants/2.png", "val/bees/2.png");
    assertThat(part.column("label")).containsExactly("ants", "bees");
    assertThatThrownBy(() -> DatasetReader.read(Path.of(archive + "!/trian"), null))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("nothing called \"trian\"");
  }

  @Test
  void aTableFindsItsImagesInTheArchiveWhateverCaseAndSlashes() throws IOException {
    for (int i = 0; i < 12; i++) {
      Pictures.write(files.resolve("data/Photos/Car " + i + ".JPG"), 20 + i, 30);
    }
    picture("data/Photos/unused.png");
    StringBuilder csv = new StringBuilder("id;photo;plain;price\n");
    for (int i = 0; i < 13; i++) {
      csv.append("x%d;photos\\car %d.jpg;car %d;%d\n".formatted(i, i, i, i * 7));
    }
    Files.writeString(files.resolve("data/cars.csv"), csv);
    Dataset dataset = DatasetReader.read(zip(), null);
    TableProfile profile =
        new ColumnProfiler(ProfileOptions.builder().target("price").build()).profile(dataset);
    assertThat(profile.problems()).isEmpty();
    assertThat(profile.dataset().column("photo")).startsWith("data/Photos/Car 0.JPG");
    assertThat(profile.column("plain").roleReason()).contains("same files as \"photo\"");
    assertThat(profile.warnings())
        .anyMatch(w -> w.contains("1 of 13 images do not exist in ") && w.contains("car 12.jpg"))
        .anyMatch(w -> w.contains("1 image") && w.contains("unused.png"));
    assertThat(profile.dataset().images().read("data/Photos/Car 3.JPG", 1 << 20))
        .isEqualTo(Files.readAllBytes(files.resolve("data/Photos/Car 3.JPG")));
  }

  @Test
  void aListOfNamesBesideClassFoldersIsNotTheTable() throws IOException {
    picture("cat/1.png");
    picture("dog/1.png");
    Files.writeString(files.resolve("names.csv"), "class,latin\ncat,felis\ndog,canis\n");
    assertThat(DatasetReader.read(zip(), null).columnNames()).containsExactly("image", "label");
    Files.writeString(files.resolve("names.csv"), "file,price\ncat/1.png,3\ndog/1.png,4\n");
    assertThat(DatasetReader.read(zip(), null).columnNames()).containsExactly("file", "price");
  }

  @Test
  void severalTablesAskForOne() throws IOException {
    Files.writeString(files.resolve("a.csv"), "x,y\n1,2\n");
    Files.writeString(files.resolve("b.csv"), "x,y\n3,4\n");
    Path archive = zip();
    assertThatThrownBy(() -> DatasetReader.read(archive, null))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("2 tables (a.csv, b.csv)")
        .hasMessageContaining(archive + "!/a.csv");
    assertThat(DatasetReader.read(Path.of(archive + "!/b.csv"), null).cell(0, 0)).isEqualTo("3");
  }

  @Test
  void cellsMayNameImagesInAnArchiveBesideTheTable() throws IOException {
    picture("cat/1.png");
    picture("dog/1.png");
    zip();
    Path table =
        Files.writeString(
            folder.resolve("t.csv"), "image,y\nset.zip!/cat/1.png,1\nset.zip!/Dog/1.png,2\n");
    Dataset dataset = DatasetReader.read(table, null);
    assertThat(dataset.collection().find("set.zip!/Dog/1.png")).contains("set.zip!/dog/1.png");
    assertThat(dataset.collection().find("set.zip!/cow/1.png")).isEmpty();
    assertThat(dataset.images().read("set.zip!/dog/1.png", 1 << 20)).isNotEmpty();
  }

  @Test
  void aColumnMayLeadToAFolderBesideTheTableButALoneCellMayNot() throws IOException {
    picture("photos/1.png");
    picture("photos/2.png");
    picture("secret.png");
    Path tables = Files.createDirectory(files.resolve("tables"));
    Path table = tables.resolve("t.csv");
    Files.writeString(table, "image,y\n../photos/1.png,1\n../photos/2.png,2\n");
    Dataset dataset = DatasetReader.read(table, null);
    assertThat(dataset.collection().find("../photos/1.PNG")).contains("../photos/1.png");
    assertThat(dataset.images().read("../photos/1.png", 1 << 20)).isNotEmpty();
    assertThat(dataset.collection().find("../secret.png")).isEmpty();
    assertThatThrownBy(() -> dataset.images().read("../secret.png", 1 << 20))
        .isInstanceOf(IOException.class);
    assertThat(dataset.notes()).anyMatch(note -> note.contains(files.resolve("photos").toString()));

    Files.writeString(table, "image,y\na.png,1\nb.png,3\n../photos/2.png,2\n");
    assertThat(DatasetReader.read(table, null).collection().find("../photos/2.png")).isEmpty();

    String photos = files.resolve("photos").toString();
    Files.writeString(table, "image,y\n" + photos + "/1.png,1\n" + photos + "/2.png,2\n");
    Dataset absolute = DatasetReader.read(table, null);
    assertThat(absolute.collection().find(photos + "/1.png")).contains("../photos/1.png");
  }
}
