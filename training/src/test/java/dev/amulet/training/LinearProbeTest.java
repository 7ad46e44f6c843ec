package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.training.data.Folds;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.feature.FeatureMatrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinearProbeTest {
  private static final int ROWS = 90;

  @TempDir Path folder;

  @Test
  void inTimeLaterRowsDoNotChangeWhatIsPredictedForEarlierOnes() throws IOException {
    double[][] before = predictions(0);
    double[][] after = predictions(4);
    int never = 0;
    for (int row = 0; row < ROWS / 2; row++) {
      never += Double.isNaN(before[row][0]) ? 1 : 0;
      assertThat(after[row]).as("row %d", row).isEqualTo(before[row]);
    }
    assertThat(never).isBetween(20, 40);
    assertThat(after[ROWS - 1]).isNotEqualTo(before[ROWS - 1]);
  }

  /** With something added to the targets of the later half, within the range of all. */
  private double[][] predictions(double added) throws IOException {
    List<String> lines = new ArrayList<>(List.of("x,day,y"));
    float[] x = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      x[i] = i * 37 % 90 / 10f;
      double y = i == 1 ? 100 : i == 2 ? -100 : x[i] + (i >= ROWS / 2 ? added : 0);
      lines.add(x[i] + "," + i + "," + y);
    }
    ExperimentData data =
        ExperimentData.read(
            ExperimentConfig.builder(Files.write(folder.resolve("days.csv"), lines))
                .target("y")
                .timeColumn("day")
                .build(),
            ProgressListener.silent());
    Folds folds = Splitter.split(data.profile(), 3, 0, 1);
    return new LinearProbe(folds, Metric.RMSE, 1)
        .of(data, new FeatureMatrix(ROWS, 1, x), new int[] {0})
        .predictions();
  }
}
