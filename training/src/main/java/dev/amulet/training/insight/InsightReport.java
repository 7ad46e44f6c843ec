package dev.amulet.training.insight;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amulet.format.v1.Task;
import dev.amulet.training.ProgressListener;
import dev.amulet.training.insight.InsightData.Embeddings;
import dev.amulet.training.insight.InsightData.Explanations;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    String task =
        switch (data.task()) {
          case REGRESSION -> "Regression";
          case BINARY -> "Two classes";
          default -> Figures.count(data.target().classes().size()) + " classes";
        };
    return "%s: \"%s\" from %s, %s rows. Made %s by Amulet (%s)."
        .formatted(
            task,
            data.target().column(),
            data.dataset().name(),
            Figures.count(data.dataset().rows()),
            data.run().created().replaceFirst("T(\\d+:\\d+).*", " $1 UTC"),
            data.run().version());
  }

  private List<Section> sections() {
    List<Section> sections = new ArrayList<>();
    WarningSection.of(data, pictures, progress).ifPresent(sections::add);
    sections.add(ScoreSection.of(data));
    ImageWorth.of(data).ifPresent(sections::add);
    sections.add(ComparisonSection.of(data));
    TuningSection.of(data).ifPresent(sections::add);
    LearningCurveSection.of(data).ifPresent(sections::add);
    // The pictures of these come first, as there is a limit to how many a page holds.
    Section table = DataSection.of(data, pictures);
    Section worst = WorstSection.of(data, pictures);
    Embeddings embeddings = data.embeddings();
    Neighbours neighbours =
        embeddings == null ? null : new Neighbours(embeddings, data.run().seed());
    Optional<Section> suspects = SuspectSection.of(data, neighbours, pictures);
    Optional<Section> map =
        embeddings == null ? Optional.empty() : MapSection.of(data, embeddings, pictures);
    if (data.task() == Task.REGRESSION) {
      sections.add(ResidualSection.of(data, pictures));
    } else {
      if (data.task() == Task.BINARY) {
        sections.add(RankingSection.of(data));
      }
      sections.add(ConfusionSection.of(data));
      sections.add(CalibrationSection.of(data));
    }
    Explanations explanations = data.explanations();
    if (explanations != null) {
      sections.add(ImportanceSection.of(data, explanations, pictures));
    }
    sections.add(worst);
    suspects.ifPresent(sections::add);
    map.ifPresent(sections::add);
    sections.add(table);
    sections.add(RunSection.of(data));
    return sections;
  }
}
