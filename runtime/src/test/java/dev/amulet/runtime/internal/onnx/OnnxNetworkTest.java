package dev.amulet.runtime.internal.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.GraphOptimization;
import dev.amulet.format.v1.Network;
import dev.amulet.format.v1.NetworkOutput;
import dev.amulet.format.v1.OutputRole;
import dev.amulet.format.v1.SessionOptions;
import dev.amulet.runtime.Device;
import dev.amulet.runtime.Garbage;
import dev.amulet.runtime.internal.image.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxNetworkTest {
  private static final JsonNode TINY = Golden.read("onnx_tiny.json");

  @ParameterizedTest
  @ValueSource(strings = {"folded", "bn"})
  void tinyNetworkGivesThePublishedOutputs(String model) throws ArtifactException {
    try (OnnxNetwork network = OnnxNetwork.open(tiny(model), tinySpec().build(), 1, Device.CPU)) {
      for (JsonNode golden : TINY.get("inputs")) {
        int height = golden.get("h").asInt();
        int width = golden.get("w").asInt();
        try (Binding binding = network.newBinding(2, height, width)) {
          image(golden.get("name").asText(), height, width, binding.input(), 0);
          binding.run(1);
          for (int k = 0; k < 3; k++) {
            assertThat(binding.output("output").get(k))
                .isCloseTo((float) golden.get("output").get(k).asDouble(), Offset.offset(2e-5f));
          }
        }
      }
    }
  }

  @Test
  void aPictureHasTheSameBitsInEveryBatch() throws ArtifactException {
    try (OnnxNetwork network =
        OnnxNetwork.open(tiny("folded"), tinySpec().build(), 2, Device.CPU)) {
      assertBatchesAgree(network, 40, 56, "output", 3);
    }
  }

  @Test
  void realNetworkHasTheSameBitsAtBatchOneTwoAndSeven() throws IOException, ArtifactException {
    Path file = Path.of("..", "..", "shared", "weights", "mobilenet_edgetpu.onnx");
    Assumptions.assumeTrue(Files.exists(file), "no shared weights on this machine");
    Network spec =
        tinySpec()
            .clearOutputs()
            .addOutputs(output("embedding", OutputRole.EMBEDDING, 1280))
            .addOutputs(output("logits", OutputRole.LOGITS, 1000))
            .build();
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      try (OnnxNetwork network = OnnxNetwork.open(mapped, spec, 2, Device.CPU)) {
        assertThat(network.accepts(224, 224)).isTrue();
        assertThat(network.accepts(225, 224)).isFalse();
        assertBatchesAgree(network, 224, 224, "embedding", 1280);
      }
    }
  }

  private static void assertBatchesAgree(
      OnnxNetwork network, int height, int width, String output, int size) {
    float[][] alone = new float[7][size];
    try (Binding one = network.newBinding(1, height, width)) {
      for (int i = 0; i < 7; i++) {
        image("input" + i, height, width, one.input(), 0);
        one.run(1);
        one.output(output).get(0, alone[i]);
      }
    }
    assertThat(alone[0]).isNotEqualTo(alone[1]);
    try (Binding seven = network.newBinding(7, height, width)) {
      for (int batch : new int[] {7, 2, 1, 7}) {
        for (int i = 0; i < batch; i++) {
          image("input" + i, height, width, seven.input(), i);
        }
        seven.run(batch);
        for (int i = 0; i < batch; i++) {
          float[] together = new float[size];
          seven.output(output).get(i * size, together);
          assertThat(together).as("picture %d of %d", i, batch).isEqualTo(alone[i]);
        }
      }
    }
  }

  @Test
  void manifestAndNetworkMustAgree() {
    assertRefused(tinySpec().setInput("picture"), "expected only \"picture\"");
    assertRefused(
        tinySpec().addOutputs(output("embedding", OutputRole.EMBEDDING, 8)), "expected \"embed");
    assertRefused(
        tinySpec().clearOutputs().addOutputs(output("output", OutputRole.LOGITS, 4)), "[4]");
    assertRefused(
        tinySpec().clearOutputs().addOutputs(output("output", OutputRole.LOGITS, 3, 1)), "[3, 1]");
  }

  private static void assertRefused(Network.Builder spec, String message) {
    assertThatExceptionOfType(ArtifactException.class)
        .isThrownBy(() -> OnnxNetwork.open(tiny("folded"), spec.build(), 1, Device.CPU))
        .withMessageContaining("network \"tiny\"")
        .withMessageContaining(message);
  }

  @Test
  void brokenBytesAreABadArtifact() {
    ByteBuffer half = tiny("folded").slice(0, 500);
    assertThatExceptionOfType(ArtifactException.class)
        .isThrownBy(() -> OnnxNetwork.open(half, tinySpec().build(), 1, Device.CPU))
        .withMessageContaining("cannot be loaded");
  }

  @Test
  void whatIsClosedSaysSo() throws ArtifactException {
    OnnxNetwork network = OnnxNetwork.open(tiny("folded"), tinySpec().build(), 1, Device.CPU);
    Binding binding = network.newBinding(1, 40, 56);
    binding.run(1);
    network.close();
    network.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> binding.run(1))
        .withMessage("network \"tiny\" is closed");
    binding.close();
    binding.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> binding.run(1))
        .withMessage("a network binding is closed");
  }

  @Test
  void batchesOutsideTheBindingAreRefused() throws ArtifactException {
    try (OnnxNetwork network = OnnxNetwork.open(tiny("folded"), tinySpec().build(), 1, Device.CPU);
        Binding binding = network.newBinding(2, 40, 56)) {
      assertThatIllegalArgumentException().isThrownBy(() -> binding.run(3));
      assertThatIllegalArgumentException().isThrownBy(() -> binding.run(0));
      assertThatIllegalArgumentException().isThrownBy(() -> binding.output("nothing"));
      assertThatIllegalArgumentException().isThrownBy(() -> network.newBinding(0, 40, 56));
    }
  }

  @Test
  void aRunAllocatesASmallConstant() throws ArtifactException {
    try (OnnxNetwork network = OnnxNetwork.open(tiny("folded"), tinySpec().build(), 1, Device.CPU);
        Binding binding = network.newBinding(4, 40, 56)) {
      Garbage.assertLessThan(641, 2_000, i -> binding.run(1 + i % 4));
    }
  }

  @Test
  @Timeout(120)
  void closingWhileThreadsRunEndsInIllegalStateOnly()
      throws ArtifactException, InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 10; round++) {
        OnnxNetwork network = OnnxNetwork.open(tiny("folded"), tinySpec().build(), 1, Device.CPU);
        CountDownLatch running = new CountDownLatch(4);
        List<Future<Integer>> runs = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
          runs.add(threads.submit(() -> runUntilClosed(network, running)));
        }
        running.await();
        network.close();
        for (Future<Integer> run : runs) {
          assertThat(run.get()).isNotNegative();
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static int runUntilClosed(OnnxNetwork network, CountDownLatch running) {
    int done = 0;
    try (Binding binding = network.newBinding(2, 40, 56)) {
      image("input0", 40, 56, binding.input(), 0);
      binding.run(1);
      float expected = binding.output("output").get(0);
      running.countDown();
      while (true) {
        binding.run(1);
        done++;
        assertThat(binding.output("output").get(0)).isEqualTo(expected);
      }
    } catch (IllegalStateException closed) {
      assertThat(closed).hasMessage("network \"tiny\" is closed");
    } finally {
      running.countDown();
    }
    return done;
  }

  @Test
  void aMissingLibraryIsNamedInOneSentence() {
    LinkageError error =
        new UnsatisfiedLinkError("/x/libonnxruntime.so: libgomp.so.1: cannot open shared object");
    assertThat(OnnxChecks.nativeAdvice(error)).contains("libgomp1").doesNotContain("\n");
    assertThat(OnnxChecks.nativeAdvice(new NoClassDefFoundError("x")))
        .startsWith("ONNX Runtime's native library cannot be loaded on ");
  }

  private static ByteBuffer tiny(String model) {
    byte[] onnx = Base64.getDecoder().decode(TINY.get("models").get(model).get("file").asText());
    return ByteBuffer.wrap(onnx);
  }

  private static Network.Builder tinySpec() {
    return Network.newBuilder()
        .setId("tiny")
        .setInput("input")
        .addOutputs(output("output", OutputRole.LOGITS, 3))
        .setSession(
            SessionOptions.newBuilder()
                .setGraphOptimization(GraphOptimization.ALL)
                .setFlushDenormals(true));
  }

  private static NetworkOutput output(String name, OutputRole role, int... shape) {
    NetworkOutput.Builder output = NetworkOutput.newBuilder().setName(name).setRole(role);
    for (int side : shape) {
      output.addShape(side);
    }
    return output.build();
  }

  /** Coarse blocks and fine noise, by the rule of the golden files. */
  private static void image(String name, int height, int width, FloatBuffer to, int picture) {
    long coarse = Golden.fnv1a64(name + ".coarse");
    long fine = Golden.fnv1a64(name + ".fine");
    int rows = (height + 15) / 16;
    int columns = (width + 15) / 16;
    int at = picture * 3 * height * width;
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          long block = ((long) c * rows + y / 16) * columns + x / 16;
          long pixel = ((long) c * height + y) * width + x;
          double value =
              1.5 * (2 * Golden.uniform(coarse, block) - 1)
                  + 0.5 * (2 * Golden.uniform(fine, pixel) - 1);
          to.put(at++, (float) value);
        }
      }
    }
  }
}
