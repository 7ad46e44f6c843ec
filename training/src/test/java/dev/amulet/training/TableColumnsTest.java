package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.ArtifactException;
import dev.amulet.runtime.Scorer;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.FeaturePlan;
import dev.amulet.training.feature.PipelineBuilder;
import dev.amulet.training.feature.TableFitter;
import dev.amulet.training.linear.LinearTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts, dates and columns of many levels, from the table to the amulet. */
class TableColumnsTest {
  private static final int ROWS = 160;
  private static final int STREETS = 30;

  @TempDir Path folder;

  @Test
  void textsDatesAndManyLevelsBecomeFeaturesThatHelp() throws IOException, ArtifactException {
    Path table = write(true);
    ExperimentResult result =
        ExperimentTest.run(
            ExperimentConfig.builder(table)
                .target("price")
                .folds(3)
                .set("threads", "1")
                .set("learner", "linear")
                .set("verification", "sample")
                .out(folder.resolve("out"))
                .build());
    assertThat(result.scorer()).isEqualTo(Metric.RMSE);
    assertThat(result.validation().mean()).isLessThan(0.6 * result.constant().mean());
    try (Scorer scorer = Scorer.open(result.amulet())) {
      assertThat(scorer.slotNames())
          .contains("note.0", "listed.epoch_day", "listed.month", "street.share", "street.target")
          .contains("street.words.0", "plot", "plot.log");
      assertThat(scorer.verify().passed()).isTrue();
      double house = scorer.score(scorer.newRow().set("note", "garden, lawn and shed")).value();
      double flat = scorer.score(scorer.newRow().set("note", "lift, tram, balcony")).value();
      assertThat(house).isGreaterThan(flat + 20);
    }
  }

  @Test
  void aRowIsShownTheTargetMeanOfOtherRows() throws IOException {
    ExperimentConfig config =
        ExperimentConfig.builder(write(false)).target("price").set("threads", "1").build();
    ExperimentTest.Messages silent = new ExperimentTest.Messages();
    ExperimentData data = ExperimentData.read(config, silent);
    Drafts drafts =
        new Drafts(
            "levels",
            data.schema(),
            List.of(),
            dev.amulet.runtime.ImageSource.under(folder),
            EmbeddingStore.inMemory(1024),
            1);
    int[] training = IntStream.range(0, ROWS - 20).toArray();
    int[] parts = Splitter.parts(data.profile(), training, CrossValidation.INNER_PARTS, 1);
    double[] labels = data.labels();
    FittedFeatures fitted = fit(data, drafts, labels, training, parts);
    FeatureMatrix features = features(fitted, data, drafts);
    int slot = fitted.targetSlots()[0];
    assertThat(fitted.tableSlots()).contains(slot);
    assertThat(fitted.honestSlots()).hasSize(CrossValidation.INNER_PARTS);
    int row = 17;
    labels[row] += 100;
    FittedFeatures otherFit = fit(data, drafts, labels, training, parts);
    FeatureMatrix other = features(otherFit, data, drafts);
    assertThat(other.value(row, slot)).as("knows").isNotEqualTo(features.value(row, slot));
    fitted.honest(features);
    otherFit.honest(other);
    assertThat(other.value(row, slot)).as("shown").isEqualTo(features.value(row, slot));
    int held = ROWS - 1;
    assertThat(other.value(held, slot)).isEqualTo(fullMean(otherFit, data, drafts, held, slot));
  }

  private static float fullMean(
      FittedFeatures fitted, ExperimentData data, Drafts drafts, int row, int slot) {
    return drafts
        .features(fitted.pipeline(), data.table(), "full", new ExperimentTest.Messages())
        .value(row, slot);
  }

  private static FeatureMatrix features(FittedFeatures fitted, ExperimentData data, Drafts drafts) {
    return drafts.features(fitted.draft(), data.table(), "features", new ExperimentTest.Messages());
  }

  private static FittedFeatures fit(
      ExperimentData data, Drafts drafts, double[] labels, int[] training, int[] parts) {
    PipelineBuilder base = new PipelineBuilder(data.schema());
    FeaturePlan.layOut(base, data.schema(), List.of());
    double[] weights = data.profile().weights();
    return new FeatureFitter(
            new TableFitter(data.schema(), data.table(), 1, labels, weights, 1),
            List.of(),
            new LinearTrainer(data.coding().task(), 0, 1),
            1,
            1,
            drafts.features(base, data.table(), "base", new ExperimentTest.Messages()),
            labels,
            weights)
        .fit(data.schema(), training, parts, new FeatureFitter.Derived(8, true));
  }

  /**
   * Prices that depend on the note, the day and the street.
   *
   * @param all whether the note and the day are there
   */
  private Path write(boolean all) throws IOException {
    String[] houses = {"garden", "garage", "cellar", "lawn", "shed"};
    String[] flats = {"lift", "balcony", "concierge", "tram", "rooftop"};
    Random random = new Random(5);
    double[] street = random.doubles(STREETS, 0, 60).toArray();
    List<String> lines =
        new ArrayList<>(List.of(all ? "note,listed,plot,street,price" : "street,price"));
    for (int i = 0; i < ROWS; i++) {
      String[] words = i % 2 == 0 ? houses : flats;
      String note = "sold with";
      for (int w = 0; w < 5; w++) {
        note += " " + words[random.nextInt(5)] + (w == 2 ? " no. " + i : "");
      }
      LocalDate listed = LocalDate.of(2020, 1, 1).plusDays(random.nextInt(1500));
      int on = random.nextInt(STREETS);
      double price =
          200
              + (i % 2 == 0 ? 80 : 0)
              + listed.toEpochDay() / 50.0
              + street[on]
              + 5 * random.nextGaussian();
      String row = "Street " + (char) ('A' + on % 26) + on + "," + Math.round(price * 10) / 10.0;
      long plot = Math.round(100 * Math.exp(i * 7 % 40 / 8.0));
      lines.add(all ? note + "," + listed + "," + plot + "," + row : row);
    }
    Path table = folder.resolve(all ? "listings.csv" : "streets.csv");
    Files.write(table, lines);
    return table;
  }
}
