package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.amulet.format.v1.Task;
import dev.amulet.runtime.ImagePolicy;
import dev.amulet.training.data.Folds;
import dev.amulet.training.vision.Backbone;
import dev.amulet.training.vision.Backbones;
import dev.amulet.training.vision.FineTuneSettings;
import dev.amulet.training.vision.FineTuner;
import dev.amulet.training.vision.TunedNetwork;
import dev.amulet.training.vision.TuningRows;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class FoldTuningTest {
  private static final int ROWS = 60;

  private final List<String> parts = new ArrayList<>();

  @Test
  void whatIsSaidOfARowComesFromTheNetworkThatDidNotSeeIt() {
    Optional<String> reason = FineTuner.whyNot();
    assumeTrue(reason.isEmpty(), () -> "skipped: " + reason.orElse(""));
    Folds folds = PredictionIntervalsTest.folds(ROWS);
    double[] labels = new double[ROWS];
    for (int row = 0; row < ROWS; row++) {
      labels[row] = row / 5 % 2;
    }
    TuningRows rows =
        new TuningRows(
            Task.BINARY, 2, labels, null, null, 1, (row, column) -> picture(row / 5 % 2, row));
    Backbone backbone = Backbones.random(7);
    FoldTuning tuning = new FoldTuning(this::tuner, new LinearHeadStart(Task.BINARY, 2, 1));
    FoldTuning.Result result = tuning.run(backbone, rows, 1, folds);
    assertThat(parts).hasSize(folds.count()).startsWith("fold 1", "fold 2");
    assertThat(result.networks()).hasSize(folds.count());
    int right = 0;
    for (int row = 0; row < ROWS; row++) {
      right += result.outOfFold()[row][0] > 0 == labels[row] > 0.5 ? 1 : 0;
    }
    assertThat(right).isGreaterThan(ROWS * 8 / 10);
    int[] held = folds.validationRows(0);
    TunedNetwork first = result.networks().get(0);
    double[][] again = tuner("again").margins(first, rows.select(held));
    assertThat(again[0]).isEqualTo(result.outOfFold()[held[0]]);
    assertThat(first.lineage("net").getFineTunedEpochs()).isEqualTo(first.bestEpoch());
    TunedNetwork whole = tuning.onAllRows(backbone, rows);
    assertThat(parts).contains("all rows");
    assertThat(whole.backbone().sha256()).isEqualTo(backbone.sha256());
  }

  private FineTuner tuner(String part) {
    parts.add(part);
    FineTuneSettings settings =
        FineTuneSettings.builder().epochs(2).learningRate(1e-3).batch(8).holdout(0).build();
    return new FineTuner(settings, ImagePolicy.defaults(), ProgressListener.silent());
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
