package dev.amulet.training;

import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment produced.
 *
 * @param directory the experiment's folder
 * @param amulet the published file
 * @param amuletId its id
 * @param scorer the metric that counts
 * @param validation of the fold models
 * @param tableOnly the same without images, or null when the table has only images
 * @param constant of predicting the mean or the class shares
 * @param test every metric on the test table, empty without one
 * @param featureSet what the learner saw: table, image_score, embedding or both
 * @param learner linear, trees or blend
 * @param seconds wall time
 */
public record ExperimentResult(
    Path directory,
    Path amulet,
    String amuletId,
    Metric scorer,
    Score validation,
    @Nullable Score tableOnly,
    Score constant,
    Map<Metric, Double> test,
    String featureSet,
    String learner,
    double seconds) {
  public ExperimentResult {
    test = Map.copyOf(test);
  }
}
