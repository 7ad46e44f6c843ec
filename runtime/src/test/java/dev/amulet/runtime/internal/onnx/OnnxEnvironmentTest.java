package dev.amulet.runtime.internal.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxEnvironmentTest {
  @TempDir Path folder;

  /** Starts ONNX Runtime in a process of its own. */
  static final class Starter {
    private Starter() {}

    public static void main(String[] arguments) {
      System.out.println("started " + (OnnxEnvironment.get() != null));
    }
  }

  @Test
  void aLongCommandLineDoesNotEndTheProcess() throws Exception {
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Dpadding=" + "x".repeat(60_000),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Starter.class.getName()))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(Files.readString(output)).contains("started true");
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void anInterruptedThreadStillGetsItAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    assertThat(OnnxEnvironment.get()).isSameAs(OnnxEnvironment.get());
    assertThat(Thread.interrupted()).isTrue();
  }
}
