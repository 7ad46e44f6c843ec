package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The server as a process of its own. */
final class ServerProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private int httpPort;
  private int grpcPort;

  private ServerProcess(Process process) {
    this.process = process;
    out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Starts it; {@link #awaitPorts} tells when it answers. */
  static ServerProcess start(Path folder, Path models, Path config) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-XX:ErrorFile=" + folder.resolve("hs_err_%p.log"),
                "dev.amulet.server.ServerMain",
                models.toString(),
                "--http-port",
                "0",
                "--grpc-port",
                "0",
                "--config",
                config.toString())
            .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("errors.log").toFile()));
    // Not as an option: ONNX Runtime crashes where a command line is very long.
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return new ServerProcess(builder.start());
  }

  void awaitPorts() throws IOException {
    while (grpcPort == 0) {
      String line = out.readLine();
      assertThat(line).as("the server starts").isNotNull();
      if (line.startsWith("http:")) {
        httpPort = URI.create(line).getPort();
      } else if (line.startsWith("grpc:")) {
        grpcPort = URI.create(line).getPort();
      }
    }
  }

  int httpPort() {
    return httpPort;
  }

  int grpcPort() {
    return grpcPort;
  }

  /** SIGTERM. */
  void tellToStop() {
    process.toHandle().destroy(); // The other destroy closes our end of its output as well.
  }

  /** What it says until it ends. */
  List<String> rest() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      lines.add(line);
    }
    return lines;
  }

  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("the server ends").isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
