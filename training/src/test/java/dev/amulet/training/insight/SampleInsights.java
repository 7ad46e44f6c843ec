package dev.amulet.training.insight;

import dev.amulet.format.v1.Task;
import dev.amulet.training.data.ColumnProfiler;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.ProfileOptions;
import dev.amulet.training.data.TableProfile;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.insight.InsightData.Contender;
import dev.amulet.training.insight.InsightData.Embeddings;
import dev.amulet.training.insight.InsightData.Explanations;
import dev.amulet.training.insight.InsightData.LearningCurve;
import dev.amulet.training.insight.InsightData.NetworkCard;
import dev.amulet.training.insight.InsightData.Run;
import dev.amulet.training.insight.InsightData.TestFigures;
import dev.amulet.training.insight.InsightData.Validation;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Small experiments that never were, with all that a report can show. */
final class SampleInsights {
  static final int ROWS = 60;
  static final int FOLDS = 3;

  private final Path folder;
  private final Task task;
  private final List<String> classes;
  private final Random random = new Random(7);

  private SampleInsights(Path folder, Task task, List<String> classes) {
    this.folder = folder;
    this.task = task;
    this.classes = classes;
  }

  /** The class of a row is its number modulo the classes; a colour of its picture says which. */
  static InsightData of(Path folder, Task task, List<String> classes) throws IOException {
    return new SampleInsights(folder, task, classes).make("sample");
  }

  static InsightData named(String name, Path folder, Task task, List<String> classes)
      throws IOException {
    return new SampleInsights(folder, task, classes).make(name);
  }

  private InsightData make(String name) throws IOException {
    TableProfile profile = profile();
    double[] targets = profile.requiredTarget().values(profile.dataset());
    Metric scorer = Metric.defaultFor(task);
    return new InsightData(
        profile,
        scorer,
        validation(targets),
        List.of(
            contender("table", "linear", false, 0.70),
            contender("table", "trees", false, 0.72),
            contender("image_score", "trees", false, 0.80),
            contender("both", "blend", true, 0.85)),
        figures(0.5),
        new Score(0.84, 0.01),
        new TestFigures(0, Map.of()),
        explanations(),
        embeddings(),
        new LearningCurve(
            List.of(
                new LearningCurve.Point(0.25, 10, new Score(0.6, 0.05), FOLDS),
                new LearningCurve.Point(0.5, 20, new Score(0.7, 0.04), FOLDS),
                new LearningCurve.Point(1, 40, new Score(0.85, 0.03), FOLDS)),
            ""),
        new Run(
            name,
            "2026-01-02T03:04:05Z",
            "1.0",
            task == Task.REGRESSION ? "log" : "identity",
            List.of(
                new NetworkCard("net", "32 × 32, squashed", 4, 1000, 2.5, "drawn", "Apache-2.0")),
            Map.of("reading", 1.0),
            false,
            "target = \"y\"\n",
            1,
            null));
  }

  private TableProfile profile() throws IOException {
    Files.createDirectories(folder.resolve("p"));
    List<List<String>> rows = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      String file = "p/" + row + ".png";
      draw(folder.resolve(file), row);
      String target =
          task == Task.REGRESSION
              ? Integer.toString(100 + 37 * row)
              : classes.get(row % classes.size());
      rows.add(List.of(file, Double.toString(row + 0.25), row % 2 == 0 ? "even" : "odd", target));
    }
    Dataset table = Dataset.of("rows", folder, List.of("picture", "size", "kind", "y"), rows);
    return new ColumnProfiler(ProfileOptions.builder().target("y").problemType(task).build())
        .profile(table);
  }

  private void draw(Path file, int row) throws IOException {
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = image.createGraphics();
    pen.setColor(Color.getHSBColor(row % 3 / 3f, 1, 1));
    pen.fillRect(random.nextInt(16), random.nextInt(16), 4 + row % 12, 4 + row / 5);
    pen.setColor(Color.WHITE);
    pen.drawLine(random.nextInt(32), 0, random.nextInt(32), 31);
    pen.drawLine(0, random.nextInt(32), 31, random.nextInt(32));
    pen.dispose();
    ImageIO.write(image, "png", file.toFile());
  }

  private Validation validation(double[] targets) {
    double[][] predicted = new double[ROWS][];
    for (int row = 0; row < ROWS; row++) {
      if (task == Task.REGRESSION) {
        predicted[row] = new double[] {targets[row] * (0.8 + 0.4 * random.nextDouble())};
        continue;
      }
      predicted[row] = new double[classes.size()];
      double sum = 0;
      for (int k = 0; k < predicted[row].length; k++) {
        predicted[row][k] = random.nextDouble() + (k == (int) targets[row] ? 0.8 : 0);
        sum += predicted[row][k];
      }
      for (int k = 0; k < predicted[row].length; k++) {
        predicted[row][k] /= sum;
      }
    }
    if (task != Task.REGRESSION) {
      // One label that nothing speaks for.
      Arrays.fill(predicted[5], 0.01 / (classes.size() - 1));
      predicted[5][(int) (targets[5] + 1) % classes.size()] = 0.99;
    }
    double[] weights = new double[ROWS];
    Arrays.fill(weights, 1);
    return new Validation(
        IntStream.range(0, ROWS).toArray(),
        targets,
        predicted,
        weights,
        IntStream.range(0, ROWS).map(row -> row % FOLDS).toArray(),
        List.of("a", "b", "c"),
        0.5);
  }

  private Contender contender(String features, String learner, boolean chosen, double level) {
    Map<Metric, double[]> perFold = new EnumMap<>(Metric.class);
    for (Metric metric : Metric.forTask(task)) {
      perFold.put(metric, new double[] {level, level + 0.01, level - 0.01});
    }
    return new Contender(features, learner, "", chosen, perFold);
  }

  private Map<Metric, Score> figures(double level) {
    Map<Metric, Score> figures = new EnumMap<>(Metric.class);
    Metric.forTask(task).forEach(metric -> figures.put(metric, new Score(level, 0.02)));
    return figures;
  }

  private Explanations explanations() {
    int outputs = task == Task.MULTICLASS ? classes.size() : 1;
    double[][][] values = new double[outputs][ROWS][];
    for (double[][] output : values) {
      for (int row = 0; row < ROWS; row++) {
        output[row] = new double[] {random.nextGaussian(), (row - 30) / 30.0, 0.1};
      }
    }
    return new Explanations(
        IntStream.range(0, ROWS).toArray(),
        List.of("picture", "size", "kind"),
        outputs == 1 ? List.of("y") : classes,
        values);
  }

  private Embeddings embeddings() {
    float[] values = new float[ROWS * 4];
    for (int row = 0; row < ROWS; row++) {
      for (int j = 0; j < 3; j++) {
        values[4 * row + j] = (row % 3 == j ? 5 : 0) + (float) random.nextGaussian();
      }
      values[4 * row + 3] = 1;
    }
    return new Embeddings(new FeatureMatrix(ROWS, 4, values), new int[] {0, 1, 2, 3});
  }
}
