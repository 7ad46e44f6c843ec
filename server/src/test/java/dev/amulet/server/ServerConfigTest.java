package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerConfigTest {
  @TempDir private Path folder;

  private Path file(String text) throws Exception {
    return Files.writeString(folder.resolve("server.toml"), text);
  }

  @Test
  void aFileChangesWhatItNames() throws Exception {
    ServerConfig config =
        ServerConfig.builder()
            .maxRows(7)
            .read(file("http_port = 0\nlabels = [\"price.stable=3\"]\nverify = false\n"))
            .build();
    assertThat(config.settings().httpPort).isZero();
    assertThat(config.settings().maxRows).isEqualTo(7);
    assertThat(config.settings().labels).containsExactly("price.stable=3");
    assertThat(config.settings().verify).isFalse();
  }

  @Test
  void whatIsNoSettingIsNamed() throws Exception {
    ServerConfig.Builder config = ServerConfig.builder();
    assertThatThrownBy(() -> config.read(file("http_prot = 1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("http_prot")
        .hasMessageContaining("http_port");
    assertThatThrownBy(() -> config.read(file("http_port = \"x\"")))
        .hasMessageContaining("http_port");
    assertThatThrownBy(() -> config.read(file("http_port = = 1"))).hasMessageContaining("line 1");
  }

  @Test
  void everyBadValueIsToldAtOnce() {
    assertThatThrownBy(() -> ServerConfig.builder().httpPort(70_000).workers(0).build())
        .hasMessageContaining("http_port is 70000")
        .hasMessageContaining("workers is 0");
  }
}
