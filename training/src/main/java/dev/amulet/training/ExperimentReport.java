package dev.amulet.training;

import dev.amulet.format.ArtifactWriter;
import java.nio.charset.StandardCharsets;

/**
 * What an experiment says about itself to people.
 *
 * @param html the report, which shows pictures and cells of the training data
 * @param card the model card, which shows neither
 */
record ExperimentReport(String html, String card) {
  /** Name of the report in the experiment's folder. */
  static final String FILE = "report.html";

  /** Puts the report beside the amulet. */
  void stage(ExperimentFolder folder) {
    folder.stage(FILE, html);
  }

  /**
   * Puts the model card into the amulet, and the report where that is asked for: by default no
   * training picture leaves with a model.
   */
  void addTo(ArtifactWriter writer, boolean withReport) {
    writer.add("insights/model_card.md", card.getBytes(StandardCharsets.UTF_8));
    if (withReport) {
      writer.add("insights/" + FILE, html.getBytes(StandardCharsets.UTF_8));
    }
  }
}
