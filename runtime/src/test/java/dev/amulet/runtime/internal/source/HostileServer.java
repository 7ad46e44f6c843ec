package dev.amulet.runtime.internal.source;

import dev.amulet.runtime.HttpPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.ServerSocketFactory;

/** Answers every request on loopback as a test wants, and remembers what was asked. */
final class HostileServer implements AutoCloseable {
  /** Writes what it likes, as long as it likes. */
  interface Answer {
    void write(OutputStream out) throws IOException, InterruptedException;
  }

  private final ServerSocket listener;
  private final Answer answer;
  private volatile boolean atOnce;
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<Socket> sockets = Collections.synchronizedList(new ArrayList<>());

  private HostileServer(ServerSocket listener, Answer answer) {
    this.listener = listener;
    this.answer = answer;
    Thread thread = new Thread(this::serve, "hostile-server");
    thread.setDaemon(true);
    thread.start();
  }

  static HostileServer start(Answer answer) throws IOException {
    return start(ServerSocketFactory.getDefault(), answer);
  }

  static HostileServer start(ServerSocketFactory factory, Answer answer) throws IOException {
    return new HostileServer(
        factory.createServerSocket(0, 50, InetAddress.getByName("127.0.0.1")), answer);
  }

  /** Answers with these characters, one byte each. */
  static HostileServer saying(String response) throws IOException {
    return start(out -> out.write(response.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** Answers with these characters and then a byte every 200 ms. */
  static HostileServer dripping(String start) throws IOException {
    return start(
        out -> {
          out.write(start.getBytes(StandardCharsets.ISO_8859_1));
          byte[] bytes = "HTTP/1.1 200 OK\r\nX: yyyyyyyy".getBytes(StandardCharsets.ISO_8859_1);
          for (int i = 0; ; i++) {
            out.write(i < bytes.length ? bytes[i] : 'x');
            out.flush();
            Thread.sleep(200);
          }
        });
  }

  /** Answers before it has been asked. */
  static HostileServer startAtOnce(Answer answer) throws IOException {
    HostileServer server = start(answer);
    server.atOnce = true;
    return server;
  }

  /** A source that may ask this server. */
  HttpImageSource client(int timeoutMs) {
    return new HttpImageSource(
        HttpPolicy.builder()
            .allow(url(""))
            .allowNetwork("127.0.0.0/8")
            .connectTimeoutMs(30_000)
            .timeoutMs(timeoutMs)
            .build());
  }

  int port() {
    return listener.getLocalPort();
  }

  String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  List<String> requests() {
    return List.copyOf(requests);
  }

  List<Socket> sockets() {
    return List.copyOf(sockets);
  }

  int connections() {
    return sockets.size();
  }

  private void serve() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        sockets.add(socket);
        Thread thread = new Thread(() -> answer(socket), "hostile-answer");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        return; // Closed: the test is over.
      }
    }
  }

  private void answer(Socket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      StringBuilder request = new StringBuilder();
      for (String line = atOnce ? "" : in.readLine();
          line != null && !line.isEmpty();
          line = in.readLine()) {
        request.append(line).append('\n');
      }
      requests.add(request.toString());
      OutputStream out = socket.getOutputStream();
      answer.write(out);
      out.flush();
      socket.shutdownOutput();
      in.readLine();
    } catch (IOException | InterruptedException | UnsupportedOperationException e) {
      // The client hung up, or the handshake failed: the test looks at the client.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    synchronized (sockets) {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }
}
