package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.runtime.Scorer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that others wrote read what we write. Each test needs its program, or is skipped. */
class ClientProgramsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path CLIENTS = ROOT.resolve("server/deploy/clients");
  private static final Path PROTOS = ROOT.resolve("server/src/main/proto");

  @TempDir private Path folder;

  private Served served;
  private double expected;

  /** How a program ended, and all it said. */
  private record Ended(int code, String out) {}

  @BeforeEach
  void serve() throws Exception {
    Path model = Served.GOLDEN.resolve("regression.amulet");
    try (Scorer scorer = Scorer.open(model)) {
      expected =
          scorer
              .score(scorer.newRow().set("area", 120.5).setImage("photo", Served.picture("h")))
              .value();
    }
    served = Served.of(model, config -> config);
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private Ended run(Map<String, String> environment, Path input, List<String> command)
      throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    if (input != null) {
      builder.redirectInput(input.toFile());
    }
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return new Ended(-1, "not here: " + e.getMessage());
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), out);
  }

  @Test
  void promtoolFindsNothingWrongWithTheMetrics() throws Exception {
    Assumptions.assumeTrue(
        run(Map.of(), null, List.of("promtool", "--version")).code == 0, "needs promtool");
    assertThat(served.json("/model/score", served.get("/model/sample_request").text()).status())
        .isEqualTo(200);
    Path metrics = Files.write(folder.resolve("metrics"), served.get("/metrics").bytes());
    Ended checked = run(Map.of(), metrics, List.of("promtool", "check", "metrics"));
    assertThat(checked.code).as(checked.out).isZero();
  }

  @Test
  void thePythonClientScoresAPicture() throws Exception {
    String python = null;
    for (String candidate : List.of("python3", "/usr/bin/python3")) {
      if (run(Map.of(), null, List.of(candidate, "-c", "import grpc, grpc_tools")).code == 0) {
        python = candidate;
      }
    }
    Assumptions.assumeTrue(python != null, "needs python3 with grpcio and grpcio-tools");
    Ended stubs =
        run(
            Map.of(),
            null,
            List.of(
                python,
                "-m",
                "grpc_tools.protoc",
                "-I",
                PROTOS.toString(),
                "--python_out=" + folder,
                "--grpc_python_out=" + folder,
                "amulet/v1/scoring.proto"));
    assertThat(stubs.code).as(stubs.out).isZero();
    scores(
        run(
            Map.of("PYTHONPATH", folder.toString()),
            null,
            List.of(python, CLIENTS.resolve("score.py").toString(), address(), picture())));
  }

  @Test
  void theNodeClientScoresAPicture() throws Exception {
    Ended root = run(Map.of(), null, List.of("npm", "root", "-g"));
    Path modules = Path.of(root.out.lines().reduce((first, last) -> last).orElse("."));
    Assumptions.assumeTrue(
        root.code == 0
            && Files.isDirectory(modules.resolve("@grpc/grpc-js"))
            && Files.isDirectory(modules.resolve("@grpc/proto-loader")),
        "needs Node with @grpc/grpc-js and @grpc/proto-loader");
    Files.createSymbolicLink(folder.resolve("node_modules"), modules);
    Path script = Files.copy(CLIENTS.resolve("score.mjs"), folder.resolve("score.mjs"));
    scores(run(Map.of(), null, List.of("node", script.toString(), address(), picture())));
  }

  private String address() {
    return "127.0.0.1:" + served.server.grpcPort();
  }

  private static String picture() {
    return Served.GOLDEN.resolve("images").resolve("h.png").toAbsolutePath().toString();
  }

  private void scores(Ended client) {
    assertThat(client.code).as(client.out).isZero();
    String last = client.out.strip().lines().reduce((first, next) -> next).orElse("");
    assertThat(Double.parseDouble(last.split(" ")[0])).as(client.out).isEqualTo(expected);
  }
}
