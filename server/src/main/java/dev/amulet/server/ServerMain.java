package dev.amulet.server;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The server as a program of its own, without what trains: {@code ServerMain AMULET|DIR
 * [--http-port N] [--grpc-port N] [--host ADDRESS] [--config FILE]}. The command {@code amulet
 * serve} does the same.
 */
public final class ServerMain {
  private static final String USAGE =
      "usage: amulet-server AMULET|DIR [--host ADDRESS] [--http-port N] [--grpc-port N]"
          + " [--config FILE.toml]";

  private ServerMain() {}

  /** Serves until the process is told to stop; ends it with 2 when the command line is wrong. */
  public static void main(String[] args) throws InterruptedException {
    try {
      run(List.of(args), System.out);
    } catch (IllegalArgumentException | IOException e) {
      System.err.println("amulet-server: " + e.getMessage());
      System.exit(2);
    }
  }

  private static void run(List<String> args, PrintStream out)
      throws IOException, InterruptedException {
    ServerConfig.Builder config = ServerConfig.builder();
    int file = args.indexOf("--config");
    if (file >= 0) {
      config.read(Path.of(value(args, file)));
    }
    Path models = null;
    for (int i = 0; i < args.size(); i++) {
      switch (args.get(i)) {
        case "--config" -> i++;
        case "--host" -> config.host(value(args, i++));
        case "--http-port" -> config.httpPort(number(args, i++));
        case "--grpc-port" -> config.grpcPort(number(args, i++));
        default -> {
          if (models != null || args.get(i).startsWith("--")) {
            throw new IllegalArgumentException(args.get(i) + "; " + USAGE);
          }
          models = Path.of(args.get(i));
        }
      }
    }
    if (models == null) {
      throw new IllegalArgumentException(USAGE);
    }
    serve(models, config.build(), out);
  }

  private static String value(List<String> args, int option) {
    if (option + 1 >= args.size()) {
      throw new IllegalArgumentException(args.get(option) + " needs a value; " + USAGE);
    }
    return args.get(option + 1);
  }

  private static int number(List<String> args, int option) {
    String value = value(args, option);
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          args.get(option) + " " + value + ": not a number; " + USAGE, e);
    }
  }

  /**
   * Serves until the process is told to stop, then drains.
   *
   * @throws IllegalArgumentException when there is nothing at the path, or a file that is no amulet
   */
  public static void serve(Path models, ServerConfig config, PrintStream out)
      throws IOException, InterruptedException {
    if (!Files.exists(models)) {
      throw new IllegalArgumentException(models + ": no such file or folder");
    }
    // Heard from the start: who is told to stop while models load stops when they are loaded.
    CompletableFuture<ScoringServer> started = new CompletableFuture<>();
    StopSignals.onStop(() -> started.join().close());
    ScoringServer server =
        ScoringServer.start(
            models, config, config.settings().requestLog ? out::println : line -> {});
    requireAmulet(models, server);
    server.listening().forEach(out::println);
    out.flush();
    started.complete(server);
    server.awaitStop();
    out.println("stopped; requests without an answer: " + server.unanswered());
  }

  /** A folder may get its models later; a file that is no model is a mistake. */
  private static void requireAmulet(Path models, ScoringServer server) {
    String reason = server.repository().notReadyReason();
    if (!Files.isDirectory(models) && !reason.isEmpty()) {
      server.close();
      throw new IllegalArgumentException(reason);
    }
  }
}
