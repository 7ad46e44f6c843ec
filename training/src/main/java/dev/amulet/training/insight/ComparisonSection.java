package dev.amulet.training.insight;

import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import dev.amulet.training.insight.InsightData.Contender;
import dev.amulet.training.insight.Section.Tone;
import java.util.ArrayList;
import java.util.List;

/** Every feature set with every learner that was tried. */
final class ComparisonSection {
  private static final List<String> SETS =
      List.of("table", "image_score", "embedding", "both", "tuned_score", "tuned_embedding");
  private static final List<String> LEARNERS =
      List.of("linear", "trees", "tuned trees", "blend", "tuned blend");

  private ComparisonSection() {}

  static Section of(InsightData data) {
    Metric scorer = data.scorer();
    Section section = new Section("comparison", "What was compared");
    section.text(
        "The simplest way that no other beats by a standard error of their difference is the"
            + " model.");
    List<String> sets =
        SETS.stream()
            .filter(set -> data.contenders().stream().anyMatch(c -> c.features().equals(set)))
            .toList();
    Chart chart =
        new Chart("spreads", "chart-comparison", "Features and learners")
            .note(
                "%s in validation, mean ± standard deviation over folds; %s is better."
                    .formatted(scorer, scorer.greaterIsBetter() ? "more" : "less"))
            .x(scorer.name())
            .categories(sets.stream().map(ComparisonSection::setName).toList());
    for (String learner : LEARNERS) {
      List<double[]> points = new ArrayList<>();
      for (Contender contender : data.contenders()) {
        Score score = contender.score(scorer);
        if (series(contender).equals(learner) && Double.isFinite(score.mean())) {
          points.add(new double[] {score.mean(), sets.indexOf(contender.features()), score.sd()});
        }
      }
      if (!points.isEmpty()) {
        chart.points(learner, points);
      }
    }
    section.add(chart.node());
    section.add(table(data).node());
    if (!data.chosen().readsImages() && data.withImages() != null) {
      section.text(Tone.WARN, "The pictures do not help here: the model reads table columns only.");
    }
    return section;
  }

  private static String series(Contender contender) {
    return (contender.tuning().isEmpty() ? "" : "tuned ") + contender.learner();
  }

  static String setName(String set) {
    return switch (set) {
      case "table" -> "table only";
      case "image_score" -> "image score";
      case "both" -> "embedding and score";
      case "tuned_score" -> "fine-tuned network's score";
      case "tuned_embedding" -> "fine-tuned embedding";
      default -> set;
    };
  }

  private static Table table(InsightData data) {
    List<Metric> metrics = Metric.forTask(data.task());
    List<String> head = new ArrayList<>(List.of("features", "learner"));
    metrics.forEach(metric -> head.add(metric.name()));
    Table table = new Table("ll" + "r".repeat(metrics.size()), head.toArray(new String[0]));
    for (Contender contender : data.contenders()) {
      List<String> cells = new ArrayList<>();
      cells.add(setName(contender.features()));
      cells.add(
          contender.learner()
              + (contender.tuning().isEmpty() ? "" : ": " + contender.tuning())
              + (contender.chosen() ? ", chosen" : ""));
      metrics.forEach(metric -> cells.add(contender.score(metric).toString()));
      table.row(contender.chosen(), cells);
    }
    return table;
  }
}
