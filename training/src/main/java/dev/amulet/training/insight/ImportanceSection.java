package dev.amulet.training.insight;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.training.insight.InsightData.Explanations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which columns move the predictions, how far and which way: SHAP values by source column. */
final class ImportanceSection {
  private static final int SHOWN_COLUMNS = 20;
  private static final int LONGEST_NAME = 40;

  private ImportanceSection() {}

  static Section of(InsightData data, Explanations found, Pictures pictures) {
    double[] importance = importance(found);
    List<Integer> order =
        IntStream.range(0, importance.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer c) -> importance[c]).reversed())
            .limit(SHOWN_COLUMNS)
            .toList();
    double total = Arrays.stream(importance).sum();
    List<String> names =
        order.stream().map(c -> Figures.shortened(found.columns().get(c), LONGEST_NAME)).toList();
    Section section =
        new Section("importance", "What it looks at")
            .text(
                "Exact Shapley values of the finished model for %s rows%s, summed up by the column that they come from, in the space where the model adds up%s."
                    .formatted(
                        Figures.count(found.rows().length),
                        found.rows().length < data.dataset().rows()
                            ? " drawn from " + Figures.count(data.dataset().rows())
                            : "",
                        space(data)));
    Chart bars =
        new Chart("bars", "chart-importance", "Importance")
            .note(
                "How far a column moves the prediction, on average over rows, as a share of all"
                    + " columns.")
            .x("share of all movement, %")
            .across()
            .categories(names)
            .values(
                "share", order.stream().mapToDouble(c -> 100 * importance[c] / total).toArray());
    section.add(bars.node());
    if (found.outputs().size() == 1) {
      section.add(swarm(data, found, order, names, pictures).node());
    }
    return section;
  }

  private static String space(InsightData data) {
    return switch (data.task()) {
      case REGRESSION ->
          switch (data.run().transformer()) {
            case "log" -> " (the logarithm of the target)";
            case "sqrt" -> " (the square root of the target)";
            default -> " (the target's own)";
          };
      default -> " (log odds)";
    };
  }

  /** Mean of the absolute values over rows and outputs. */
  static double[] importance(Explanations found) {
    double[] sums = new double[found.columns().size()];
    for (double[][] output : found.values()) {
      for (double[] row : output) {
        for (int c = 0; c < sums.length; c++) {
          sums[c] += Math.abs(row[c]);
        }
      }
    }
    for (int c = 0; c < sums.length; c++) {
      sums[c] /= Math.max(1, found.rows().length * found.values().length);
    }
    return sums;
  }

  private static Chart swarm(
      InsightData data,
      Explanations found,
      List<Integer> order,
      List<String> names,
      Pictures pictures) {
    Chart chart =
        new Chart("swarm", "chart-shap", "Which way")
            .note(
                "Each dot is a row: right of the line the column raises the prediction. Colour: the"
                    + " column's value, where it is a number.")
            .x("contribution")
            .categories(names)
            .scale("low value", "high value");
    for (int column : order) {
      double[] ranks = ranks(data, found.rows(), found.columns().get(column));
      List<double[]> points = new ArrayList<>();
      for (int i = 0; i < found.rows().length; i++) {
        int row = found.rows()[i];
        points.add(
            new double[] {
              found.values()[0][i][column],
              ranks == null ? Double.NaN : ranks[i],
              data.dataset().sourceRow(row) + 1,
              pictures.known(row)
            });
      }
      chart.points(found.columns().get(column), points);
    }
    return chart;
  }

  /** Where each row's number is among those of all, from 0 to 1; null for other columns. */
  private static double @Nullable [] ranks(InsightData data, int[] rows, String column) {
    if (!data.dataset().hasColumn(column)
        || data.profile().column(column).type() != ColumnType.NUMERIC) {
      return null;
    }
    int at = data.dataset().columnIndex(column);
    double[] values =
        IntStream.of(rows).mapToDouble(row -> number(data.dataset().cell(row, at))).toArray();
    return ranks(values);
  }

  static double[] ranks(double[] values) {
    double[] sorted = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    return Arrays.stream(values)
        .map(
            v -> {
              if (Double.isNaN(v) || sorted.length < 2) {
                return Double.NaN;
              }
              long below = Arrays.stream(sorted).filter(s -> s < v).count();
              long same = Arrays.stream(sorted).filter(s -> s == v).count();
              return (below + (same - 1) / 2.0) / (sorted.length - 1);
            })
        .toArray();
  }

  private static double number(@Nullable String cell) {
    try {
      return cell == null ? Double.NaN : Double.parseDouble(cell);
    } catch (NumberFormatException e) {
      // A marker of a missing value, which the profile knows of.
      return Double.NaN;
    }
  }
}
