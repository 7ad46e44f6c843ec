package dev.amulet.training.insight;

import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import dev.amulet.training.insight.InsightData.Contender;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the pictures are worth: the best way with them against the best without, fold by fold. */
final class ImageWorth {
  /** 97.5 % points of Student's t for 1 to 30 degrees of freedom. */
  private static final double[] STUDENT = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
        2.145,
    2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052,
        2.048,
    2.045, 2.042
  };

  private ImageWorth() {}

  /**
   * A paired difference; more than 0 is better.
   *
   * @param mean over the folds where both are defined
   * @param half of the 95 % interval's length; NaN with one fold
   */
  record Gain(double mean, double half, int folds) {
    boolean isSure() {
      return Math.abs(mean) > half;
    }
  }

  /** Empty when there are only pictures, or none. */
  static Optional<Section> of(InsightData data) {
    Contender without = data.tableOnly();
    Contender with = data.withImages();
    if (without == null || with == null) {
      return Optional.empty();
    }
    Metric scorer = data.scorer();
    Section section = new Section("pictures", "What the pictures are worth");
    Table table =
        new Table("lrrrr", "metric", "table only", "with pictures", "gain", "95 % interval");
    for (Metric metric : Metric.forTask(data.task())) {
      double[] a = with.perFold().get(metric);
      double[] b = without.perFold().get(metric);
      if (a == null || b == null) {
        continue;
      }
      Gain gain = gain(metric, a, b);
      List<String> cells = new ArrayList<>();
      cells.add(metric.name());
      cells.add(Score.of(b).toString());
      cells.add(Score.of(a).toString());
      cells.add(Figures.signed(gain.mean()));
      cells.add(
          Double.isNaN(gain.half())
              ? "–"
              : Figures.signed(gain.mean() - gain.half())
                  + " to "
                  + Figures.signed(gain.mean() + gain.half()));
      table.row(metric == scorer, cells);
      if (metric == scorer) {
        section.text(sentence(scorer, gain, with, without));
      }
    }
    return Optional.of(
        section
            .add(table.node())
            .text(
                Section.Tone.FAINT,
                "The best way with pictures (%s) against the best without (%s); gain: how much better, paired by fold; interval by Student's t, which takes folds for independent."
                    .formatted(ScoreSection.words(with), ScoreSection.words(without))));
  }

  private static String sentence(Metric scorer, Gain gain, Contender with, Contender without) {
    double share = gain.mean() / Math.abs(without.score(scorer).mean());
    String verdict =
        Double.isNaN(gain.half())
            ? "With one fold there is no saying how sure that is."
            : gain.isSure()
                ? "That is more than chance."
                : "That may be chance: the interval holds 0.";
    return "With the pictures %s goes from %s to %s: %s %s (%s). %s"
        .formatted(
            scorer,
            Figures.rough(without.score(scorer).mean()),
            Figures.rough(with.score(scorer).mean()),
            gain.mean() >= 0 ? "better by" : "worse by",
            Figures.rough(Math.abs(gain.mean())),
            Figures.percent(Math.abs(share)),
            verdict);
  }

  /** By how much the first is better than the second. */
  static Gain gain(Metric metric, double[] with, double[] without) {
    double sign = metric.greaterIsBetter() ? 1 : -1;
    double[] gains = new double[with.length];
    for (int fold = 0; fold < gains.length; fold++) {
      gains[fold] = sign * (with[fold] - without[fold]);
    }
    int folds = (int) Arrays.stream(gains).filter(gain -> !Double.isNaN(gain)).count();
    Score score = Score.of(gains);
    double half =
        folds < 2
            ? Double.NaN
            : STUDENT[Math.min(STUDENT.length, folds - 1) - 1] * score.sd() / Math.sqrt(folds);
    return new Gain(score.mean(), half, folds);
  }
}
