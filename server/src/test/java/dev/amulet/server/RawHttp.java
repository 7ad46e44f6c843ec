package dev.amulet.server;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A client of HTTP/1.1 on one connection at a time that never asks twice, so that what became of
 * each request is known.
 */
final class RawHttp implements AutoCloseable {
  /** What became of a request. */
  enum Fate {
    ANSWERED,
    /** There was no connection. */
    REFUSED,
    /** The connection ended before the first byte of an answer. */
    CUT,
    /** It ended within the answer. */
    TORN
  }

  /**
   * The end of one request.
   *
   * @param status of the answer, or 0
   */
  record Outcome(Fate fate, int status, String body) {}

  private final int port;
  private Socket socket;
  private InputStream in;

  RawHttp(int port) {
    this.port = port;
  }

  Outcome post(String path, String body) throws IOException {
    if (socket == null) {
      try {
        connect();
      } catch (ConnectException e) {
        close();
        return new Outcome(Fate.REFUSED, 0, "");
      }
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
            + bytes.length
            + "\r\n\r\n";
    try {
      socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      close();
      return new Outcome(Fate.CUT, 0, "");
    }
    return answer();
  }

  private void connect() throws IOException {
    socket = new Socket();
    socket.connect(new InetSocketAddress("127.0.0.1", port), 60_000);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(120_000);
    in = new BufferedInputStream(socket.getInputStream());
  }

  private Outcome answer() throws IOException {
    boolean begun = false;
    try {
      String line = line();
      begun = true;
      int status = Integer.parseInt(line.substring(9, 12));
      int length = 0;
      boolean last = false;
      for (line = line(); !line.isEmpty(); line = line()) {
        String lower = line.toLowerCase(Locale.ROOT);
        if (lower.startsWith("content-length:")) {
          length = Integer.parseInt(lower.substring(15).strip());
        }
        last |= lower.equals("connection: close");
      }
      byte[] body = in.readNBytes(length);
      if (body.length < length) {
        throw new IOException("the answer is not whole");
      }
      if (last) {
        close();
      }
      return new Outcome(Fate.ANSWERED, status, new String(body, StandardCharsets.UTF_8));
    } catch (java.net.SocketTimeoutException e) {
      throw e; // The server hangs.
    } catch (IOException e) {
      close();
      return new Outcome(begun ? Fate.TORN : Fate.CUT, 0, String.valueOf(e.getMessage()));
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the connection ended");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }
}
