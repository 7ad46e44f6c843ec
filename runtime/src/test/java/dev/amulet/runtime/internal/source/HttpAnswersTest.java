package dev.amulet.runtime.internal.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers answer: framing, lengths that lie, answers that never end. */
@Timeout(60)
class HttpAnswersTest {
  private static final int LIMIT = 1000;
  private static final int PATIENT_MS = 30_000;

  /** Long enough to connect on a slow machine. */
  private static final int HASTY_MS = 2_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK|Content-Length: 5||bytes",
        "HTTP/1.1 200 OK|content-length:   5  ||bytes and more that is not read",
        "HTTP/1.1 200|Content-Type: text/html|Content-Length: 5||bytes",
        "HTTP/1.0 200 Fine|X: y||bytes",
        "HTTP/1.1 200 OK||bytes",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|bytes|0||",
        "HTTP/1.1 200 OK|Transfer-Encoding: Chunked||2;x=y|by|003 |tes|000|Trailer: x||",
        "HTTP/1.1 200 OK|Content-Encoding: identity||bytes",
        "HTTP/1.1 103 Early|Link: x||HTTP/1.1 100 Continue||HTTP/1.1 200 OK||bytes",
        "HTTP/1.1 200 OK|Set-Cookie: a=b|Set-Cookie: c=d||bytes"
      })
  void soundAnswersAreUnderstood(String response) throws IOException {
    try (HostileServer server = HostileServer.saying(response.replace("|", "\r\n"))) {
      assertThat(read(server, "/")).isEqualTo("bytes");
    }
  }

  /** What two readers could take for two messages, what was not asked for, what cuts off. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 404 Not Found|Content-Length: 0||",
        "HTTP/1.1 204 No Content||",
        "HTTP/1.1 206 Partial|Content-Length: 5||bytes",
        "HTTP/1.1 304 Not Modified||",
        "HTTP/1.1 300 Choices|Location: /x||",
        "HTTP/1.1 302 Found||",
        "HTTP/1.1 401 Unauthorized|WWW-Authenticate: Basic||",
        "HTTP/1.1 407 Proxy|Proxy-Authenticate: Basic||",
        "HTTP/1.1 500 Error||bytes",
        "HTTP/1.1 101 Switching||bytes",
        "HTTP/2 200||bytes",
        "HTTP/1.1  200 OK||bytes",
        "HTTP/1.1 20 OK||bytes",
        "HTTP/1.1 2000 OK||bytes",
        "HTTP/1.1 099 OK||bytes",
        "ICY 200 OK||bytes",
        "bytes",
        "",
        "HTTP/1.1 200 OK",
        "HTTP/1.1 200 OK|X: y",
        "HTTP/1.1 200 OK| folded: x||bytes",
        "HTTP/1.1 200 OK|X: y| folded||bytes",
        "HTTP/1.1 200 OK|no colon||bytes",
        "HTTP/1.1 200 OK|: x||bytes",
        "HTTP/1.1 200 OK|Content-Length : 5||bytes",
        "HTTP/1.1 200 OK|X: a\u0000b||bytes",
        "HTTP/1.1 200 OK|X: a\u007Fb||bytes",
        "HTTP/1.1 200 OK\nContent-Length: 5\n\nbytes",
        "HTTP/1.1 200 OK|X: a\rb||bytes",
        "HTTP/1.1 200 OK|Content-Length: 6||bytes",
        "HTTP/1.1 200 OK|Content-Length: 1001||bytes",
        "HTTP/1.1 200 OK|Content-Length: 999999999999999999||bytes",
        "HTTP/1.1 200 OK|Content-Length: 9999999999999999999||bytes",
        "HTTP/1.1 200 OK|Content-Length: -1||bytes",
        "HTTP/1.1 200 OK|Content-Length: +5||bytes",
        "HTTP/1.1 200 OK|Content-Length: 5, 5||bytes",
        "HTTP/1.1 200 OK|Content-Length: 0x5||bytes",
        "HTTP/1.1 200 OK|Content-Length:||bytes",
        "HTTP/1.1 200 OK|Content-Length: 5|Content-Length: 5||bytes",
        "HTTP/1.1 200 OK|Content-Length: 5|Transfer-Encoding: chunked||5|bytes|0||",
        "HTTP/1.1 200 OK|Transfer-Encoding: gzip, chunked||5|bytes|0||",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked|Transfer-Encoding: chunked||5|bytes|0||",
        "HTTP/1.1 200 OK|Transfer-Encoding: identity||bytes",
        "HTTP/1.1 200 OK|Content-Encoding: gzip||bytes",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|bytes|0|",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|bytes",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||6|bytes|0||",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||4|bytes|0||",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||0x5|bytes|0||",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||-5|bytes|0||",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked|||bytes|0||",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||3e9|bytes|0||",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||fffffffffffffff|bytes|0||",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||ffffffffffffffff5|bytes|0||",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||5\nbytes|0||"
      })
  void unsoundAnswersAreRefused(String response) throws IOException {
    try (HostileServer server = HostileServer.saying(response.replace("|", "\r\n"))) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> read(server, "/a.png"))
          .withMessageStartingWith("image \"" + server.url("/a.png") + "\"");
    }
  }

  @Test
  void theLimitIsExactInEveryFraming() throws IOException {
    String body = "x".repeat(LIMIT);
    String[] framings = {
      ok("Content-Length: %d\r\n", "%s"),
      ok("X: %d\r\n", "%s"),
      ok("Transfer-Encoding: chunked\r\n", "%x\r\n%s\r\n0\r\n\r\n")
    };
    for (String framing : framings) {
      try (HostileServer server = HostileServer.saying(framing.formatted(LIMIT, body))) {
        assertThat(read(server, "/")).hasSize(LIMIT);
      }
      try (HostileServer server = HostileServer.saying(framing.formatted(LIMIT + 1, body + "x"))) {
        refused(server, "larger than the limit of 1000 bytes");
      }
    }
  }

  @Test
  void endlessAnswersEndAtALimit() throws IOException {
    refused(endless(ok("", ""), "x".repeat(4096)), "larger than the limit");
    refused(
        endless(ok("Transfer-Encoding: chunked\r\n", ""), "1\r\nx\r\n".repeat(100)),
        "larger than the limit");
    refused(endless("HTTP/1.1 200 OK\r\n", "X: y\r\n".repeat(100)), "header of more than");
    refused(endless("HTTP/1.1 200 OK\r\nX: ", "x".repeat(4096)), "header of more than");
    refused(endless("HTTP/1.1 200 ", "x".repeat(4096)), "header of more than");
    refused(endless("", "HTTP/1.1 100 Continue\r\n\r\n"), "does not come to an answer");
    refused(
        endless(ok("Transfer-Encoding: chunked\r\n", "0\r\n"), "X: y\r\n".repeat(100)),
        "header of more than");
    refused(
        endless(ok("Transfer-Encoding: chunked\r\n", "1;"), "x".repeat(100)),
        "header of more than 256 bytes");
  }

  private static HostileServer endless(String start, String more) throws IOException {
    return HostileServer.start(
        out -> {
          out.write(start.getBytes(StandardCharsets.ISO_8859_1));
          byte[] again = more.getBytes(StandardCharsets.ISO_8859_1);
          while (true) {
            out.write(again);
          }
        });
  }

  private static void refused(HostileServer server, String message) throws IOException {
    try (server) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> read(server, "/a.png"))
          .withMessageContaining(message);
    }
  }

  /** Every byte comes in time, but not the last one. */
  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\n"})
  void aDrippingServerRunsOutOfTime(String start) throws IOException {
    try (HostileServer server = HostileServer.dripping(start)) {
      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(() -> server.client(HASTY_MS).read(server.url("/a.png"), LIMIT))
          .withMessageContaining("took longer than the limit of 2000 ms");
    }
  }

  private static String ok(String headers, String body) {
    return "HTTP/1.1 200 OK\r\n" + headers + "\r\n" + body;
  }

  private static String read(HostileServer server, String path) throws IOException {
    byte[] bytes = server.client(PATIENT_MS).read(server.url(path), LIMIT);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
