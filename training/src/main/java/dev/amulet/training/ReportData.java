package dev.amulet.training;

import dev.amulet.runtime.Contributions;
import dev.amulet.runtime.FeatureSpace;
import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.ScoreOptions;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.runtime.Scorer;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.Folds;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.insight.InsightData;
import dev.amulet.training.insight.InsightData.Contender;
import dev.amulet.training.insight.InsightData.Embeddings;
import dev.amulet.training.insight.InsightData.Explanations;
import dev.amulet.training.insight.InsightData.LearningCurve;
import dev.amulet.training.insight.InsightData.NetworkCard;
import dev.amulet.training.insight.InsightData.Run;
import dev.amulet.training.insight.InsightData.TestFigures;
import dev.amulet.training.insight.InsightData.Tuning;
import dev.amulet.training.insight.InsightData.Validation;
import dev.amulet.training.insight.Sample;
import dev.amulet.training.tree.TreeOptions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Puts what an experiment found into the plain values that its report is made of. */
final class ReportData {
  /** Rows whose contributions are looked at; a row of a large model takes milliseconds. */
  private static final int EXPLAINED_ROWS = 400;

  private static final int CHUNK_ROWS = 50;

  private final ExperimentConfig config;
  private final ExperimentData data;
  private final Folds folds;
  private final List<NamedBackbone> backbones;
  private final Map<String, Double> msPerImage;
  private final @Nullable Embeddings embeddings;
  private final @Nullable Tuning tuning;
  private final Budget budget;
  private final ProgressListener progress;

  /**
   * @param msPerImage of each network as far as it is known, by id
   * @param embeddings of every row, or null without pictures
   * @param tuning of a network, or null where it was not asked for
   */
  ReportData(
      ExperimentConfig config,
      ExperimentData data,
      Folds folds,
      List<NamedBackbone> backbones,
      Map<String, Double> msPerImage,
      @Nullable Embeddings embeddings,
      @Nullable Tuning tuning,
      Budget budget,
      ProgressListener progress) {
    this.config = config;
    this.data = data;
    this.folds = folds;
    this.backbones = backbones;
    this.msPerImage = Map.copyOf(msPerImage);
    this.embeddings = embeddings;
    this.tuning = tuning;
    this.budget = budget;
    this.progress = progress;
  }

  /**
   * Gathers it.
   *
   * @param model finished
   * @param toml the settings as resolved
   */
  InsightData of(
      ModelSelection.Result selection,
      TestTable.Result tested,
      Scorer model,
      LearningCurve curve,
      String toml) {
    Scores scores = selection.scores();
    return new InsightData(
        data.profile(),
        scores.scorer(),
        validation(selection.chosen()),
        contenders(scores),
        scores.constant(),
        scores.corrected(),
        new TestFigures(tested.rows(), tested.scores()),
        explanations(model),
        embeddings,
        curve,
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

  /** Contributions of source columns for a sample of rows. */
  private @Nullable Explanations explanations(Scorer model) {
    if (!model.available().contains(ScoreOptions.Part.CONTRIBUTIONS_ORIGINAL)) {
      return null;
    }
    int[] rows = Sample.rows(data.table().rows(), EXPLAINED_ROWS, config.seed());
    Dataset sample = data.table().subset(rows);
    ScoreOptions asked = ScoreOptions.builder().contributions(FeatureSpace.ORIGINAL).build();
    List<Contributions> found = new ArrayList<>();
    List<Integer> explained = new ArrayList<>();
    for (int first = 0; first < rows.length; first += CHUNK_ROWS) {
      int count = Math.min(CHUNK_ROWS, rows.length - first);
      List<ScoredRow> scored = model.score(Drafts.rows(model, sample, first, count), asked);
      for (int i = 0; i < count; i++) {
        Prediction prediction = scored.get(i).prediction();
        if (prediction != null) {
          found.add(prediction.contributions(FeatureSpace.ORIGINAL));
          explained.add(rows[first + i]);
        }
      }
      progress.progress("contributions", first + count, rows.length);
    }
    if (found.isEmpty()) {
      return null;
    }
    Contributions any = found.get(0);
    double[][][] values = new double[any.outputs()][found.size()][];
    for (int i = 0; i < found.size(); i++) {
      for (int k = 0; k < any.outputs(); k++) {
        values[k][i] = found.get(i).values(k);
      }
    }
    List<String> outputs =
        any.outputs() == 1
            ? List.of(data.profile().requiredTarget().column())
            : data.profile().requiredTarget().classes();
    return new Explanations(
        explained.stream().mapToInt(row -> row).toArray(), any.names(), outputs, values);
  }

  private static List<Contender> contenders(Scores scores) {
    return scores.candidates().entrySet().stream()
        .map(
            entry ->
                new Contender(
                    entry.getKey().features().key(),
                    entry.getKey().learner().key(),
                    tuning(entry.getKey().trees()),
                    entry.getKey().equals(scores.chosen()),
                    entry.getValue()))
        .toList();
  }

  private static String tuning(@Nullable TreeOptions trees) {
    return trees == null ? "" : trees.toString();
  }

  private Run run(String toml) {
    return new Run(
        config.name(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        ProvenanceRecord.amuletVersion(),
        data.coding().transformer().name().toLowerCase(Locale.ROOT),
        backbones.stream().map(this::card).toList(),
        budget.phases(),
        budget.wasCut(),
        toml,
        config.seed(),
        tuning);
  }

  private NetworkCard card(NamedBackbone named) {
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
        msPerImage.getOrDefault(named.id(), Double.NaN),
        named.backbone().source(),
        named.backbone().licence());
  }
}
