package dev.amulet.training.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadsTest {
  @TempDir Path folder;

  private LocalServer server;
  private Downloads downloads;

  @BeforeEach
  void start() throws IOException {
    server = new LocalServer();
    downloads = new Downloads(folder.resolve("cache"), 1);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void anAddressIsFetchedOnceAndEqualContentKeptOnce() throws IOException {
    server.put("/a", "same");
    server.put("/b", "same");
    Path first = downloads.get(server.address("/a"), 100);
    assertThat(Files.readString(first)).isEqualTo("same");
    assertThat(downloads.get(server.address("/b"), 100)).isEqualTo(first);
    assertThat(downloads.get(server.address("/a"), 100)).isEqualTo(first);
    assertThat(server.requests("/a")).isEqualTo(1);
    Downloads later = new Downloads(folder.resolve("cache"), 1);
    server.close();
    assertThat(later.get(server.address("/a"), 100)).isEqualTo(first);
    assertThat(folder.resolve("cache/partial")).isEmptyDirectory();
  }

  @Test
  void whatFailsForAPassingReasonIsTriedAgain() throws IOException {
    server.put("/busy", "at last");
    server.failFirst("/busy", 503, 2);
    assertThat(downloads.get(server.address("/busy"), 100)).hasContent("at last");
    assertThat(server.requests("/busy")).isEqualTo(3);
    server.put("/down", "never");
    server.failFirst("/down", 500, 100);
    assertThatThrownBy(() -> downloads.get(server.address("/down"), 100))
        .isInstanceOf(IOException.class)
        .hasMessage("the server answers 500, after 4 attempts");
    assertThatThrownBy(() -> downloads.get(server.address("/none"), 100))
        .hasMessage("the server answers 404");
    assertThat(server.requests("/none")).isEqualTo(1);
  }

  @Test
  void whatIsTooLargeIsRefusedWhetherItSaysSoOrNot() {
    server.put("/large", "x".repeat(1000));
    server.put("/silent", "x".repeat(1000));
    server.withoutLength("/silent");
    for (String path : new String[] {"/large", "/silent"}) {
      assertThatThrownBy(() -> downloads.get(server.address(path), 999))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("the limit is 999");
    }
  }

  @Test
  void aBrokenDownloadGoesOnWhereItStopped() throws IOException {
    byte[] noise = new byte[300_000];
    new Random(4).nextBytes(noise);
    server.put("/big", noise);
    server.breakFirst("/big", 200_000);
    Path content = downloads.current(server.address("/big"), 1 << 20, (done, total) -> {});
    assertThat(Files.readAllBytes(content)).isEqualTo(noise);
    assertThat(server.ranges("/big")).singleElement().asString().matches("bytes=\\d+-");
  }

  @Test
  void whatChangedMeanwhileIsFetchedFromTheStart() throws IOException {
    server.put("/table", "old");
    String address = server.address("/table");
    assertThat(downloads.current(address, 100, (done, total) -> {})).hasContent("old");
    assertThat(downloads.current(address, 100, (done, total) -> {})).hasContent("old");
    assertThat(server.notModified("/table")).isEqualTo(1);
    server.put("/table", "new and longer");
    assertThat(downloads.current(address, 100, (done, total) -> {})).hasContent("new and longer");
  }

  @Test
  void whatIsNoAddressOrNotReachedIsSaid() {
    assertThatThrownBy(() -> downloads.get("http://", 100))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no valid address");
    server.close();
    assertThatThrownBy(() -> downloads.get(server.address("/a"), 100))
        .isInstanceOf(Downloads.Passing.class)
        .hasMessageContaining("cannot be reached")
        .hasMessageContaining("after 4 attempts");
  }

  @Test
  void contentLiesUnderItsDigest() throws IOException {
    server.put("/abc", "abc".getBytes(StandardCharsets.UTF_8));
    assertThat(downloads.get(URI.create(server.address("/abc")).toString(), 100).getFileName())
        .hasToString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
