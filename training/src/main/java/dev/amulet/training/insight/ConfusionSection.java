package dev.amulet.training.insight;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amulet.format.v1.Task;
import dev.amulet.training.insight.InsightData.Validation;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/** Which classes are taken for which; of two classes, from any threshold on. */
final class ConfusionSection {
  private static final int THRESHOLDS = 160;
  private static final int MOST_CLASSES = 25;
  private static final int LONGEST_NAME = 30;

  private ConfusionSection() {}

  static Section of(InsightData data) {
    Section section = new Section("confusion", "What it takes for what");
    return data.task() == Task.BINARY ? binary(data, section) : multiclass(data, section);
  }

  private static Section binary(InsightData data, Section section) {
    Validation all = data.validation();
    double[] scores = Arrays.stream(all.predicted()).mapToDouble(p -> p[1]).toArray();
    double[] thresholds = thresholds(scores, all.threshold());
    ObjectNode block = JsonNodeFactory.instance.objectNode().put("kind", "confusion");
    names(block, data.target().classes());
    ArrayNode values = block.putArray("thresholds");
    ArrayNode counts = block.putArray("counts");
    for (double threshold : thresholds) {
      values.add(threshold);
      ArrayNode one = counts.addArray();
      DoubleStream.of(counts(all.actual(), scores, all.weights(), threshold))
          .forEach(count -> one.add(Figures.short5(count)));
    }
    block.put("start", Arrays.binarySearch(thresholds, all.threshold()));
    return section
        .text(
            "A row is called %s from a probability on; the model's threshold was chosen on rows out of fold. Move it to see what another would do."
                .formatted(data.className(1)))
        .add(block);
  }

  /** Thresholds that part the scores evenly, and the model's; ascending, each once. */
  static double[] thresholds(double[] scores, double chosen) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    return DoubleStream.concat(
            DoubleStream.of(chosen),
            DoubleStream.iterate(0, k -> k < THRESHOLDS, k -> k + 1)
                .map(k -> sorted[(int) (k * (sorted.length - 1) / (THRESHOLDS - 1))])
                .map(Figures::short5))
        .sorted()
        .distinct()
        .toArray();
  }

  /** True and false positives, true and false negatives, by weight. */
  static double[] counts(double[] actual, double[] scores, double[] weights, double threshold) {
    double[] counts = new double[4];
    for (int i = 0; i < scores.length; i++) {
      boolean called = scores[i] >= threshold;
      boolean is = actual[i] > 0.5;
      counts[called ? (is ? 0 : 1) : (is ? 3 : 2)] += weights[i];
    }
    return counts;
  }

  private static Section multiclass(InsightData data, Section section) {
    Validation all = data.validation();
    List<String> classes = data.target().classes();
    double[][] counts = new double[classes.size()][classes.size()];
    for (int i = 0; i < all.actual().length; i++) {
      counts[(int) all.actual()[i]][most(all.predicted()[i])] += all.weights()[i];
    }
    section.add(perClass(classes, counts).node());
    if (classes.size() > MOST_CLASSES) {
      return section.text(
          Section.Tone.FAINT,
          "The matrix of %d classes is too large to be read; it has one line per class above."
              .formatted(classes.size()));
    }
    ObjectNode block =
        JsonNodeFactory.instance
            .objectNode()
            .put("kind", "matrix")
            .put("row", "actual")
            .put("column", "predicted");
    names(block, classes);
    ArrayNode rows = block.putArray("counts");
    for (double[] row : counts) {
      ArrayNode one = rows.addArray();
      DoubleStream.of(row).forEach(count -> one.add(Figures.short5(count)));
    }
    return section.add(block);
  }

  private static Table perClass(List<String> classes, double[][] counts) {
    Table table =
        new Table("lrrrl", "class", "rows", "recall", "precision", "most often taken for");
    for (int k = 0; k < Math.min(200, classes.size()); k++) {
      double called = 0;
      int other = -1;
      for (int j = 0; j < counts.length; j++) {
        called += counts[j][k];
        if (j != k && counts[k][j] > 0 && (other < 0 || counts[k][j] > counts[k][other])) {
          other = j;
        }
      }
      double rows = Arrays.stream(counts[k]).sum();
      table.row(
          Figures.shortened(classes.get(k), LONGEST_NAME),
          Figures.number(rows),
          Figures.percent(counts[k][k] / rows),
          Figures.percent(counts[k][k] / called),
          other < 0
              ? ""
              : "%s (%s)"
                  .formatted(
                      Figures.shortened(classes.get(other), LONGEST_NAME),
                      Figures.percent(counts[k][other] / rows)));
    }
    return table;
  }

  /** Index of the largest, the first of equals. */
  static int most(double[] values) {
    int most = 0;
    for (int k = 1; k < values.length; k++) {
      if (values[k] > values[most]) {
        most = k;
      }
    }
    return most;
  }

  private static void names(ObjectNode block, List<String> classes) {
    ArrayNode names = block.putArray("classes");
    classes.forEach(name -> names.add(Figures.shortened(name, LONGEST_NAME)));
  }
}
