package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.Task;
import dev.amulet.training.data.Folds;
import dev.amulet.training.vision.Backbones;
import dev.amulet.training.vision.FineTuner;
import dev.amulet.training.vision.TunedNetwork;
import dev.amulet.training.vision.TuningRows;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FoldTuningTest {
  private static final int ROWS = 40;

  private final Folds folds = PredictionIntervalsTest.folds(ROWS);
  private final double[] labels = new double[ROWS];
  private final List<Integer> rowsOfHeads = new ArrayList<>();
  private final ExperimentTest.Messages messages = new ExperimentTest.Messages();

  @BeforeAll
  static void needPyTorch() {
    Optional<String> reason = FineTuner.whyNot();
    assumeTrue(reason.isEmpty(), () -> "skipped: " + reason.orElse(""));
  }

  @Test
  void eachFoldTunesOnItsOwnRowsAndTheFirstDecidesForAll() {
    FoldTuning tuning = tuning(settings("true", "2", "1e-3"), new Budget(60));
    List<TunedNetwork> networks = tuning.run(0, 1).orElseThrow();
    assertThat(networks).hasSize(folds.count());
    for (int fold = 0; fold < folds.count(); fold++) {
      TunedNetwork network = networks.get(fold);
      assertThat(rowsOfHeads.get(fold) + network.heldRows())
          .as("a row of the fold was seen")
          .isEqualTo(folds.trainRows(fold).length);
      assertThat(network.plannedEpochs()).isEqualTo(2);
      assertThat(network.learningRate()).isEqualTo(networks.get(0).learningRate());
    }
    TunedNetwork whole = tuning.onAllRows(networks);
    assertThat(rowsOfHeads).last().isEqualTo(ROWS);
    assertThat(whole.heldRows()).isZero();
    assertThat(whole.bestEpoch()).isEqualTo(FoldTuning.typicalEpochs(networks));
    assertThat(messages.lines).contains("fine-tuning, all rows:");
  }

  @Test
  void heldOutRowsDecideWhichLayersLearn() {
    FoldTuning tuning = tuning(openStrategy(), new Budget(60));
    assertThat(tuning.strategy()).isEqualTo(TuningSettings.Strategy.WHOLE);
    tuning.run(0, 1).orElseThrow();
    assertThat(rowsOfHeads).hasSize(folds.count() + 1);
    assertThat(messages.lines)
        .anyMatch(line -> line.startsWith("  held-out loss with every layer"))
        .anyMatch(line -> line.endsWith(FoldTuning.words(tuning.strategy()) + " learns"));
  }

  @Test
  void theSameNetworkTunedAgainFollowsWhatWasFound() {
    FoldTuning tuning = tuning(openStrategy(), new Budget(60));
    TunedNetwork first = tuning.run(0, 2).orElseThrow().get(0);
    int before = rowsOfHeads.size();

    FoldTuning again = tuning.again(first, 2);

    assertThat(again.strategy()).isEqualTo(tuning.strategy());
    List<TunedNetwork> networks = again.run(0, 1).orElseThrow();
    assertThat(rowsOfHeads).as("no strategy is tried").hasSize(before + folds.count());
    assertThat(networks)
        .allMatch(network -> network.plannedEpochs() == first.plannedEpochs())
        .allMatch(network -> network.learningRate() == first.learningRate());
    assertThat(networks.get(0).backbone().onnx()).isNotEqualTo(first.backbone().onnx());
  }

  @Test
  void withoutTimeNothingIsTunedAndThatIsSaid() {
    Budget budget = new Budget(1e-9);
    assertThat(tuning(settings("true", "auto", "1e-3"), budget).run(0, 1)).isEmpty();
    assertThat(rowsOfHeads).isEmpty();
    assertThat(budget.wasCut()).isTrue();
    assertThat(messages.lines)
        .anyMatch(line -> line.matches("fine-tuning is given up after 0 of .*--time-budget"));
    Budget stopped = new Budget(60);
    stopped.stop();
    assertThat(tuning(settings("always", "1", "1e-3"), stopped).run(0, 1)).isEmpty();
  }

  @Test
  void aRunThatIsToStopTunesNoOtherFold() {
    Budget budget = new Budget(60);
    ProgressListener stopping =
        new ProgressListener() {
          @Override
          public void message(String line) {
            messages.message(line);
            if (line.contains("epoch 1 of 1")) {
              budget.stop();
            }
          }

          @Override
          public void progress(String phase, long done, long total) {
            messages.progress(phase, done, total);
          }
        };
    assertThat(tuning(settings("always", "1", "1e-3"), budget, stopping).run(0, 1)).isEmpty();
    assertThat(rowsOfHeads).hasSize(1);
    assertThat(messages.lines)
        .anyMatch(
            line -> line.matches("fine-tuning is given up after 1 of .*: the run is to stop"));
  }

  @Test
  void aRateThatBlowsUpGivesTuningUpUnlessTheUserInsists() {
    assertThat(tuning(settings("true", "1", "10"), new Budget(60)).run(0, 1)).isEmpty();
    assertThat(messages.lines).anyMatch(line -> line.contains("blows up even at"));
    FoldTuning insisting = tuning(settings("always", "1", "10"), new Budget(60));
    assertThatThrownBy(() -> insisting.run(0, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("blows up");
  }

  private static TuningSettings openStrategy() {
    return ExperimentConfig.builder(Path.of("data.csv"))
        .set("image_transformer_fine_tune", "true")
        .set("image_transformer_fine_tuning_strategy", "auto")
        .set("image_transformer_fine_tuning_num_epochs", "1")
        .set("image_transformer_fine_tuning_learning_rate", "1e-3")
        .set("image_transformer_fine_tuning_batch_size", "4")
        .build()
        .tuning();
  }

  private static TuningSettings settings(String choice, String epochs, String rate) {
    return ExperimentConfig.builder(Path.of("data.csv"))
        .set("image_transformer_fine_tune", choice)
        .set("image_transformer_fine_tuning_num_epochs", epochs)
        .set("image_transformer_fine_tuning_learning_rate", rate)
        .set("image_transformer_fine_tuning_batch_size", "8")
        .build()
        .tuning();
  }

  private FoldTuning tuning(TuningSettings settings, Budget budget) {
    return tuning(settings, budget, messages);
  }

  private FoldTuning tuning(TuningSettings settings, Budget budget, ProgressListener listener) {
    for (int row = 0; row < ROWS; row++) {
      labels[row] = row / 5 % 2;
    }
    TuningRows rows =
        new TuningRows(
            Task.BINARY, 2, labels, null, null, 1, (row, column) -> picture(row / 5 % 2, row));
    return new FoldTuning(
        settings,
        TuningSettings.Strategy.TOP,
        0,
        Backbones.random(7),
        rows,
        folds,
        this::head,
        budget,
        0.01,
        1,
        1,
        listener);
  }

  private LinearModel head(
      int rows, int columns, float[] slots, double[] headLabels, double[] weights) {
    rowsOfHeads.add(rows);
    return new LinearHeadStart(Task.BINARY, 2, 1).fit(rows, columns, slots, headLabels, weights);
  }

  /** Bright or dark, in noise. */
  private static byte[] picture(int kind, int seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    BufferedImage image = new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 400; i++) {
      int value = 70 + 80 * kind + random.nextInt(60);
      image.setRGB(i % 20, i / 20, value << 16 | value << 8 | value);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }
}
