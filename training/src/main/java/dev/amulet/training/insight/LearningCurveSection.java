package dev.amulet.training.insight;

import dev.amulet.training.insight.InsightData.LearningCurve;
import dev.amulet.training.insight.Section.Tone;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether more rows would help. */
final class LearningCurveSection {
  private LearningCurveSection() {}

  /** Empty when nothing was made and there is nothing to say. */
  static Optional<Section> of(InsightData data) {
    LearningCurve curve = data.learningCurve();
    if (curve.points().isEmpty() && curve.note().isEmpty()) {
      return Optional.empty();
    }
    Section section = new Section("rows", "Whether more rows would help");
    if (curve.points().size() > 1) {
      List<double[]> means = new ArrayList<>();
      List<double[]> upper = new ArrayList<>();
      List<double[]> lower = new ArrayList<>();
      for (LearningCurve.Point point : curve.points()) {
        means.add(new double[] {point.rows(), point.score().mean()});
        upper.add(new double[] {point.rows(), point.score().mean() + point.score().sd()});
        lower.add(new double[] {point.rows(), point.score().mean() - point.score().sd()});
      }
      section.text(sentence(data, curve));
      section.add(
          new Chart("lines", "chart-learning", "Learning curve")
              .note(
                  "%s on rows not seen, of the same way of modelling trained on part of the rows; dashed: ± standard deviation over folds."
                      .formatted(data.scorer()))
              .x("training rows")
              .y(data.scorer().name())
              .points("mean", means)
              .points("+ sd", upper, "guide")
              .points("− sd", lower, "guide")
              .node());
      Table table = new Table("rrrr", "share", "rows", "folds", data.scorer().name());
      for (LearningCurve.Point point : curve.points()) {
        table.row(
            Figures.percentWhole(point.share()),
            Figures.count(point.rows()),
            Figures.count(point.folds()),
            point.score().toString());
      }
      section.add(table.node());
    }
    if (!curve.note().isEmpty()) {
      section.text(Tone.FAINT, curve.note());
    }
    return Optional.of(section);
  }

  private static String sentence(InsightData data, LearningCurve curve) {
    LearningCurve.Point last = curve.points().get(curve.points().size() - 1);
    LearningCurve.Point before = curve.points().get(curve.points().size() - 2);
    double sign = data.scorer().greaterIsBetter() ? 1 : -1;
    double gain = sign * (last.score().mean() - before.score().mean());
    double noise = last.score().sd() / Math.sqrt(Math.max(1, last.folds()));
    String verdict =
        gain > noise
            ? "it is still learning: more rows are likely to help."
            : "the curve is flat within its noise: more rows alone would help little.";
    return "From %s to %s of the rows %s goes from %s to %s: %s"
        .formatted(
            Figures.percentWhole(before.share()),
            Figures.percentWhole(last.share()),
            data.scorer(),
            Figures.rough(before.score().mean()),
            Figures.rough(last.score().mean()),
            verdict);
  }
}
