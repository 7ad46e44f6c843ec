package dev.amulet.training.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import dev.amulet.runtime.ImagePolicy;
import dev.amulet.training.onnx.Convolution;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.OnnxGraphBuilder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ClassConfidenceTest {
  private static final int SIDE = 8;
  private static final Path SHARED = Path.of("..", "..", "shared");

  @BeforeAll
  static void start() {
    PyTorchHere.managerOrSkip().close();
  }

  @Test
  void theLargestProbabilityIsFoundInScoresLogarithmsAndProbabilities() {
    float[] shares = {0.1f, 0.6f, 0.3f};
    float[] logarithms = new float[3];
    float[] scores = new float[3];
    for (int i = 0; i < 3; i++) {
      logarithms[i] = (float) Math.log(shares[i]);
      scores[i] = logarithms[i] + 500;
    }
    assertThat(ClassConfidence.largest(shares)).isCloseTo(0.6, within(1e-6));
    assertThat(ClassConfidence.largest(logarithms)).isCloseTo(0.6, within(1e-6));
    assertThat(ClassConfidence.largest(scores)).isCloseTo(0.6, within(1e-4));
    assertThat(ClassConfidence.largest(new float[] {0, 0})).isEqualTo(0.5);
  }

  @Test
  void theMeanOverPicturesIsTheSameHoweverTheScoresAreWritten() {
    // One class rises with brightness, the others stay where they are.
    double white = Math.exp(9) / (Math.exp(9) + 999);
    double black = 1 / 1000.0;
    double expected = (white + black) / 2;
    for (String last : List.of("", "Softmax", "LogSoftmax", "Sigmoid")) {
      ClassConfidence found = confidence(network(1000, last), 40, row -> grey(row % 2 * 255));
      assertThat(found.isMeasured()).as(last).isTrue();
      assertThat(found.pictures()).as(last).isEqualTo(40);
      assertThat(found.mean()).as(last).isCloseTo(expected, within(1e-4));
    }
  }

  @Test
  void aSeededSampleIsLookedAtAndUnreadablePicturesAreSkipped() {
    Set<Integer> seen = new HashSet<>();
    ClassConfidence found =
        confidence(
            network(1001, ""),
            500,
            row -> {
              seen.add(row);
              return row % 3 == 0 ? new byte[] {1, 2} : row % 3 == 1 ? null : grey(255);
            });
    assertThat(found.pictures()).isEqualTo(ClassConfidence.PICTURES);
    assertThat(seen).hasSizeBetween(ClassConfidence.PICTURES, 4 * ClassConfidence.PICTURES);
    Set<Integer> first = Set.copyOf(seen);
    confidence(
        network(1001, ""),
        500,
        row -> {
          seen.add(row);
          return row % 3 == 0 ? new byte[] {1, 2} : row % 3 == 1 ? null : grey(255);
        });
    assertThat(seen).isEqualTo(first);
  }

  @Test
  void whereThereIsNoFigureItIsSaidWhy() {
    assertThat(confidence(network(5, ""), 3, row -> grey(9)).problem())
        .isEqualTo("the network has no ImageNet classifier");
    Backbone bare = network(1000, "");
    OnnxGraph cut = bare.graph().cutTo(List.of(Backbone.EMBEDDING));
    assertThat(confidence(with(cut, bare), 3, row -> grey(9)).problem())
        .isEqualTo("the network has no ImageNet classifier");
    assertThat(confidence(bare, 3, row -> new byte[] {7}).problem())
        .isEqualTo("none of 3 pictures could be read");
    assertThat(confidence(network(1000, "LRN"), 3, row -> grey(9)).problem())
        .startsWith("its classifier cannot be run: ")
        .contains("LRN");
  }

  @Test
  void aRealNetworkIsSureOfPhotographsAndUnsureOfSigns() throws IOException {
    Path weights = SHARED.resolve("weights");
    Path data = SHARED.resolve("data");
    assumeTrue(
        Files.isDirectory(data.resolve("imagenet_sample"))
            && Files.isRegularFile(weights.resolve("squeezenet1_1.onnx")),
        "skipped: no weights and data beside the project");
    Backbone network = Backbones.fromFile(weights.resolve("squeezenet1_1.onnx"));
    assertThat(ofFolder(network, data.resolve("imagenet_sample")))
        .isGreaterThan(ofFolder(network, data.resolve("sign_digits")) + 0.2);
  }

  private static double ofFolder(Backbone network, Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> pictures =
          files
              .filter(file -> file.toString().matches(".*\\.(jpe?g|JPE?G)"))
              .sorted()
              .limit(20)
              .toList();
      return ClassConfidence.of(
              network,
              (row, column) -> Files.readAllBytes(pictures.get(row)),
              pictures.size(),
              ImagePolicy.defaults(),
              2,
              1)
          .mean();
    }
  }

  /** The picture of a row. */
  private interface Pictures {
    byte[] of(int row) throws IOException;
  }

  private static ClassConfidence confidence(Backbone network, int rows, Pictures pictures) {
    return ClassConfidence.of(
        network,
        (row, column) -> {
          assertThat(column).isZero();
          return pictures.of(row);
        },
        rows,
        ImagePolicy.defaults(),
        1,
        3);
  }

  private static byte[] grey(int level) throws IOException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < SIDE * SIDE; i++) {
      image.setRGB(i % SIDE, i / SIDE, level << 16 | level << 8 | level);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  /** The score of class 2 is nine times the mean brightness, every other is zero. */
  private static Backbone network(int classes, String last) {
    OnnxGraphBuilder net =
        new OnnxGraphBuilder(
            "brightness",
            (name, shape) -> {
              float[] values = new float[shape.stream().reduce(1, Math::multiplyExact)];
              if (name.equals("conv.weight")) {
                Arrays.fill(values, 1 / 3f);
              } else if (name.equals("fc.weight")) {
                values[2] = 9;
              }
              return values;
            });
    String x = net.conv(net.input("input", 3, SIDE, SIDE), "conv", Convolution.of(1, 1));
    x = net.flatten(net.globalAveragePool(x));
    net.output(Backbone.EMBEDDING, x);
    net.output(Backbone.LOGITS, net.gemm(x, "fc", classes));
    OnnxGraph graph = net.build();
    if (!last.isEmpty()) {
      graph =
          graph
              .renamed(Backbone.LOGITS, "scores")
              .withNode(last, List.of("scores"), Backbone.LOGITS)
              .cutTo(List.of(Backbone.EMBEDDING, Backbone.LOGITS));
    }
    return with(
        graph,
        new Backbone(
            "brightness",
            "brightness",
            graph,
            graph,
            1,
            PixelMetadata.squashed(SIDE, SIDE)
                .setDivisor(255)
                .addAllMean(List.of(0f, 0f, 0f))
                .addAllStd(List.of(1f, 1f, 1f))
                .build(),
            "test",
            ByteString.EMPTY,
            "Apache-2.0",
            List.of()));
  }

  private static Backbone with(OnnxGraph graph, Backbone other) {
    return new Backbone(
        other.name(),
        other.description(),
        graph,
        graph,
        other.embeddingWidth(),
        other.preprocessing(),
        other.source(),
        other.sha256(),
        other.licence(),
        other.notes());
  }
}
