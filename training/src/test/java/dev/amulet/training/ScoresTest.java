package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.training.evaluation.Metric;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ScoresTest {
  private static final Candidate TABLE_LINEAR = new Candidate(FeatureSet.TABLE, LearnerKind.LINEAR);
  private static final Candidate TABLE_TREES = new Candidate(FeatureSet.TABLE, LearnerKind.TREES);
  private static final Candidate BLEND = new Candidate(FeatureSet.BOTH, LearnerKind.BLEND);

  private final TreeMap<Candidate, Map<Metric, double[]>> candidates = new TreeMap<>();

  @Test
  void theSimplestStaysWhenTheBestIsBetterByChanceOnly() {
    rmse(TABLE_LINEAR, 10, 12, 11, 13, 14);
    rmse(BLEND, 9, 13, 10, 14, 13.5);
    assertThat(choose()).isEqualTo(TABLE_LINEAR);
  }

  @Test
  void theBestWinsWhenItIsBetterFoldByFold() {
    rmse(TABLE_LINEAR, 10, 20, 30, 40, 50);
    rmse(BLEND, 9.9, 19.9, 29.8, 39.9, 49.9);
    assertThat(choose()).isEqualTo(BLEND);
  }

  @Test
  void ofTheCandidatesAsGoodAsTheBestTheSimplestIsTaken() {
    rmse(TABLE_LINEAR, 20, 20, 20, 20, 20);
    rmse(TABLE_TREES, 10, 12, 11, 13, 14);
    rmse(BLEND, 9, 13, 10, 14, 13.5);
    assertThat(choose()).isEqualTo(TABLE_TREES);
  }

  @Test
  void greaterIsBetterForOtherMetrics() {
    candidates.put(TABLE_LINEAR, Map.of(Metric.AUC, new double[] {0.8, 0.7, 0.75}));
    candidates.put(BLEND, Map.of(Metric.AUC, new double[] {0.9, 0.8, 0.86}));
    assertThat(Scores.choose(Metric.AUC, candidates, candidate -> true)).isEqualTo(BLEND);
  }

  @Test
  void candidatesThatWereNotAskedForAreNotChosen() {
    rmse(TABLE_LINEAR, 1, 1, 1);
    rmse(BLEND, 5, 5, 5);
    assertThat(
            Scores.choose(
                Metric.RMSE, candidates, candidate -> candidate.learner() == LearnerKind.BLEND))
        .isEqualTo(BLEND);
  }

  @Test
  void oneThatTheTableAloneBeatsForSureIsNotChosenForBeingSimple() {
    rmse(TABLE_LINEAR, 10, 20, 30, 40);
    // Better by little, but in every fold.
    rmse(TABLE_TREES, 9.8, 19.8, 29.7, 39.8);
    // Better by more, but by chance.
    rmse(BLEND, 5, 22, 27, 44);
    assertThat(choose()).isEqualTo(TABLE_TREES);
  }

  @Test
  void aTableThatIsOnlyABaselineDoesNotForbidWhatItBeats() {
    rmse(TABLE_TREES, 1, 1, 1, 1);
    Candidate simple = new Candidate(FeatureSet.IMAGE_SCORE, LearnerKind.TREES);
    rmse(simple, 10, 12, 11, 13);
    rmse(BLEND, 9, 13, 10, 14);
    assertThat(
            Scores.choose(
                Metric.RMSE, candidates, candidate -> candidate.features() != FeatureSet.TABLE))
        .isEqualTo(simple);
  }

  @Test
  void aCandidateWithoutAFigureIsNotChosenForBeingSimple() {
    rmse(TABLE_LINEAR, Double.NaN, Double.NaN, Double.NaN);
    rmse(BLEND, 5, 6, 7);
    assertThat(choose()).isEqualTo(BLEND);
  }

  @Test
  void foldsWithoutAFigureDoNotMakeAnAdvantageLookSurer() {
    double none = Double.NaN;
    // Gains of 1 and -0.2: mean 0.4, standard error 0.6 over the two folds that count.
    rmse(TABLE_LINEAR, 10, 10, none, none, none, none, none, none, none, none, none, none);
    rmse(BLEND, 9, 10.2, none, none, none, none, none, none, none, none, none, none);
    assertThat(choose()).isEqualTo(TABLE_LINEAR);
    // Gains of 1 and 0.1: mean 0.55, standard error 0.45.
    rmse(BLEND, 9, 9.9, none, none, none, none, none, none, none, none, none, none);
    assertThat(choose()).isEqualTo(BLEND);
  }

  private void rmse(Candidate candidate, double... perFold) {
    candidates.put(candidate, Map.of(Metric.RMSE, perFold));
  }

  private Candidate choose() {
    return Scores.choose(Metric.RMSE, candidates, candidate -> true);
  }
}
