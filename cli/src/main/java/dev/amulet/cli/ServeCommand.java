package dev.amulet.cli;

import dev.amulet.server.ServerConfig;
import dev.amulet.server.ServerMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amulet serve}: answers over HTTP and gRPC until it is told to stop. */
@Command(
    name = "serve",
    description = "Serve an amulet, or a folder of them, over HTTP and gRPC.",
    footer = {"", "All settings, and what is served: docs/server.md"})
final class ServeCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "AMULET|DIR", description = "Model to serve, or a folder of models.")
  private Path models = Path.of("");

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Address to listen on; 0.0.0.0 is every one (127.0.0.1).")
  private @Nullable String host;

  @Option(
      names = "--http-port",
      paramLabel = "N",
      description = "Port of HTTP; 0 is any free one, -1 none (8080).")
  private @Nullable Integer httpPort;

  @Option(
      names = "--grpc-port",
      paramLabel = "N",
      description = "Port of gRPC; 0 is any free one, -1 none (8081).")
  private @Nullable Integer grpcPort;

  @Option(
      names = "--image-root",
      paramLabel = "DIR",
      description = "Folder that image paths in requests start from; else they are refused.")
  private @Nullable Path imageRoot;

  @Option(names = "--config", paramLabel = "FILE", description = "Settings, in TOML.")
  private @Nullable Path config;

  ServeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ServerConfig settings = settings();
    try {
      ServerMain.serve(models, settings, terminal.out());
    } catch (IllegalArgumentException | IOException e) {
      throw CommandFailure.wrongInput(String.valueOf(e.getMessage()));
    }
    return Main.DONE;
  }

  private ServerConfig settings() throws IOException {
    try {
      ServerConfig.Builder settings = ServerConfig.builder();
      if (config != null) {
        Inputs.requireFile(config, "settings");
        settings.read(config);
      }
      if (host != null) {
        settings.host(host);
      }
      if (httpPort != null) {
        settings.httpPort(httpPort);
      }
      if (grpcPort != null) {
        settings.grpcPort(grpcPort);
      }
      if (imageRoot != null) {
        settings.imageRoot(imageRoot);
      }
      return settings.build();
    } catch (IllegalArgumentException e) {
      throw CommandFailure.wrongInput(String.valueOf(e.getMessage()));
    }
  }
}
