package dev.amulet.training.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.OnnxScanner;
import dev.amulet.format.OnnxSummary;
import dev.amulet.format.OnnxSummary.Value;
import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.training.onnx.OrtSession;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RandomBackboneTest {
  private static final int SIDE = 64;

  private final Backbone backbone = Backbones.random(7);

  @Test
  void describesItselfAsRandomAndNotPretrained() {
    assertThat(backbone.name()).isEqualTo("random64");
    assertThat(backbone.description()).contains("random", "not pretrained", "seed 7");
    assertThat(backbone.notes()).singleElement().asString().contains("random weights");
    assertThat(backbone.embeddingWidth()).isEqualTo(112);
    assertThat(backbone.preprocessing().getWidth()).isEqualTo(SIDE);
    assertThat(backbone.preprocessing().getHeight()).isEqualTo(SIDE);
  }

  @Test
  void theSameSeedGivesTheSameBytesAndAnotherSeedOthers() {
    assertThat(Backbones.random(7).onnx()).isEqualTo(backbone.onnx());
    assertThat(Backbones.random(7).sha256()).isEqualTo(backbone.sha256());
    assertThat(Backbones.random(8).onnx()).isNotEqualTo(backbone.onnx());
  }

  @Test
  void generatorGivesThePublishedValues() {
    assertThat(RandomParameters.fnv1a64("")).isEqualTo(0xcbf29ce484222325L);
    assertThat(RandomParameters.fnv1a64("conv1.weight")).isEqualTo(0x69a29a2cee47d254L);
    assertThat(RandomParameters.splitMix64(0, 0)).isEqualTo(0xe220a8397b1dcdafL);
    assertThat(RandomParameters.splitMix64(0, 1)).isEqualTo(0x6e789e6aa1b965f4L);
  }

  @Test
  void servesOnlyTheEmbeddingWithNothingLeftToFold() {
    assertThat(backbone.serving().outputNames()).containsExactly("embedding");
    assertThat(backbone.serving().operatorCounts())
        .containsEntry("Conv", 6)
        .doesNotContainKey("BatchNormalization");
    assertThat(backbone.graph().outputNames()).containsExactly("embedding", "feature_map");
    assertThat(backbone.graph().operatorCounts()).containsEntry("BatchNormalization", 6);
  }

  @Test
  void theNetworkMayBeInAnAmuletAndIsWhatTheManifestSays() throws Exception {
    OnnxSummary summary = OnnxScanner.scan(ByteBuffer.wrap(backbone.onnx()), "random64");
    assertThat(summary.inputs())
        .containsExactly(new Value("input", OnnxSummary.FLOAT, true, List.of(-1L, 3L, 64L, 64L)));
    assertThat(summary.outputs())
        .containsExactly(new Value("embedding", OnnxSummary.FLOAT, true, List.of(-1L, 112L)));
    assertThat(backbone.network("a").getOutputs(0).getShapeList()).containsExactly(112);
  }

  @Test
  void embeddingsAreNeitherDeadNorHuge() {
    List<BufferedImage> pictures = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 64; i++) {
      pictures.add(i % 4 == 0 ? noise(random) : picture(random, i % 3, i % 2));
    }
    float[][] embeddings = embed(pictures);
    int alive = 0;
    for (int d = 0; d < backbone.embeddingWidth(); d++) {
      double sum = 0;
      double squares = 0;
      for (float[] e : embeddings) {
        sum += e[d];
        squares += (double) e[d] * e[d];
      }
      double mean = sum / embeddings.length;
      if (squares / embeddings.length - mean * mean > 1e-4) {
        alive++;
      }
      assertThat(mean).isBetween(0.0, 20.0);
    }
    assertThat(alive).isGreaterThanOrEqualTo(backbone.embeddingWidth() * 9 / 10);
  }

  @Test
  void tellsColoursAndShapesApart() {
    SplittableRandom random = new SplittableRandom(2);
    int perClass = 80;
    List<BufferedImage> pictures = new ArrayList<>();
    for (int i = 0; i < 6 * perClass; i++) {
      pictures.add(picture(random, i % 6 / 2, i % 2));
    }
    float[][] embeddings = embed(pictures);
    int half = embeddings.length / 2;
    double[][] weights = ridge(embeddings, half, 6);
    int right = 0;
    int colour = 0;
    for (int i = half; i < embeddings.length; i++) {
      int best = largest(weights, embeddings[i]);
      right += best == i % 6 ? 1 : 0;
      colour += best / 2 == i % 6 / 2 ? 1 : 0;
    }
    assertThat(right / (double) half).as("six classes, chance 0.17").isGreaterThan(0.8);
    assertThat(colour / (double) half).as("three colours, chance 0.33").isGreaterThan(0.95);
  }

  /** Ridge regression on one-hot classes (row i has class i % classes), with a constant term. */
  private static double[][] ridge(float[][] rows, int count, int classes) {
    int n = rows[0].length + 1;
    double[][] system = new double[n][n + classes];
    for (int r = 0; r < count; r++) {
      for (int i = 0; i < n; i++) {
        double x = i == n - 1 ? 1 : rows[r][i];
        for (int j = 0; j < n; j++) {
          system[i][j] += x * (j == n - 1 ? 1 : rows[r][j]);
        }
        system[i][n + r % classes] += x;
      }
    }
    for (int i = 0; i < n; i++) {
      system[i][i] += 1e-2 * count / n;
    }
    // Gauss-Jordan; the ridge keeps every pivot positive.
    for (int p = 0; p < n; p++) {
      for (int i = 0; i < n; i++) {
        double factor = system[i][p] / system[p][p];
        for (int j = p; i != p && j < n + classes; j++) {
          system[i][j] -= factor * system[p][j];
        }
      }
    }
    double[][] weights = new double[classes][n];
    for (int c = 0; c < classes; c++) {
      for (int i = 0; i < n; i++) {
        weights[c][i] = system[i][n + c] / system[i][i];
      }
    }
    return weights;
  }

  private static int largest(double[][] weights, float[] x) {
    int best = 0;
    double highest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < weights.length; c++) {
      double score = weights[c][x.length];
      for (int d = 0; d < x.length; d++) {
        score += weights[c][d] * x[d];
      }
      if (score > highest) {
        highest = score;
        best = c;
      }
    }
    return best;
  }

  private float[][] embed(List<BufferedImage> pictures) {
    float[] tensor = new float[pictures.size() * 3 * SIDE * SIDE];
    ImagePreprocessing pixels = backbone.preprocessing();
    int at = 0;
    for (BufferedImage picture : pictures) {
      for (int c = 0; c < 3; c++) {
        for (int i = 0; i < SIDE * SIDE; i++) {
          int sample = picture.getRGB(i % SIDE, i / SIDE) >> (16 - 8 * c) & 0xFF;
          tensor[at++] = (sample / pixels.getDivisor() - pixels.getMean(c)) / pixels.getStd(c);
        }
      }
    }
    int width = backbone.embeddingWidth();
    try (OrtSession session = OrtSession.of(backbone.serving())) {
      float[] flat = session.run(tensor, pictures.size(), 3, SIDE, SIDE).get("embedding");
      assertThat(flat).hasSize(pictures.size() * width);
      float[][] rows = new float[pictures.size()][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
      }
      return rows;
    }
  }

  private static BufferedImage noise(SplittableRandom random) {
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < SIDE * SIDE; i++) {
      picture.setRGB(i % SIDE, i / SIDE, random.nextInt(1 << 24));
    }
    return picture;
  }

  /** A red, green or blue circle (0) or square (1) of random size and place on random grey. */
  private static BufferedImage picture(SplittableRandom random, int colour, int shape) {
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = picture.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    int grey = random.nextInt(60, 200);
    g.setColor(new Color(grey, grey, grey));
    g.fillRect(0, 0, SIDE, SIDE);
    int[] rgb = {random.nextInt(80), random.nextInt(80), random.nextInt(80)};
    rgb[colour] = random.nextInt(180, 256);
    g.setColor(new Color(rgb[0], rgb[1], rgb[2]));
    int diameter = random.nextInt(26, 42);
    int x = random.nextInt(2, SIDE - diameter - 2);
    int y = random.nextInt(2, SIDE - diameter - 2);
    if (shape == 0) {
      g.fillOval(x, y, diameter, diameter);
    } else {
      g.fillRect(x, y, diameter, diameter);
    }
    g.dispose();
    return picture;
  }
}
