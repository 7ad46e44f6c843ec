package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.amulet.runtime.Scorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassWeightsTest {
  @TempDir Path folder;

  @Test
  void balancedClassesWeighTheSameAndAllRowsAsMuchAsBefore() throws IOException {
    ExperimentData data = data("kind", "class_weights");
    double[] labels = data.labels();
    double[] weights = data.profile().weights();
    assertThat(ClassWeights.NONE.of(data.coding(), labels, weights)).isEqualTo(weights);
    double[] balanced = ClassWeights.BALANCED.of(data.coding(), labels, weights);
    double rare = 0;
    for (int row = 0; row < labels.length; row++) {
      rare += labels[row] == 1 ? balanced[row] : 0;
    }
    assertThat(Arrays.stream(balanced).sum()).isCloseTo(100, within(1e-9));
    assertThat(rare).isCloseTo(50, within(1e-9));
  }

  @Test
  void aNumberHasNoClasses() throws IOException {
    ExperimentData data = data("size", "regression");
    double[] weights = data.profile().weights();
    assertThat(ClassWeights.BALANCED.of(data.coding(), data.labels(), weights)).isEqualTo(weights);
  }

  @Test
  void balancedTrainingFindsTheRareClassMoreProbable() throws Exception {
    double plain = meanProbability("none");
    double balanced = meanProbability("balanced");
    assertThat(plain).isBetween(0.05, 0.2);
    assertThat(balanced).isGreaterThan(plain + 0.2);
  }

  @Test
  void aLinearModelOfPicturesIsTheSameWhateverElseIsTried() throws Exception {
    assertThat(embeddingFigures("auto")).isNotEmpty().isEqualTo(embeddingFigures("linear"));
  }

  /** Of the linear model on embeddings in every fold, among what a learner setting tries. */
  private List<String> embeddingFigures(String learner) throws IOException {
    ExperimentResult result =
        ExperimentTest.run(
            ExperimentTest.config(
                    Signs.write(folder, 36, 5, Signs.Kind.YES_NO), folder.resolve("out"))
                .drop(List.of("size", "make", "used", "owner", "fold", "weight"))
                .folds(2)
                .name(learner)
                .set("scorer", "LOGLOSS")
                .set("learner", learner)
                .set("class_weights", "balanced")
                .build());
    try (CsvReader<NamedCsvRecord> csv =
        CsvReader.builder().ofNamedCsvRecord(result.directory().resolve("leaderboard.csv"))) {
      return csv.stream()
          .filter(row -> row.getField("feature_set").equals("embedding"))
          .filter(row -> row.getField("learner").equals("linear"))
          .map(row -> row.getField("LOGLOSS.fold.0") + " " + row.getField("LOGLOSS.fold.1"))
          .toList();
    }
  }

  private double meanProbability(String classWeights) throws Exception {
    ExperimentResult result =
        ExperimentTest.run(
            ExperimentConfig.builder(table())
                .target("kind")
                .folds(2)
                .name(classWeights)
                .set("learner", "linear")
                .set("probability_calibration", "none")
                .set("threads", "1")
                .set("class_weights", classWeights)
                .out(folder.resolve("out"))
                .build());
    try (Scorer scorer = Scorer.open(result.amulet())) {
      double sum = 0;
      for (int size = 0; size < 10; size++) {
        sum += scorer.score(scorer.newRow().set("size", size / 10.0)).probability(1);
      }
      return sum / 10;
    }
  }

  private ExperimentData data(String target, String name) throws IOException {
    return ExperimentData.read(
        ExperimentConfig.builder(table()).target(target).name(name).build(),
        ProgressListener.silent());
  }

  /** Ninety common rows and ten rare ones, which a size tells apart by a little. */
  private Path table() throws IOException {
    Random random = new Random(3);
    List<String> lines = new ArrayList<>(List.of("size,width,kind"));
    for (int i = 0; i < 100; i++) {
      boolean rare = i % 10 == 0;
      double size = (rare ? 0.2 : 0) + random.nextDouble();
      lines.add(
          Math.round(size * 1000) / 1000.0
              + ","
              + random.nextInt(50)
              + ","
              + (rare ? "rare" : "common"));
    }
    return Files.write(folder.resolve("kinds.csv"), lines);
  }
}
