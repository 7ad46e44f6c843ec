package dev.amulet.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amulet.format.v1.Task;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.PairedGain;
import dev.amulet.training.evaluation.Score;
import dev.amulet.training.insight.InsightData;
import dev.amulet.training.insight.InsightData.Tuning;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code metrics.json}: the figures of an experiment for programs. */
final class MetricsFile {
  private final ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private final ObjectNode root = json.createObjectNode();

  /** What cross-validation found. */
  MetricsFile(String name, Task task, int rows, Scores scores) {
    root.put("name", name);
    root.put("problem", task.name().toLowerCase(Locale.ROOT));
    root.put("scorer", scores.scorer().name());
    root.putObject("rows").put("train", rows).put("test", 0);
    spread(root.putObject("validation"), scores.validation());
    spread(root.putObject("validation_corrected"), Map.of(scores.scorer(), scores.corrected()));
    root.putObject("test");
    ObjectNode baselines = root.putObject("baselines");
    ObjectNode constant = baselines.putObject("constant");
    scores.constant().forEach((metric, score) -> number(constant, metric, score.mean()));
    Map<Metric, Score> tableOnly = scores.tableOnly();
    if (tableOnly == null) {
      baselines.putNull("table_only");
    } else {
      spread(baselines.putObject("table_only"), tableOnly);
    }
    root.put("feature_set", scores.chosen().features().key());
    root.put("learner", scores.chosen().learner().key());
    ObjectNode tried = root.putObject("feature_sets");
    scores
        .perFeatureSet()
        .forEach(
            (set, values) ->
                spread(tried.putObject(set.key()), Map.of(scores.scorer(), scores.score(values))));
  }

  /** Adds how many rows the prediction intervals hold; nothing without any. */
  MetricsFile intervals(@Nullable PredictionIntervals intervals) {
    if (intervals != null) {
      ObjectNode coverage = root.putObject("interval_coverage");
      coverage.put("target", intervals.offsets().getCoverage());
      number(coverage, "mean", intervals.coverage().mean());
      number(coverage, "sd", intervals.coverage().sd());
    }
    return this;
  }

  /** Adds what networks were compared, and which are used; nothing where none were. */
  MetricsFile networks(List<ImageSearch.Ranked> ranking, List<String> used) {
    if (!ranking.isEmpty()) {
      ArrayNode networks = root.putArray("networks");
      for (ImageSearch.Ranked ranked : ranking) {
        ObjectNode network = networks.addObject().put("name", ranked.network());
        number(network, "mean", ranked.score().mean());
        number(network, "sd", ranked.score().sd());
        number(network, "ms_per_image", ranked.msPerImage());
        network.put("bytes", ranked.bytes()).put("used", used.contains(ranked.network()));
      }
    }
    return this;
  }

  /**
   * Adds how a network was fine-tuned and what that is worth; nothing where it was not asked for.
   */
  MetricsFile fineTuning(@Nullable Tuning tuning, @Nullable TuningPayoff payoff) {
    if (tuning == null) {
      return this;
    }
    ObjectNode node = root.putObject("fine_tuning");
    node.put("network", tuning.network()).put("pictures", tuning.pictures());
    node.put("strategy", tuning.strategy()).put("quadrant", tuning.quadrant());
    node.put("used", tuning.used());
    tuning.epochsOnAllRows().forEach(node.putArray("epochs_on_all_rows")::add);
    node.put("verdict", tuning.verdict());
    number(node, "images_per_second", tuning.imagesPerSecond());
    number(node, "waiting_share", tuning.waitingShare());
    if (payoff != null) {
      PairedGain gain = payoff.gain();
      ObjectNode paid = node.putObject("gain");
      number(paid, "mean", gain.mean());
      paid.put("folds", gain.folds()).put("pays", payoff.pays());
      number(paid, "low", gain.mean() - gain.halfWidth());
      number(paid, "high", gain.mean() + gain.halfWidth());
    }
    ArrayNode folds = node.putArray("folds");
    for (InsightData.TunedFold fold : tuning.folds()) {
      ObjectNode one = folds.addObject().put("network", fold.network()).put("fold", fold.fold());
      one.put("learning_rate", fold.rate()).put("epochs", fold.epochs()).put("best", fold.best());
      number(one, "loss_before", fold.startLoss());
      number(one, "loss_after", fold.bestLoss());
      number(one, "images_per_second", fold.imagesPerSecond());
      number(one, "waiting_share", fold.waitingShare());
    }
    return this;
  }

  /** Adds what learning the target through a function does to predictions; nothing without. */
  MetricsFile backTransform(@Nullable BackTransformBias bias) {
    if (bias != null) {
      ObjectNode node = root.putObject("back_transform");
      node.put("learned_as", bias.transformer().name().toLowerCase(Locale.ROOT));
      number(node, "bias", bias.bias());
      number(node, "smearing_factor", bias.smearing());
      ObjectNode smeared = node.putObject("validation_if_smeared");
      number(smeared, "mean", bias.smeared().mean());
      number(smeared, "sd", bias.smeared().sd());
      node.put("smearing_pays", bias.pays());
    }
    return this;
  }

  /** Adds whether anything was left out because the time budget was spent. */
  MetricsFile searchCutShort(boolean cut) {
    root.put("search_cut_short", cut);
    return this;
  }

  /** Adds how the finished model does on the test table. */
  MetricsFile test(TestTable.Result test) {
    ((ObjectNode) root.get("rows")).put("test", test.rows());
    ObjectNode testNode = (ObjectNode) root.get("test");
    test.scores().forEach((metric, value) -> number(testNode, metric, value));
    return this;
  }

  /** Adds what is known only at the end. */
  MetricsFile finish(double seconds, String amuletId, long amuletBytes) {
    root.put("seconds", Math.round(seconds * 10) / 10.0);
    root.putObject("amulet").put("id", amuletId).put("bytes", amuletBytes);
    return this;
  }

  String text() {
    try {
      return json.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain values have a JSON form", e);
    }
  }

  private static void spread(ObjectNode node, Map<Metric, Score> scores) {
    scores.forEach(
        (metric, score) -> {
          ObjectNode spread = node.putObject(metric.name());
          number(spread, "mean", score.mean());
          number(spread, "sd", score.sd());
        });
  }

  private static void number(ObjectNode node, Metric metric, @Nullable Double value) {
    number(node, metric.name(), value == null ? Double.NaN : value);
  }

  /** JSON has no NaN; an undefined metric is null. */
  private static void number(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }
}
