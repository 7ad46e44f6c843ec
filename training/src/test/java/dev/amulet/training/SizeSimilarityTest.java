package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.amulet.training.onnx.Convolution;
import dev.amulet.training.onnx.OnnxGraphBuilder;
import dev.amulet.training.vision.FineTuner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SizeSimilarityTest {
  private static final int ROWS = 48;

  @TempDir Path folder;

  private final ExperimentTest.Messages messages = new ExperimentTest.Messages();

  @BeforeAll
  static void needPyTorch() {
    Optional<String> reason = FineTuner.whyNot();
    assumeTrue(reason.isEmpty(), () -> "skipped: " + reason.orElse(""));
  }

  @Test
  void aNetworkWithItsImageNetClassifierIsAskedHowSureItIs() throws IOException {
    // All classes get the same score: as unsure as can be.
    assertThat(quadrant(network()))
        .isEqualTo(
            "the data are small (24 rows per class, fewer than 1,000) and different from what the"
                + " network knows (its mean confidence in its ImageNet classes on 47 pictures 0.00,"
                + " from 0.45 on similar)");
  }

  /** The line of a run that has no time to tune anything. */
  private String quadrant(Path network) throws IOException {
    Experiment.of(
            ExperimentConfig.builder(data())
                .target("target")
                .folds(2)
                .set("threads", "1")
                .set("learner", "linear")
                .set("image_transformer_pretrained_models", network.toString())
                .set("image_resize", "squash")
                .set("image_mirror_average", "false")
                .set("image_transformer_fine_tune", "true")
                .set("embedding_cache", "none")
                .set("time_budget", "0.01")
                .out(folder.resolve("out"))
                .build())
        .run(messages);
    return messages.lines.stream()
        .filter(line -> line.startsWith("the data are "))
        .findFirst()
        .orElse("");
  }

  private Path data() throws IOException {
    Random random = new Random(5);
    PictureTable table = new PictureTable(folder, "photo", "target");
    for (int i = 0; i < ROWS; i++) {
      table.add(
          i == 7 ? null : table.picture("p" + i, Signs.colour(i % 3), i % 2 == 0, random),
          i % 2 == 0 ? "disc" : "square");
    }
    return table.write("data.csv");
  }

  private Path network() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    OnnxGraphBuilder net =
        new OnnxGraphBuilder(
            "small",
            (name, shape) -> {
              float[] values = new float[shape.stream().reduce(1, Math::multiplyExact)];
              for (int i = 0; name.equals("conv.weight") && i < values.length; i++) {
                values[i] = (float) random.nextDouble(-0.5, 0.5);
              }
              return values;
            });
    String x = net.conv(net.input("input", 3, 32, 32), "conv", Convolution.of(8, 3));
    x = net.flatten(net.globalAveragePool(net.relu(x)));
    net.output("embedding", x);
    net.output("logits", net.gemm(x, "fc", 1000));
    return Files.write(folder.resolve("small.onnx"), net.build().toBytes());
  }
}
