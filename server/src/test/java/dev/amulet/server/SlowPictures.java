package dev.amulet.server;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Pictures that take a known time to fetch and no processor time, so that a server's capacity is
 * known on any machine; those called quick take none. Remembers which were asked for.
 */
final class SlowPictures implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<String> fetched = ConcurrentHashMap.newKeySet();

  SlowPictures(long delayMs) throws IOException {
    byte[] picture = Served.picture("h");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          fetched.add(exchange.getRequestURI().getPath());
          try {
            Thread.sleep(exchange.getRequestURI().getPath().startsWith("/quick") ? 0 : delayMs);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.sendResponseHeaders(200, picture.length);
          exchange.getResponseBody().write(picture);
          exchange.close();
        });
    server.start();
  }

  /** What the server under test must allow. */
  List<String> origins() {
    return List.of("http://127.0.0.1:" + server.getAddress().getPort(), "127.0.0.0/8");
  }

  /** A row that names a picture. */
  String body(String name) {
    return "{\"instances\":[{\"area\":120.5,\"kind\":\"flat\",\"photo\":\"" + uri(name) + "\"}]}";
  }

  String uri(String name) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name;
  }

  /** Names of the pictures that were asked for. */
  Set<String> fetched() {
    return fetched;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
