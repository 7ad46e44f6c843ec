package dev.amulet.training.insight;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amulet.training.ProgressListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What an experiment found out, as one page that needs nothing else: {@code report.html}. Whatever
 * does not apply to the task is left out. Its size is bounded: of large tables it shows samples,
 * and says so.
 */
public final class InsightReport {
  private final InsightData data;
  private final Pictures pictures;
  private final ProgressListener progress;

  private InsightReport(InsightData data, ProgressListener progress) {
    this.data = data;
    this.progress = progress;
    pictures = new Pictures(data.profile());
  }

  /** The page. */
  public static String html(InsightData data, ProgressListener progress) {
    return new InsightReport(data, progress).html();
  }

  private String html() {
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    report.put("title", data.run().name()).put("subtitle", subtitle());
    ArrayNode sections = report.putArray("sections");
    List<Section> all = sections();
    all.forEach(section -> sections.add(section.node()));
    pictures.writeTo(report.putArray("pictures"));
    return ReportPage.html(data.run().name() + " – Amulet report", report);
  }

  private String subtitle() {
    return "%s of \"%s\" from %s, %s rows; made %s by Amulet %s"
        .formatted(
            data.task().name().toLowerCase(Locale.ROOT),
            data.target().column(),
            data.dataset().name(),
            Figures.count(data.dataset().rows()),
            data.run().created(),
            data.run().version());
  }

  private List<Section> sections() {
    List<Section> sections = new ArrayList<>();
    WarningSection.of(data).ifPresent(sections::add);
    sections.add(ScoreSection.of(data));
    sections.add(ComparisonSection.of(data));
    switch (data.task()) {
      case REGRESSION -> sections.add(ResidualSection.of(data, pictures));
      case BINARY -> sections.add(RankingSection.of(data));
      default -> {}
    }
    sections.add(DataSection.of(data, pictures));
    sections.add(RunSection.of(data));
    progress.progress("report", sections.size(), sections.size());
    return sections;
  }
}
