package dev.amulet.training.insight;

import dev.amulet.format.v1.Task;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.insight.InsightData.Validation;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** How wrong each out-of-fold prediction is, as the scorer sees it. */
final class Errors {
  private final InsightData data;
  private final Validation all;

  Errors(InsightData data) {
    this.data = data;
    all = data.validation();
  }

  /** Of a validated row; larger is worse. */
  double of(int i) {
    double[] predicted = all.predicted()[i];
    double actual = all.actual()[i];
    if (data.task() != Task.REGRESSION) {
      return 1 - predicted[(int) actual];
    }
    Metric scorer = data.scorer();
    return switch (scorer) {
      case RMSLE ->
          Math.abs(Math.log1p(Math.max(0, predicted[0])) - Math.log1p(Math.max(0, actual)));
      case MAPE -> Math.abs(predicted[0] - actual) / Math.max(1e-15, Math.abs(actual));
      default -> Math.abs(predicted[0] - actual);
    };
  }

  /** Positions among the validated rows, the worst first. */
  List<Integer> worst(int most) {
    return IntStream.range(0, all.rows().length)
        .filter(i -> all.weights()[i] > 0)
        .boxed()
        .sorted(Comparator.comparingDouble(this::of).reversed())
        .limit(most)
        .toList();
  }

  /** What was said of a row and what is so, one line each. */
  List<String> lines(int i) {
    int row = all.rows()[i];
    String number = "row " + Figures.count(data.dataset().sourceRow(row) + 1);
    double[] predicted = all.predicted()[i];
    if (data.task() == Task.REGRESSION) {
      double error = predicted[0] - all.actual()[i];
      return List.of(
          number,
          "actual: " + Figures.number(all.actual()[i]),
          "predicted: " + Figures.rough(predicted[0]),
          "error: %s (%s)"
              .formatted(signed(error), Figures.signedPercent(error / Math.abs(all.actual()[i]))));
    }
    int called = called(i);
    int actual = (int) all.actual()[i];
    return List.of(
        number,
        "actual: %s (given %s)".formatted(name(actual), Figures.percent(predicted[actual])),
        "predicted: %s (%s)".formatted(name(called), Figures.percent(predicted[called])));
  }

  /** The class a row is called. */
  int called(int i) {
    double[] predicted = all.predicted()[i];
    return data.task() == Task.BINARY
        ? (predicted[1] >= all.threshold() ? 1 : 0)
        : ConfusionSection.most(predicted);
  }

  String name(int label) {
    return data.className(label);
  }

  private static String signed(double error) {
    return (error > 0 ? "+" : "") + Figures.rough(error).toLowerCase(Locale.ROOT);
  }
}
