package dev.amulet.training.vision;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A web server that does what HTTP forbids, one scripted answer per connection, then the last. */
final class ScriptedServer implements AutoCloseable {
  /** What is done with one request. */
  interface Answer {
    /**
     * @param from first byte asked for
     */
    void write(int from, OutputStream out) throws IOException, InterruptedException;
  }

  private static final Pattern RANGE = Pattern.compile("(?i)range: bytes=(\\d+)-");

  private final ServerSocket socket;
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final List<Integer> starts = new CopyOnWriteArrayList<>();
  private final Thread thread = new Thread(this::serve, "scripted-server");

  ScriptedServer() throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread.setDaemon(true);
    thread.start();
  }

  String address(String path) {
    return "http://127.0.0.1:" + socket.getLocalPort() + path;
  }

  ScriptedServer then(Answer answer) {
    answers.add(answer);
    return this;
  }

  /** First bytes asked for, one per request. */
  List<Integer> starts() {
    return starts;
  }

  /** Status line, headers and a promised length. */
  static void head(OutputStream out, int from, long length, int total) throws IOException {
    String head =
        from == 0
            ? "HTTP/1.1 200 OK\r\n"
            : "HTTP/1.1 206 Partial Content\r\n"
                + ("Content-Range: bytes " + from + "-" + (total - 1) + "/" + total + "\r\n");
    head += "ETag: \"one\"\r\nConnection: close\r\nContent-Length: " + length + "\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.US_ASCII));
  }

  /** The whole content, or the rest of it, as it should be. */
  static Answer honest(byte[] content) {
    return (from, out) -> {
      head(out, from, content.length - from, content.length);
      out.write(content, from, content.length - from);
    };
  }

  private void serve() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread answering = new Thread(() -> answer(client), "scripted-answer");
        answering.setDaemon(true);
        answering.start();
      } catch (IOException e) {
        // Closed, which the loop asks for.
        continue;
      }
    }
  }

  private void answer(Socket client) {
    try (client) {
      Matcher range = RANGE.matcher(request(client.getInputStream()));
      int from = range.find() ? Integer.parseInt(range.group(1)) : 0;
      starts.add(from);
      Answer answer = answers.size() > 1 ? answers.take() : answers.peek();
      if (answer != null) {
        answer.write(from, client.getOutputStream());
      }
    } catch (IOException e) {
      // The client went away: the test says whether it should have.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String request(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      head.write(b);
      if (head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
        break;
      }
    }
    return head.toString(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    socket.close();
    thread.interrupt();
  }
}
