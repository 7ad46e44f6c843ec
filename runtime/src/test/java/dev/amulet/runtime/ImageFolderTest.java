package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path root;

  @BeforeEach
  void draw() throws IOException {
    Files.createDirectories(root.resolve("Cars"));
    Files.writeString(root.resolve("Cars/Red One.JPG"), "red");
    Files.writeString(root.resolve("Cars/twin.png"), "png");
    Files.writeString(root.resolve("Cars/twin.jpg"), "jpg");
  }

  @Test
  void findsAFileByItsExactPath() throws IOException {
    assertThat(read("Cars/Red One.JPG")).isEqualTo("red");
  }

  @Test
  void ignoresLetterCaseAndTheKindOfSlashWhenNoFileHasTheExactName() throws IOException {
    assertThat(read("cars\\red one.jpg")).isEqualTo("red");
    assertThat(read("./CARS/RED ONE.jpg")).isEqualTo("red");
  }

  @Test
  void findsAReferenceWithoutExtensionByItsStem() throws IOException {
    assertThat(read("Cars/Red One")).isEqualTo("red");
    assertThat(read("red one")).isEqualTo("red");
  }

  @Test
  void refusesAStemThatTwoFilesHave() {
    assertThatThrownBy(() -> read("twin"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no image file \"twin\"");
  }

  @Test
  void findsNothingOutsideTheFolder() throws IOException {
    Path inner = Files.createDirectories(root.resolve("inner"));
    ImageFolder folder = new ImageFolder(inner);
    assertThat(folder.find("../Cars/Red One.JPG")).isEmpty();
    assertThatThrownBy(() -> folder.read("../Cars/Red One.JPG", 100))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("leads outside");
  }

  @Test
  void namesThatDifferByCaseOnlyGiveNoAdvice() throws IOException {
    Files.writeString(root.resolve("Cars/x.png"), "lower");
    Files.writeString(root.resolve("Cars/X.png"), "upper");
    Assumptions.assumeTrue(
        Files.readString(root.resolve("Cars/x.png")).equals("lower"),
        "letter case is ignored here");
    ImageFolder folder = new ImageFolder(root);
    assertThat(folder.folderHolding("x.png")).isEmpty();
    assertThat(folder.folderHolding("red one.jpg")).contains(root.resolve("Cars"));
  }

  private String read(String reference) throws IOException {
    return new String(new ImageFolder(root).read(reference, 100), StandardCharsets.UTF_8);
  }
}
