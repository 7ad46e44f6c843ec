package dev.amulet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.amulet.runtime.ImageSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebImagesTest {
  @TempDir private Path folder;

  @Test
  void onlyListedOriginsAreFetched() throws IOException {
    byte[] picture = "picture".getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve("a.png"), picture);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, picture.length);
          exchange.getResponseBody().write(picture);
          exchange.close();
        });
    server.start();
    try {
      String origin = "http://127.0.0.1:" + server.getAddress().getPort();
      ImageSource none = WebImages.source(folder, null);
      assertThat(none.read("a.png", 99)).isEqualTo(picture);
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> none.read(origin + "/a.png", 99))
          .withMessageContaining(WebImages.VARIABLE);
      ImageSource listed = WebImages.source(folder, origin + ", 127.0.0.0/8");
      assertThat(listed.read("a.png", 99)).isEqualTo(picture);
      assertThat(listed.read(origin + "/a.png", 99)).isEqualTo(picture);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void whatIsNoOriginIsNamed() {
    for (String wrong : new String[] {"images.example.com", "https://*", "ftp://a.example", "x"}) {
      assertThatExceptionOfType(CommandFailure.class)
          .isThrownBy(() -> WebImages.source(folder, wrong))
          .withMessageContaining("environment variable AMULET_ALLOW_HTTP")
          .withMessageContaining('"' + wrong + '"');
    }
    assertThat(WebImages.source(folder, " ")).isNotNull();
  }
}
