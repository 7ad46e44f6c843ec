package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.amulet.training.data.Folds;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.evaluation.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackTransformBiasTest {
  @TempDir Path folder;

  @Test
  void predictionsOfTheMedianAddUpToLessThanTheTargets() throws IOException {
    ExperimentData data = data("log");
    Folds folds = Splitter.split(data.profile(), 4, 0, 1);
    double[][] medians = new double[data.table().rows()][];
    java.util.Arrays.fill(medians, new double[] {100});
    BackTransformBias bias =
        Objects.requireNonNull(BackTransformBias.of(data, folds, Metric.RMSE, medians));
    // exp(N(ln 100, 1)): its mean is sqrt(e) times its median.
    assertThat(bias.smearing()).isCloseTo(Math.sqrt(Math.E), within(0.3));
    assertThat(bias.bias()).isCloseTo(1 / bias.smearing() - 1, within(1e-12));
    assertThat(bias.smeared().mean()).isLessThan(bias.plain().mean());
    assertThat(bias.words(Metric.RMSE)).startsWith("learned as log").contains("% less than");
  }

  @Test
  void inTimeBothFiguresAreOfTheFoldsThatHaveEarlierOnes() throws IOException {
    List<String> lines = new ArrayList<>(List.of("size,day,price"));
    double[][] halves = new double[120][1];
    for (int i = 0; i < 120; i++) {
      double price = Math.exp(i * 7 % 120 / 20.0);
      lines.add(i % 9 + "," + i + "," + price);
      halves[i][0] = price / 2;
    }
    ExperimentData data =
        ExperimentData.read(
            ExperimentConfig.builder(Files.write(folder.resolve("days.csv"), lines))
                .target("price")
                .timeColumn("day")
                .set("target_transformer", "log")
                .build(),
            ProgressListener.silent());
    Folds folds = Splitter.split(data.profile(), 3, 0, 1);
    BackTransformBias bias =
        Objects.requireNonNull(BackTransformBias.of(data, folds, Metric.RMSE, halves));
    assertThat(bias.smeared().mean()).isCloseTo(0, within(1e-9));
    assertThat(bias.pays()).isTrue();
  }

  @Test
  void aTargetLearnedAsItIsHasNone() throws IOException {
    ExperimentData data = data("identity");
    Folds folds = Splitter.split(data.profile(), 4, 0, 1);
    double[][] predictions = new double[data.table().rows()][1];
    assertThat(BackTransformBias.of(data, folds, Metric.RMSE, predictions)).isNull();
  }

  @Test
  void itIsAmongTheMetrics() throws IOException {
    ExperimentResult result =
        ExperimentTest.run(
            ExperimentConfig.builder(table())
                .target("price")
                .folds(3)
                .set("learner", "linear")
                .set("threads", "1")
                .set("target_transformer", "log")
                .out(folder.resolve("out"))
                .build());
    assertThat(Files.readString(result.directory().resolve("metrics.json")))
        .contains("\"back_transform\"", "\"learned_as\" : \"log\"", "\"smearing_factor\" : 1.");
  }

  private ExperimentData data(String transformer) throws IOException {
    return ExperimentData.read(
        ExperimentConfig.builder(table())
            .target("price")
            .set("target_transformer", transformer)
            .build(),
        ProgressListener.silent());
  }

  private Path table() throws IOException {
    Random random = new Random(2);
    List<String> lines = new ArrayList<>(List.of("size,price"));
    for (int i = 0; i < 400; i++) {
      lines.add(random.nextInt(90) + "," + 100 * Math.exp(random.nextGaussian()));
    }
    return Files.write(folder.resolve("prices.csv"), lines);
  }
}
