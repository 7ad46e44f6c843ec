package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines of JSON over one connection, answered while more are sent. */
class LineStreamTest {
  private static final String HEAD =
      "POST /invocations?model=regression HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
          + "Content-Type: application/x-ndjson\r\n\r\n";

  private final List<String> head = new ArrayList<>();

  private static void chunk(OutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(bytes);
    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private void readHead(BufferedReader in) throws IOException {
    head.clear();
    for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
      head.add(line);
    }
  }

  /** The lines of the next chunk; none when it is the last. */
  private static List<JsonNode> readChunk(BufferedReader in) throws IOException {
    int length = Integer.parseInt(in.readLine(), 16);
    char[] text = new char[length];
    int read = 0;
    while (read < length) {
      read += in.read(text, read, length - read);
    }
    in.readLine();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : new String(text).lines().toList()) {
      lines.add(Served.JSON.readTree(line));
    }
    return lines;
  }

  @Test
  void aRowIsAnsweredBeforeTheNextIsSent() throws Exception {
    try (Served served = Served.golden();
        Socket socket = new Socket("127.0.0.1", served.server.httpPort())) {
      socket.setSoTimeout(60_000);
      OutputStream out = socket.getOutputStream();
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      out.write(HEAD.getBytes(StandardCharsets.US_ASCII));
      for (int i = 1; i < 6; i++) {
        chunk(out, "{\"area\":" + i);
        chunk(out, "20}\n");
        if (i == 1) {
          readHead(in);
          assertThat(head.get(0)).isEqualTo("HTTP/1.1 200 OK");
        }
        double expected =
            served
                .json("/invocations?model=regression", "{\"instances\":[{\"area\":" + i + "20}]}")
                .json()
                .at("/predictions/0")
                .doubleValue();
        assertThat(readChunk(in).get(0).get("prediction").doubleValue()).isEqualTo(expected);
      }
      chunk(out, "not json\n{\"area\":1}");
      out.write(
          "0\r\n\r\nGET /livez HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      List<JsonNode> rest = readChunk(in);
      assertThat(rest.get(0).get("error").asText()).contains("line 6", "not JSON");
      if (rest.size() == 1) {
        rest = readChunk(in);
      }
      assertThat(rest.get(rest.size() - 1).has("prediction")).isTrue();
      assertThat(readChunk(in)).isEmpty();
      readHead(in);
      assertThat(head.get(0)).as("what was sent behind").isEqualTo("HTTP/1.1 200 OK");
    }
  }

  @Test
  void manyRowsComeBackInOrderWhateverTheirNumber() throws Exception {
    try (Served served =
        Served.of(Served.GOLDEN, config -> config.maxRows(10).maxBodyBytes(9_000))) {
      StringBuilder rows = new StringBuilder();
      for (int i = 0; i < 3_000; i++) {
        rows.append(i % 7 == 3 ? "{\"nope\":" : "{\"area\":").append(i).append("}\n\n");
      }
      Served.Answer answer =
          served.post(
              "/invocations?model=regression",
              "application/x-ndjson",
              rows.toString().getBytes(StandardCharsets.UTF_8));
      assertThat(answer.status()).isEqualTo(200);
      List<String> lines = answer.text().lines().toList();
      assertThat(lines).hasSize(3_000);
      for (int i = 0; i < 3_000; i++) {
        assertThat(lines.get(i).startsWith("{\"prediction\""))
            .as("row %d", i)
            .isEqualTo(i % 7 != 3);
      }
      assertThat(lines.get(2_999)).contains("line 3000.nope");
    }
  }

  @Test
  void aLineWithoutAnEndEndsTheAnswerAndNotTheConnection() throws Exception {
    try (Served served = Served.of(Served.GOLDEN, config -> config.maxBodyBytes(4_000));
        Socket socket = new Socket("127.0.0.1", served.server.httpPort())) {
      socket.setSoTimeout(60_000);
      OutputStream out = socket.getOutputStream();
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      out.write(HEAD.getBytes(StandardCharsets.US_ASCII));
      chunk(out, " ".repeat(9_000));
      readHead(in);
      assertThat(readChunk(in).get(0).get("code").asText()).isEqualTo("TOO_LARGE");
      assertThat(readChunk(in)).isEmpty();
      // The rest of the body is let go, and what is sent behind it is answered.
      chunk(out, " ".repeat(300_000));
      out.write(
          "0\r\n\r\nGET /livez HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      readHead(in);
      assertThat(head.get(0)).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  @Test
  void aStreamWithoutAModelIsRefused() throws Exception {
    try (Served served = Served.golden()) {
      Served.Answer unknown =
          served.post(
              "/invocations?model=x",
              "application/x-ndjson",
              "{}".getBytes(StandardCharsets.UTF_8));
      assertThat(unknown.status()).isEqualTo(404);
    }
  }
}
