package dev.amulet.training.insight;

import dev.amulet.training.insight.InsightData.Validation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How well a model of two classes puts rows in order: ROC, precision and recall, gains and lift.
 */
final class RankingSection {
  private RankingSection() {}

  static Section of(InsightData data) {
    Validation all = data.validation();
    double[] scores = new double[all.actual().length];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = all.predicted()[row][1];
    }
    Ranking ranking = Ranking.of(all.actual(), scores, all.weights());
    String positive = data.className(1);
    double share = ranking.positiveShare();
    Chart roc =
        new Chart("lines", "chart-roc", "ROC curve")
            .note(
                "How much of "
                    + positive
                    + " is found for how many false alarms; grey: fold by fold.")
            .x("false positive rate")
            .y("true positive rate")
            .xRange(0, 1)
            .yRange(0, 1);
    perFold(data, scores).forEach((name, one) -> roc.points(name, one.roc(), "faint"));
    roc.points("all folds", ranking.roc())
        .points("chance", List.of(new double[] {0, 0}, new double[] {1, 1}), "guide");
    Chart pr =
        new Chart("lines", "chart-pr", "Precision and recall")
            .note("Of the rows called " + positive + ", how many are; dashed: calling all of them.")
            .x("recall")
            .y("precision")
            .xRange(0, 1)
            .yRange(0, 1)
            .points("all folds", ranking.precisionRecall())
            .points("chance", List.of(new double[] {0, share}, new double[] {1, share}), "guide");
    Chart gains =
        new Chart("lines", "chart-gains", "Cumulative gains")
            .note(
                "Taking the rows with the highest scores first, how much of "
                    + positive
                    + " is found.")
            .x("share of rows taken")
            .y("share of " + positive + " found")
            .xRange(0, 1)
            .yRange(0, 1)
            .points("model", ranking.gains())
            .points("chance", List.of(new double[] {0, 0}, new double[] {1, 1}), "guide");
    Chart lift =
        new Chart("lines", "chart-lift", "Lift")
            .note("How many times more of " + positive + " than among as many rows taken blindly.")
            .x("share of rows taken")
            .y("lift")
            .xRange(0, 1)
            .points("model", ranking.lift())
            .points("chance", List.of(new double[] {0, 1}, new double[] {1, 1}), "guide");
    return new Section("ranking", "How well it ranks")
        .add(roc.node())
        .add(pr.node())
        .add(gains.node())
        .add(lift.node());
  }

  /** The fold's own rows, where both classes are among them. */
  private static Map<String, Ranking> perFold(InsightData data, double[] scores) {
    Map<String, Ranking> rankings = new LinkedHashMap<>();
    Validation all = data.validation();
    if (all.foldNames().size() > 10) {
      return rankings;
    }
    for (int fold = 0; fold < all.foldNames().size(); fold++) {
      List<Integer> rows = new ArrayList<>();
      for (int row = 0; row < scores.length; row++) {
        if (all.fold()[row] == fold) {
          rows.add(row);
        }
      }
      Ranking one =
          Ranking.of(
              rows.stream().mapToDouble(row -> all.actual()[row]).toArray(),
              rows.stream().mapToDouble(row -> scores[row]).toArray(),
              rows.stream().mapToDouble(row -> all.weights()[row]).toArray());
      if (one.positiveShare() > 0 && one.positiveShare() < 1) {
        rankings.put("fold " + all.foldNames().get(fold), one);
      }
    }
    return rankings;
  }
}
