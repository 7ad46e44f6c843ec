package dev.amulet.training;

import dev.amulet.training.data.Folds;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.insight.InsightData;
import dev.amulet.training.insight.InsightData.Contender;
import dev.amulet.training.insight.InsightData.LearningCurve;
import dev.amulet.training.insight.InsightData.NetworkCard;
import dev.amulet.training.insight.InsightData.Run;
import dev.amulet.training.insight.InsightData.TestFigures;
import dev.amulet.training.insight.InsightData.Validation;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Puts what an experiment found into the plain values that its report is made of. */
final class ReportData {
  private final ExperimentConfig config;
  private final ExperimentData data;
  private final Folds folds;
  private final List<NamedBackbone> backbones;
  private final Budget budget;

  ReportData(
      ExperimentConfig config,
      ExperimentData data,
      Folds folds,
      List<NamedBackbone> backbones,
      Budget budget) {
    this.config = config;
    this.data = data;
    this.folds = folds;
    this.backbones = backbones;
    this.budget = budget;
  }

  /**
   * @param toml the settings as resolved
   */
  InsightData of(ModelSelection.Result selection, TestTable.Result tested, String toml) {
    Scores scores = selection.scores();
    return new InsightData(
        data.profile(),
        scores.scorer(),
        validation(selection.chosen()),
        contenders(scores),
        scores.constant(),
        scores.corrected(),
        new TestFigures(tested.rows(), tested.scores()),
        null,
        null,
        new LearningCurve(List.of(), ""),
        run(toml));
  }

  private Validation validation(ModelSelection.Contestant chosen) {
    int[] rows = folds.validatedRows();
    int[] assignment = folds.assignment();
    return new Validation(
        rows,
        ModelSelection.pick(data.targets(), rows),
        ModelSelection.pick(chosen.predictions(), rows),
        ModelSelection.pick(data.profile().weights(), rows),
        IntStream.of(rows).map(row -> assignment[row]).toArray(),
        folds.names(),
        chosen.labelThreshold());
  }

  private static List<Contender> contenders(Scores scores) {
    return scores.candidates().entrySet().stream()
        .map(
            entry ->
                new Contender(
                    entry.getKey().features().key(),
                    entry.getKey().learner().key(),
                    entry.getKey().equals(scores.chosen()),
                    entry.getValue()))
        .toList();
  }

  private Run run(String toml) {
    return new Run(
        config.name(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        ProvenanceRecord.amuletVersion(),
        data.coding().transformer().name().toLowerCase(Locale.ROOT),
        backbones.stream().map(ReportData::card).toList(),
        budget.phases(),
        budget.wasCut(),
        toml,
        config.seed());
  }

  private static NetworkCard card(NamedBackbone named) {
    String resize =
        switch (named.preprocessing().getResize()) {
          case SHORTER_SIDE_CROP -> "cropped";
          case PAD -> "padded";
          default -> "squashed";
        };
    return new NetworkCard(
        named.backbone().name(),
        "%d × %d, %s%s"
            .formatted(
                named.preprocessing().getWidth(),
                named.preprocessing().getHeight(),
                resize,
                named.mirrored() ? ", averaged with the mirror image" : ""),
        named.backbone().embeddingWidth(),
        named.onnx().length,
        named.backbone().source(),
        named.backbone().licence());
  }
}
