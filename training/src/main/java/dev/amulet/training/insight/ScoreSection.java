package dev.amulet.training.insight;

import dev.amulet.format.v1.Task;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import dev.amulet.training.insight.InsightData.Contender;
import dev.amulet.training.insight.Section.Tile;
import dev.amulet.training.insight.Section.Tone;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How good the model is: on rows it did not see, on the test table, beside baselines. */
final class ScoreSection {
  private final InsightData data;
  private final Metric scorer;

  private ScoreSection(InsightData data) {
    this.data = data;
    scorer = data.scorer();
  }

  static Section of(InsightData data) {
    return new ScoreSection(data).section();
  }

  private Section section() {
    Section section = new Section("scores", "How good it is");
    section.tiles(tiles());
    section.text(Tone.FAINT, "The model: " + words(data.chosen()) + ".");
    sentences().forEach(section::text);
    if (data.test().rows() == 0) {
      section.text(
          Tone.WARN,
          "There was no test set: the figures come from cross-validation, in which this way of"
              + " modelling was also chosen. Judge the finished model on rows it has never met:"
              + " --test.");
    } else if (data.test().scores().isEmpty()) {
      section.text(Tone.WARN, "The test table has no target: it was predicted, not judged.");
    }
    section.add(metrics().node());
    section.text(
        Tone.FAINT,
        "Mean ± standard deviation over "
            + data.validation().foldNames().size()
            + " folds, of the models that did not see the fold; the finished model learned from"
            + " all rows.");
    section.add(folds().node());
    return section;
  }

  private List<Tile> tiles() {
    List<Tile> tiles = new ArrayList<>();
    Score score = data.chosen().score(scorer);
    tiles.add(new Tile("validation " + scorer, Figures.number(score.mean()), "± " + spread(score)));
    Double test = data.test().scores().get(scorer);
    if (test != null) {
      tiles.add(
          new Tile(
              "test " + scorer, Figures.number(test), Figures.count(data.test().rows()) + " rows"));
    }
    Contender table = data.tableBaseline();
    if (table != null) {
      Score plain = table.score(scorer);
      tiles.add(new Tile("table only", Figures.number(plain.mean()), "± " + spread(plain)));
    }
    Score constant = data.constant().get(scorer);
    if (constant != null) {
      tiles.add(
          new Tile(
              data.task() == Task.REGRESSION ? "always the mean" : "always the class shares",
              Figures.number(constant.mean()),
              "± " + spread(constant)));
    }
    return tiles;
  }

  private static String spread(Score score) {
    return Figures.number(score.sd());
  }

  static String words(Contender contender) {
    String what =
        switch (contender.features()) {
          case "table" -> "table columns only";
          case "image_score" -> "the pictures' score beside the table columns";
          case "embedding" -> "the embeddings of the pictures";
          case "tuned_score" -> "what a fine-tuned network says of the pictures";
          case "tuned_embedding" -> "the embeddings of a fine-tuned network";
          default -> "embeddings and image score";
        };
    String learner =
        switch (contender.learner()) {
          case "linear" -> "a linear model";
          case "trees" -> "boosted trees";
          default -> "a blend of a linear model and boosted trees";
        };
    return learner + " on " + what;
  }

  private List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    Score auc =
        data.chosen().perFold().containsKey(Metric.AUC) ? data.chosen().score(Metric.AUC) : null;
    if (auc != null && Double.isFinite(auc.mean())) {
      sentences.add(aucInWords(auc.mean()));
    }
    if (data.task() == Task.REGRESSION) {
      sentences.add(range());
      String bias = bias();
      if (bias != null) {
        sentences.add(bias);
      }
    }
    if (data.contenders().size() > 1 && Double.isFinite(data.corrected().mean())) {
      sentences.add(
          ("The best of %d candidates looks better than it is. Chosen again on rows drawn at random"
                  + " and measured on the rest, all folds together, the %s is %s.")
              .formatted(data.contenders().size(), scorer, data.corrected()));
    }
    return sentences;
  }

  /** An AUC of 0.5 is chance. */
  static String aucInWords(double auc) {
    String grade =
        auc >= 0.9
            ? "excellent (0.9 to 1.0)"
            : auc >= 0.8
                ? "good (0.8 to 0.9)"
                : auc >= 0.7
                    ? "fair (0.7 to 0.8)"
                    : auc >= 0.6 ? "poor (0.6 to 0.7)" : "hardly better than chance (below 0.6)";
    return String.format(
        Locale.ROOT,
        "An AUC of %.3f is %s: of one row of each class, the model puts the right one first %.0f"
            + " times in 100.",
        auc,
        grade,
        100 * auc);
  }

  private String range() {
    double[] sorted = data.validation().actual().clone();
    Arrays.sort(sorted);
    double low = sorted[0];
    double high = sorted[sorted.length - 1];
    Score rmse = data.chosen().score(Metric.RMSE);
    return "The target runs from %s to %s (middle half %s to %s); an RMSE of %s is %s of that range."
        .formatted(
            Figures.number(low),
            Figures.number(high),
            Figures.number(sorted[sorted.length / 4]),
            Figures.number(sorted[3 * sorted.length / 4]),
            Figures.number(rmse.mean()),
            Figures.percent(rmse.mean() / (high - low)));
  }

  /** How far predictions lie from the target on average; null without a transformed target. */
  private @Nullable String bias() {
    if (data.run().transformer().equals("identity")) {
      return null;
    }
    double actual = 0;
    double predicted = 0;
    double[] weights = data.validation().weights();
    for (int row = 0; row < weights.length; row++) {
      actual += weights[row] * data.validation().actual()[row];
      predicted += weights[row] * data.validation().predicted()[row][0];
    }
    return ("The target was learned through its %s, and predictions turned back sit near the middle"
            + " rather than the mean: together they come to %s of the actual total (back-transform"
            + " bias %s).")
        .formatted(
            data.run().transformer().equals("log") ? "logarithm" : "square root",
            Figures.percent(predicted / actual),
            Figures.signedPercent(predicted / actual - 1));
  }

  private Table metrics() {
    Contender table = data.tableBaseline();
    boolean withTest = !data.test().scores().isEmpty();
    List<String> head = new ArrayList<>(List.of("metric", "validation"));
    if (withTest) {
      head.add("test");
    }
    if (table != null) {
      head.add("table only");
    }
    head.add("constant");
    Table rows = new Table("l" + "r".repeat(head.size() - 1), head.toArray(new String[0]));
    for (Metric metric : Metric.forTask(data.task())) {
      List<String> cells = new ArrayList<>();
      cells.add(metric + (metric.greaterIsBetter() ? " ↑" : " ↓"));
      cells.add(data.chosen().score(metric).toString());
      if (withTest) {
        Double test = data.test().scores().get(metric);
        cells.add(Figures.number(test == null ? Double.NaN : test));
      }
      if (table != null) {
        cells.add(table.score(metric).toString());
      }
      Score constant = data.constant().get(metric);
      cells.add(Figures.number(constant == null ? Double.NaN : constant.mean()));
      rows.row(metric == scorer, cells);
    }
    return rows;
  }

  private Table folds() {
    List<Metric> metrics = Metric.forTask(data.task());
    List<String> head = new ArrayList<>(List.of("fold", "rows"));
    metrics.forEach(metric -> head.add(metric.name()));
    Table rows = new Table("l" + "r".repeat(head.size() - 1), head.toArray(new String[0]));
    List<String> names = data.validation().foldNames();
    for (int fold = 0; fold < names.size(); fold++) {
      int wanted = fold;
      List<String> cells = new ArrayList<>();
      cells.add(names.get(fold));
      cells.add(
          Figures.count(
              Arrays.stream(data.validation().fold()).filter(of -> of == wanted).count()));
      for (Metric metric : metrics) {
        double[] values = data.chosen().perFold().get(metric);
        cells.add(Figures.number(values == null ? Double.NaN : values[fold]));
      }
      rows.row(false, cells);
    }
    return rows;
  }
}
