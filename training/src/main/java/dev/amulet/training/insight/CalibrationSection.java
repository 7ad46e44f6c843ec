package dev.amulet.training.insight;

import dev.amulet.format.v1.Task;
import dev.amulet.training.insight.InsightData.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Whether probabilities mean what they say. */
final class CalibrationSection {
  private static final int BINS = 10;
  private static final int FEWEST_ROWS = 5;

  private CalibrationSection() {}

  /** Rows of nearly the same probability: their mean probability, and how many were right. */
  record Bin(double said, double happened, int rows) {}

  static Section of(InsightData data) {
    Validation all = data.validation();
    boolean binary = data.task() == Task.BINARY;
    double[] said = new double[all.actual().length];
    boolean[] happened = new boolean[said.length];
    for (int i = 0; i < said.length; i++) {
      int called = binary ? 1 : ConfusionSection.most(all.predicted()[i]);
      said[i] = all.predicted()[i][called];
      happened[i] = (int) all.actual()[i] == called;
    }
    List<Bin> bins = bins(said, happened);
    String what = binary ? data.className(1) : "the most probable class";
    List<double[]> points = new ArrayList<>();
    bins.forEach(bin -> points.add(new double[] {bin.said(), bin.happened()}));
    Chart reliability =
        new Chart("lines", "chart-calibration", "Calibration")
            .note(
                "Rows in ten groups by probability of %s; on the line: it means what it says."
                    .formatted(what))
            .x("mean probability said")
            .y("share that is so")
            .xRange(0, 1)
            .yRange(0, 1)
            .points("model", points)
            .points("perfect", List.of(new double[] {0, 0}, new double[] {1, 1}), "guide");
    double[] counts = new double[20];
    for (double p : said) {
      counts[(int) Math.min(19, Math.floor(20 * p))]++;
    }
    List<String> names =
        IntStream.range(0, 20).mapToObj(i -> Figures.percentWhole((i + 0.5) / 20)).toList();
    Chart spread =
        new Chart("bars", "chart-probabilities", "Probabilities said")
            .note("How many rows got which probability of %s.".formatted(what))
            .x("probability")
            .y("rows")
            .touching()
            .categories(names)
            .values("rows", counts);
    return new Section("calibration", "Whether probabilities can be believed")
        .text(
            "On average a probability is off by %s (expected calibration error)."
                .formatted(Figures.percent(error(bins))))
        .add(reliability.node())
        .add(spread.node());
  }

  /** Groups of equally many rows, lowest probability first. */
  static List<Bin> bins(double[] said, boolean[] happened) {
    int[] order =
        IntStream.range(0, said.length)
            .boxed()
            .sorted((a, b) -> Double.compare(said[a], said[b]))
            .mapToInt(i -> i)
            .toArray();
    int count = Math.max(1, Math.min(BINS, said.length / FEWEST_ROWS));
    List<Bin> bins = new ArrayList<>();
    for (int bin = 0; bin < count; bin++) {
      int from = (int) ((long) bin * order.length / count);
      int to = (int) ((long) (bin + 1) * order.length / count);
      double sum = 0;
      int right = 0;
      for (int i = from; i < to; i++) {
        sum += said[order[i]];
        right += happened[order[i]] ? 1 : 0;
      }
      bins.add(new Bin(sum / (to - from), (double) right / (to - from), to - from));
    }
    return bins;
  }

  /** Mean distance between what was said and what happened, by rows. */
  static double error(List<Bin> bins) {
    double sum = 0;
    int rows = 0;
    for (Bin bin : bins) {
      sum += bin.rows() * Math.abs(bin.said() - bin.happened());
      rows += bin.rows();
    }
    return sum / rows;
  }
}
