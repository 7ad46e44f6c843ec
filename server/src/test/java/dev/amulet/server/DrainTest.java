package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server that is told to stop still does. */
class DrainTest {
  private static final String BODY = "{\"instances\":[{\"area\":120.5}]}";
  private static final String HEAD =
      "POST /invocations?model=regression HTTP/1.1\r\nHost: x\r\n"
          + "Expect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: "
          + BODY.length()
          + "\r\n\r\n";

  @Test
  void requestsThatHaveBegunToComeAreAnsweredAndIdleConnectionsClosed() throws Exception {
    try (Served served = Served.golden();
        Socket half = open(served);
        Socket idle = open(served)) {
      begin(half);
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(served.server::close);
      awaitRefusal(served.server.httpPort());
      assertThat(idle.getInputStream().read()).as("an idle connection is closed").isEqualTo(-1);
      half.getOutputStream().write(BODY.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(half.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 200").contains("connection: close");
      stopped.get(60, TimeUnit.SECONDS);
      assertThat(served.server.unanswered()).isZero();
    }
  }

  @Test
  void whatHasNoAnswerWhenTheGraceIsOverIsCounted() throws Exception {
    try (Served served = Served.of(Served.GOLDEN, config -> config.graceMs(50));
        Socket half = open(served)) {
      begin(half);
      served.server.close();
      assertThat(served.server.unanswered()).isEqualTo(1);
    }
  }

  @Test
  void aFolderWithoutAmuletsIsToldOf(@TempDir Path folder) throws Exception {
    try (Served served = Served.of(folder, config -> config)) {
      assertThat(served.server.listening().get(0)).contains(folder.toString(), "no amulets");
      assertThat(served.get("/readyz").status()).isEqualTo(503);
    }
  }

  private static Socket open(Served served) throws IOException {
    Socket socket = new Socket("127.0.0.1", served.server.httpPort());
    socket.setSoTimeout(60_000);
    return socket;
  }

  /** Sends a head, and waits until the server says that it has read it. */
  private static void begin(Socket socket) throws IOException {
    socket.getOutputStream().write(HEAD.getBytes(StandardCharsets.US_ASCII));
    String told = "HTTP/1.1 100 Continue\r\n\r\n";
    byte[] read = socket.getInputStream().readNBytes(told.length());
    assertThat(new String(read, StandardCharsets.US_ASCII)).isEqualTo(told);
  }

  private static void awaitRefusal(int port) throws Exception {
    boolean refused = false;
    while (!refused) {
      try {
        new Socket("127.0.0.1", port).close();
        Thread.sleep(5);
      } catch (ConnectException e) {
        refused = true;
      }
    }
  }
}
