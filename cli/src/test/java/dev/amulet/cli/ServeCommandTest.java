package dev.amulet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be served is told in one line. */
class ServeCommandTest {
  private static final Path MODEL =
      Path.of("..", "format", "src", "test", "resources", "golden", "0.1", "regression.amulet");

  @TempDir private Path folder;

  private static void refused(String message, Object... args) {
    CommandRun run = CommandRun.of(args);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err().strip().lines().toList())
        .singleElement()
        .asString()
        .startsWith("amulet: ")
        .contains(message);
  }

  @Test
  void aPathWithNothingThere() {
    Path nope = folder.resolve("nope");
    refused(nope + ": no such file or folder", "serve", nope);
  }

  @Test
  void aFileThatIsNoAmulet() throws Exception {
    Path text = Files.writeString(folder.resolve("notes.txt"), "no amulet, but many words");
    refused("notes.txt", "serve", text, "--http-port", 0, "--grpc-port", 0);
  }

  @Test
  void aPortThatIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      String message = "cannot listen on 127.0.0.1:" + port + ": in use";
      refused(message, "serve", MODEL, "--http-port", port, "--grpc-port", -1);
      refused(message, "serve", MODEL, "--http-port", -1, "--grpc-port", port);
    }
  }

  @Test
  void aSettingThatIsNone() throws Exception {
    Path config = Files.writeString(folder.resolve("server.toml"), "http_prot = 8080\n");
    refused("no setting \"http_prot\"", "serve", MODEL, "--config", config);
  }
}
