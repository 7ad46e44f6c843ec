package dev.amulet.training.insight;

import dev.amulet.training.insight.InsightData.Validation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where a regression errs: predicted against actual, and what is left over. */
final class ResidualSection {
  private static final int BARS = 25;

  private ResidualSection() {}

  static Section of(InsightData data, Pictures pictures) {
    Validation all = data.validation();
    int[] sample = Sample.rows(all.rows().length, Sample.DOTS, data.run().seed());
    String target = data.target().column();
    boolean log =
        !data.run().transformer().equals("identity")
            && Arrays.stream(all.actual()).allMatch(v -> v > 0)
            && Arrays.stream(all.predicted()).allMatch(p -> p[0] > 0);
    List<double[]> fit = new ArrayList<>();
    List<double[]> left = new ArrayList<>();
    for (int i : sample) {
      int row = all.rows()[i];
      double actual = all.actual()[i];
      double predicted = all.predicted()[i][0];
      double picture = pictures.known(row);
      double number = data.dataset().sourceRow(row) + 1;
      fit.add(new double[] {actual, predicted, number, picture});
      left.add(
          new double[] {predicted, log ? actual / predicted : actual - predicted, number, picture});
    }
    double low = Arrays.stream(all.actual()).min().orElse(0);
    double high = Arrays.stream(all.actual()).max().orElse(1);
    Chart predicted =
        new Chart("points", "chart-predicted", "Predicted against actual")
            .note(
                "Each dot is a row, predicted by a model that did not see it. On the line: right.")
            .x("actual " + target)
            .y("predicted " + target)
            .points("rows", fit)
            .points("right", List.of(new double[] {low, low}, new double[] {high, high}), "guide");
    if (log) {
      predicted.logarithmic();
    }
    double least = left.stream().mapToDouble(p -> p[0]).min().orElse(0);
    double most = left.stream().mapToDouble(p -> p[0]).max().orElse(1);
    double none = log ? 1 : 0;
    Chart residuals =
        new Chart("points", "chart-residuals", "Residuals")
            .note(
                (log
                        ? "Actual divided by predicted, as the target was learned through a function."
                        : "Actual less predicted.")
                    + " A bend or a funnel says what the model misses.")
            .x("predicted " + target)
            .y(log ? "actual ÷ predicted" : "actual − predicted")
            .points("rows", left)
            .points(
                "none", List.of(new double[] {least, none}, new double[] {most, none}), "guide");
    if (log) {
      residuals.logarithmic();
    }
    Section section = new Section("errors", "Where it errs");
    if (sample.length < all.rows().length) {
      section.text(Section.Tone.FAINT, Sample.words(sample.length, all.rows().length));
    }
    return section.add(predicted.node()).add(residuals.node()).add(histogram(all, target).node());
  }

  private static Chart histogram(Validation all, String target) {
    double[] errors = new double[all.actual().length];
    for (int row = 0; row < errors.length; row++) {
      errors[row] = all.actual()[row] - all.predicted()[row][0];
    }
    double[] sorted = errors.clone();
    Arrays.sort(sorted);
    // A few errors far out would leave all others in one bar.
    double low = sorted[(int) (0.01 * (sorted.length - 1))];
    double high = sorted[(int) (0.99 * (sorted.length - 1))];
    double width = Math.max((high - low) / BARS, Double.MIN_NORMAL);
    double[] counts = new double[BARS];
    for (double error : errors) {
      counts[(int) Math.max(0, Math.min(BARS - 1, Math.floor((error - low) / width)))]++;
    }
    List<String> names = new ArrayList<>();
    for (int bar = 0; bar < BARS; bar++) {
      names.add(Figures.number(Figures.short3(low + (bar + 0.5) * width)));
    }
    return new Chart("bars", "chart-residual-sizes", "How large the residuals are")
        .note("The outermost bars also hold all that lies beyond.")
        .x("actual − predicted " + target)
        .y("rows")
        .touching()
        .categories(names)
        .values("rows", counts);
  }
}
