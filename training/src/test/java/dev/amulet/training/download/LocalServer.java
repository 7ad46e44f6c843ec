package dev.amulet.training.download;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves bytes on this machine, with ranges and tags, and fails as told. */
public final class LocalServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService workers = Executors.newFixedThreadPool(4);
  private final Map<String, byte[]> contents = new ConcurrentHashMap<>();
  private final Map<String, Integer> requests = new ConcurrentHashMap<>();
  private final Map<String, Integer> unchanged = new ConcurrentHashMap<>();
  private final Map<String, int[]> failures = new ConcurrentHashMap<>();
  private final Map<String, Integer> breaks = new ConcurrentHashMap<>();
  private final Set<String> silent = ConcurrentHashMap.newKeySet();
  private final Map<String, List<String>> ranges = new ConcurrentHashMap<>();

  public LocalServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(workers);
    server.start();
  }

  public String address(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  public void put(String path, String content) {
    put(path, content.getBytes(StandardCharsets.UTF_8));
  }

  public void put(String path, byte[] content) {
    contents.put(path, content);
  }

  void failFirst(String path, int status, int times) {
    failures.put(path, new int[] {status, times});
  }

  void breakFirst(String path, int afterBytes) {
    breaks.put(path, afterBytes);
  }

  void withoutLength(String path) {
    silent.add(path);
  }

  public int requests(String path) {
    return requests.getOrDefault(path, 0);
  }

  int notModified(String path) {
    return unchanged.getOrDefault(path, 0);
  }

  List<String> ranges(String path) {
    return ranges.getOrDefault(path, List.of());
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.merge(path, 1, Integer::sum);
    byte[] content = contents.get(path);
    int[] failure = failures.get(path);
    try (exchange) {
      if (failure != null && failure[1]-- > 0) {
        exchange.sendResponseHeaders(failure[0], -1);
      } else if (content == null) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        send(exchange, path, content);
      }
    }
  }

  private void send(HttpExchange exchange, String path, byte[] content) throws IOException {
    String tag = "\"" + Arrays.hashCode(content) + "\"";
    exchange.getResponseHeaders().set("ETag", tag);
    if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
      unchanged.merge(path, 1, Integer::sum);
      exchange.sendResponseHeaders(304, -1);
      return;
    }
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = 0;
    if (range != null && tag.equals(exchange.getRequestHeaders().getFirst("If-Range"))) {
      ranges.computeIfAbsent(path, key -> new CopyOnWriteArrayList<>()).add(range);
      from = Integer.parseInt(range.replaceAll("\\D", ""));
    }
    Integer breakAfter = breaks.remove(path);
    int end = breakAfter == null ? content.length : breakAfter;
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
    }
    exchange.sendResponseHeaders(
        from > 0 ? 206 : 200, silent.contains(path) ? 0 : content.length - from);
    OutputStream out = exchange.getResponseBody();
    out.write(content, from, end - from);
    out.flush();
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }
}
