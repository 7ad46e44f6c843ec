package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderImageSourceTest {
  @TempDir private Path folder;
  private Path root;
  private ImageSource source;

  @BeforeEach
  void fill() throws IOException {
    root = Files.createDirectories(folder.resolve("root"));
    Files.createDirectories(root.resolve("sub"));
    Files.createDirectories(folder.resolve("root2"));
    Files.writeString(root.resolve("a.png"), "inside");
    Files.writeString(root.resolve("sub").resolve("b \u00e4.png"), "below");
    Files.writeString(folder.resolve("secret.png"), "outside");
    Files.writeString(folder.resolve("root2").resolve("c.png"), "beside");
    source = ImageSource.under(root);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.png", "./a.png", "sub/../a.png", "sub\\..\\a.png", "../root/a.png"})
  void pathsBelowTheRootAreRead(String path) throws IOException {
    assertThat(read(path)).isEqualTo("inside");
  }

  @Test
  void subfoldersAndAbsolutePathsBelowTheRootAreRead() throws IOException {
    assertThat(read("sub/b \u00e4.png")).isEqualTo("below");
    assertThat(read("sub\\b \u00e4.png")).isEqualTo("below");
    assertThat(read(root.resolve("a.png").toAbsolutePath().toString())).isEqualTo("inside");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret.png",
        "..\\secret.png",
        "sub/../../secret.png",
        "../root2/c.png",
        "/etc/hosts"
      })
  void pathsThatLeadOutsideAreRefused(String path) {
    refused(path, "leads outside");
  }

  /** The answer must not tell whether there is such a file. */
  @Test
  void pathsOutsideAreRefusedWhetherOrNotTheyExist() {
    refused("../nothing.png", "leads outside");
    refused("/nowhere/at/all.png", "leads outside");
  }

  @Test
  void linksThatLeadOutsideAreRefused() throws IOException {
    Files.createSymbolicLink(root.resolve("link.png"), folder.resolve("secret.png"));
    Files.createSymbolicLink(root.resolve("up"), folder);
    Files.createSymbolicLink(root.resolve("again.png"), root.resolve("link.png"));
    refused("link.png", "leads outside");
    refused("up/secret.png", "leads outside");
    refused("again.png", "leads outside");
  }

  @Test
  void linksMayLeadOutsideWhereThatIsAllowed() throws IOException {
    Files.createSymbolicLink(root.resolve("link.png"), folder.resolve("secret.png"));
    Files.createSymbolicLink(root.resolve("up"), folder);
    source = ImageSource.under(root, ImageSource.Links.ANYWHERE);
    assertThat(read("link.png")).isEqualTo("outside");
    assertThat(read("up/secret.png")).isEqualTo("outside");
    refused("../secret.png", "leads outside");
  }

  @Test
  void fileUrisBelowTheRootAreRead() throws IOException {
    String below = root.toUri().toString();
    assertThat(read(below + "a.png")).isEqualTo("inside");
    assertThat(read(below.replace("file:///", "file:/") + "a.png")).isEqualTo("inside");
    assertThat(read(below.replace("file:///", "FILE://LocalHost/") + "a.png")).isEqualTo("inside");
    assertThat(read(below + "sub/b%20%C3%A4.png")).isEqualTo("below");
    assertThat(read(below + "sub/%2e%2e/a.png")).isEqualTo("inside");
  }

  @Test
  void fileUrisOutsideAreRefused() {
    String below = root.toUri().toString();
    refused("file:///etc/hosts", "leads outside");
    refused(below + "../secret.png", "leads outside");
    refused(below + "%2e%2e/secret.png", "leads outside");
    refused(below + "..%2fsecret.png", "leads outside");
    refused(below + "..%5Csecret.png", "leads outside");
    refused(folder.resolve("root2").toUri() + "c.png", "leads outside");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:a.png",
        "file:",
        "file://",
        "file://host.example/a.png",
        "file://user@localhost/a.png",
        "file:////a.png?x",
        "file:///a.png?x",
        "file:///a.png#x",
        "file:///a b.png",
        "file:///a%zz.png",
        "file:///a%00.png",
        "file:///a\\b.png"
      })
  void whatIsNoFileUriIsRefused(String uri) {
    refused(uri, "is not a file: URI; expected file:///folder/name");
  }

  @Test
  void whatIsNoFileIsRefused() throws IOException {
    refused("a.png/b.png", "cannot be followed");
    Files.createSymbolicLink(root.resolve("loop"), root.resolve("loop"));
    refused("loop", "cannot be followed");
    refused("sub", "is not a file");
    refused("a\u0000.png", "is not a valid path");
  }

  @Test
  void linksThatStayInsideAreFollowed() throws IOException {
    Files.createSymbolicLink(root.resolve("link.png"), root.resolve("a.png"));
    Files.createSymbolicLink(folder.resolve("door"), root);
    assertThat(read("link.png")).isEqualTo("inside");
    source = ImageSource.under(folder.resolve("door"));
    assertThat(read("a.png")).as("a root that is a link itself").isEqualTo("inside");
  }

  @Test
  void whatIsNoFileIsNamed() throws IOException {
    refused("nothing.png", "no image file \"nothing.png\" under " + root);
    refused("sub", "\"sub\" is not a file");
    refused(".", "\".\" is not a file");
    refused("a\0b.png", "is not a valid path");
    source = ImageSource.under(folder.resolve("nowhere"));
    refused("a.png", "no image file \"a.png\" under");
  }

  @Test
  void theLimitIsTheMostBytesRead() throws IOException {
    assertThat(source.read("a.png", 6)).hasSize(6);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> source.read("a.png", 5))
        .withMessage("image file \"a.png\" is larger than the limit of 5 bytes");
    assertThat(source.read("a.png", Long.MAX_VALUE)).hasSize(6);
  }

  private String read(String path) throws IOException {
    return new String(source.read(path, 100), StandardCharsets.UTF_8);
  }

  private void refused(String path, String message) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> source.read(path, 100))
        .withMessageContaining(message);
  }
}
