package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.training.data.Folds;
import dev.amulet.training.evaluation.Metric;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LeaderboardTest {
  private static final Candidate LINEAR = new Candidate(FeatureSet.TABLE, LearnerKind.LINEAR);
  private static final Candidate TREES = new Candidate(FeatureSet.TABLE, LearnerKind.TREES);
  private static final Candidate BLEND = new Candidate(FeatureSet.BOTH, LearnerKind.BLEND);

  private final ExperimentTest.Messages messages = new ExperimentTest.Messages();
  private final Folds folds = PredictionIntervalsTest.folds(20);

  private static Map<Metric, double[]> figures(Metric metric, double... values) {
    return Map.of(metric, values, Metric.R2, new double[] {0.1, 0.2, Double.NaN, 0.4, 0.5});
  }

  @Test
  void everyCandidateIsSaidWithItsPlaceAsItComesIn() {
    Leaderboard board = new Leaderboard(Metric.RMSE, folds, messages);
    board.add(new CandidateResult(LINEAR, figures(Metric.RMSE, 3, 4, 3, 4, 3), 1.25));
    board.add(new CandidateResult(TREES, figures(Metric.RMSE, 5, 5, 5, 5, 5), 10));
    board.add(new CandidateResult(BLEND, figures(Metric.RMSE, 2, 2, 2, 2, 2), 0));
    assertThat(messages.lines).hasSize(3);
    assertThat(messages.lines.get(0)).contains("table only, linear", "3.4", "1.3 s", "best so far");
    assertThat(messages.lines.get(1)).contains("place 2 of 2");
    assertThat(messages.lines.get(2)).contains("both, blend", "best so far");
  }

  @Test
  void theFileHasTheBestFirstWithEveryFold() {
    Leaderboard board = new Leaderboard(Metric.RMSE, folds, messages);
    board.add(new CandidateResult(LINEAR, figures(Metric.RMSE, 3, 4, 3, 4, 3), 1.25));
    board.add(new CandidateResult(BLEND, figures(Metric.RMSE, 2, 2, 2, 2, 2), 0));
    board.add(new CandidateResult(TREES, figures(Metric.RMSE, Double.NaN, Double.NaN), 2));
    List<String> lines = board.csv(BLEND).lines().toList();
    assertThat(lines)
        .hasSize(4)
        .startsWith(
            "place,feature_set,learner,tuned,chosen,seconds,RMSE.mean,RMSE.sd,R2.mean,R2.sd,"
                + "RMSE.fold.0,RMSE.fold.1,RMSE.fold.2,RMSE.fold.3,RMSE.fold.4");
    assertThat(lines.get(1))
        .startsWith("1,both,blend,,true,0.0,2.0,0.0,0.3")
        .endsWith("2.0,2.0,2.0,2.0,2.0");
    assertThat(lines.get(2))
        .startsWith("2,table,linear,,false,1.3,3.4")
        .endsWith("3.0,4.0,3.0,4.0,3.0");
    assertThat(lines.get(3)).startsWith("3,table,trees,,false,2.0,,").endsWith(",,,,,");
  }

  @Test
  void forAScoreThatIsToBeHighTheHighestIsFirst() {
    Leaderboard board = new Leaderboard(Metric.AUC, folds, messages);
    board.add(new CandidateResult(LINEAR, figures(Metric.AUC, 0.8), 1));
    board.add(new CandidateResult(TREES, figures(Metric.AUC, 0.9), 1));
    assertThat(messages.lines.get(1)).contains("best so far");
    assertThat(board.csv(null)).contains("1,table,trees,,false").contains("2,table,linear,,false");
  }
}
