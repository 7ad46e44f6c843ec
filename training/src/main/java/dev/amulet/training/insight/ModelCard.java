package dev.amulet.training.insight;

import dev.amulet.format.v1.Task;
import dev.amulet.training.data.ColumnProfile;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import dev.amulet.training.insight.InsightData.Contender;
import dev.amulet.training.insight.InsightData.NetworkCard;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What whoever gets a model should know of it, as Markdown that travels in the amulet (after
 * Mitchell et al., "Model Cards for Model Reporting", 2019). Holds names of columns and classes and
 * figures, no cells and no pictures; not when it was made either, which the manifest says, so that
 * the same run gives the same card.
 */
public final class ModelCard {
  private final InsightData data;
  private final StringBuilder card = new StringBuilder();

  private ModelCard(InsightData data) {
    this.data = data;
  }

  /** The card. */
  public static String text(InsightData data) {
    return new ModelCard(data).text();
  }

  private String text() {
    line("# " + plain(data.run().name()));
    line("");
    line(
        "%s of **%s**, made by Amulet %s: %s."
            .formatted(
                data.task().name().charAt(0)
                    + data.task().name().substring(1).toLowerCase(Locale.ROOT),
                plain(data.target().column()),
                plain(data.run().version()),
                ScoreSection.words(data.chosen())));
    inputs();
    figures();
    limits();
    networks();
    return card.toString();
  }

  private void inputs() {
    heading("What it takes");
    line("| column | type |");
    line("|---|---|");
    for (ColumnProfile column : data.profile().inputs()) {
      line(
          "| %s | %s |"
              .formatted(
                  plain(column.name()),
                  column.type().name().toLowerCase(Locale.ROOT).replace('_', '-')));
    }
    if (data.task() != Task.REGRESSION) {
      line("");
      line(
          "Classes: "
              + String.join(
                  ", ", data.target().classes().stream().limit(50).map(ModelCard::plain).toList())
              + (data.target().classes().size() > 50 ? ", …" : ""));
    }
  }

  private void figures() {
    heading("How good it is");
    Contender table = data.tableBaseline();
    line("| metric | validation | test |" + (table == null ? "" : " table only |") + " constant |");
    line("|---|---|---|" + (table == null ? "" : "---|") + "---|");
    for (Metric metric : Metric.forTask(data.task())) {
      Double test = data.test().scores().get(metric);
      Score constant = data.constant().get(metric);
      line(
          "| %s%s | %s | %s |%s %s |"
              .formatted(
                  metric,
                  metric == data.scorer() ? " (chosen by)" : "",
                  data.chosen().score(metric),
                  test == null ? "–" : Figures.rough(test),
                  table == null ? "" : " " + table.score(metric) + " |",
                  constant == null ? "–" : Figures.rough(constant.mean())));
    }
    line("");
    line(
        "Validation: mean ± standard deviation over %d folds of %s rows, by models that did not see the fold; the model itself learned from all rows."
            .formatted(data.validation().foldNames().size(), Figures.count(data.dataset().rows())));
  }

  private void limits() {
    heading("What to mind");
    if (data.test().rows() == 0) {
      line("- There was no test set: no figure here is of rows that had no part in making it.");
    }
    for (String warning : data.profile().warnings()) {
      line("- " + plain(warning));
    }
    if (data.run().cutShort()) {
      line("- The search was cut short by its time budget.");
    }
    if (data.task() == Task.REGRESSION) {
      List<Double> targets =
          Arrays.stream(data.target().values(data.dataset())).boxed().sorted().toList();
      line(
          "- Targets seen: %s to %s. It has nothing to go by outside of them."
              .formatted(
                  Figures.rough(targets.get(0)), Figures.rough(targets.get(targets.size() - 1))));
    }
    line("- It knows rows like those it learned from; other cameras, places or years may differ.");
  }

  private void networks() {
    if (data.run().networks().isEmpty()) {
      return;
    }
    heading("Networks");
    for (NetworkCard network : data.run().networks()) {
      line(
          "- %s (%s), licence %s, %s"
              .formatted(
                  plain(network.name()),
                  network.input(),
                  plain(network.licence()),
                  plain(network.source())));
    }
  }

  private void heading(String text) {
    line("");
    line("## " + text);
    line("");
  }

  private void line(String text) {
    card.append(text).append('\n');
  }

  /** One line in which nothing is markup. */
  private static String plain(String text) {
    return text.replaceAll("\\s+", " ").replaceAll("([\\\\`*_{}\\[\\]<>#|])", "\\\\$1");
  }
}
