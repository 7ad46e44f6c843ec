package dev.amulet.training.insight;

import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.PairedGain;
import dev.amulet.training.evaluation.Score;
import dev.amulet.training.insight.InsightData.Contender;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the pictures are worth: the best way with them against the best without, fold by fold. */
final class ImageWorth {
  private ImageWorth() {}

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
      PairedGain gain = PairedGain.of(metric, a, b);
      List<String> cells = new ArrayList<>();
      cells.add(metric.name());
      cells.add(Score.of(b).toString());
      cells.add(Score.of(a).toString());
      cells.add(Figures.signed(gain.mean()));
      cells.add(
          Double.isNaN(gain.halfWidth())
              ? "–"
              : Figures.signed(gain.mean() - gain.halfWidth())
                  + " to "
                  + Figures.signed(gain.mean() + gain.halfWidth()));
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

  private static String sentence(
      Metric scorer, PairedGain gain, Contender with, Contender without) {
    double share = gain.mean() / Math.abs(without.score(scorer).mean());
    String verdict =
        Double.isNaN(gain.halfWidth())
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
}
