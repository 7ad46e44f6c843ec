package dev.amulet.training;

import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import java.util.Map;
import java.util.Objects;

/**
 * A candidate that cross-validation has finished with.
 *
 * @param perFold every metric that applies, one value per fold
 * @param seconds spent on its learners; a blend takes none
 */
record CandidateResult(Candidate candidate, Map<Metric, double[]> perFold, double seconds) {
  /** Mean and spread of one metric. */
  Score score(Metric metric) {
    return Score.of(Objects.requireNonNull(perFold.get(metric)));
  }
}
