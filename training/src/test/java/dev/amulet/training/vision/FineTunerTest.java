package dev.amulet.training.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.Task;
import dev.amulet.runtime.ImagePolicy;
import dev.amulet.training.ProgressListener;
import dev.amulet.training.TrainingException;
import dev.amulet.training.onnx.BatchNormFolding;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.OrtSession;
import dev.amulet.training.onnx.TestGraphs;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTunerTest {
  private static final int SIDE = 16;
  private static final int ROWS = 120;

  private final List<String> messages = new ArrayList<>();

  @BeforeAll
  static void start() {
    PyTorchHere.managerOrSkip().close();
  }

  @Test
  void learnsWhatThePicturesShowAndOnnxRuntimeAgrees() {
    TuningRows rows = stripes(1, 3, (row, column) -> picture(row % 3, row));
    TunedNetwork tuned =
        tuner(settings().epochs(6).learningRate(0.01)).tune(backbone(), rows, zero());
    assertThat(tuned.startLoss()).isCloseTo(Math.log(3), Offset.offset(1e-4));
    assertThat(tuned.bestEpoch()).isPositive();
    assertThat(tuned.epochs().get(tuned.bestEpoch() - 1).heldLoss()).isLessThan(0.5);
    assertThat(tuned.heldRows()).isEqualTo(12);
    assertThat(tuned.backbone().serving().operatorCounts()).doesNotContainKey("BatchNormalization");
    int right = 0;
    try (OrtSession serving = OrtSession.of(tuned.backbone().serving());
        OrtSession unfolded = OrtSession.plain(tuned.backbone().graph())) {
      for (int row = 0; row < ROWS; row++) {
        float[] pixels = pixels(picture(row % 3, row));
        float[] folded = serving.run(pixels, 1, 3, SIDE, SIDE).get(Backbone.EMBEDDING);
        float[] plain = unfolded.run(pixels, 1, 3, SIDE, SIDE).get(Backbone.EMBEDDING);
        OnnxBlockTest.close("embedding", folded, plain, 1e-4);
        right += best(tuned.head(), folded) == row % 3 ? 1 : 0;
      }
    }
    assertThat(right).isGreaterThan(ROWS * 9 / 10);
    assertThat(messages).anyMatch(line -> line.contains("images/s") && line.contains("waiting"));
  }

  @Test
  void theSameSeedGivesTheSameWeightsAndAResumedRunGoesOnWhereItStopped(@TempDir Path folder) {
    TuningRows rows = stripes(1, 3, (row, column) -> picture(row % 3, row));
    FineTuneSettings.Builder settings = settings().epochs(4).learningRate(0.003).dropout(0.2);
    TunedNetwork whole = tuner(settings).tune(backbone(), rows, zero());
    assertThat(tuner(settings).tune(backbone(), rows, zero()).backbone().onnx())
        .isEqualTo(whole.backbone().onnx());
    settings.checkpoint(folder.resolve("run.ckpt"));
    ProgressListener stops =
        new Listener() {
          @Override
          public void message(String line) {
            if (line.contains("epoch 3")) {
              throw new CancellationException("stopped");
            }
          }
        };
    assertThatThrownBy(
            () ->
                new FineTuner(settings.build(), ImagePolicy.defaults(), stops)
                    .tune(backbone(), rows, zero()))
        .isInstanceOf(CancellationException.class);
    TunedNetwork resumed = tuner(settings).tune(backbone(), rows, zero());
    assertThat(resumed.notes()).contains("fine-tuning went on after epoch 2");
    assertThat(resumed.epochs()).hasSize(4);
    assertThat(resumed.backbone().onnx()).isEqualTo(whole.backbone().onnx());
    assertThat(resumed.head()).isEqualTo(whole.head());
  }

  @Test
  void aRunThatBlowsUpStartsAgainLowerAndGivesUpWithAdvice() {
    TuningRows rows = stripes(1, 3, (row, column) -> picture(row % 3, row));
    TunedNetwork tuned =
        tuner(
                settings()
                    .epochs(2)
                    .learningRate(9)
                    .method(FineTuneSettings.Method.SGD)
                    .clipNorm(1e9))
            .tune(backbone(), rows, zero());
    assertThat(tuned.learningRate()).isLessThan(9);
    assertThat(tuned.notes()).anyMatch(note -> note.contains("blew up at the learning rate 9"));
  }

  @Test
  void choosesTheLearningRateByTrialsOnHeldOutRows() {
    TuningRows rows = stripes(1, 3, (row, column) -> picture(row % 3, row));
    TunedNetwork tuned = tuner(settings().epochs(1)).tune(backbone(), rows, zero());
    assertThat(FineTuner.rates(Task.MULTICLASS)).contains(tuned.learningRate());
    assertThat(tuned.notes()).anyMatch(n -> n.contains("by the held-out loss after 12 steps"));
  }

  @Test
  void aLossFarAboveThatOfAConstantHasBlownUpHoweverItBegan() {
    TuningRun.Watch regression = new TuningRun.Watch(1);
    TuningRun.Watch classification = new TuningRun.Watch(Double.POSITIVE_INFINITY);
    for (int step = 0; step < 5; step++) {
      assertThat(regression.blowsUp(20)).as("too early to say").isFalse();
      assertThat(classification.blowsUp(20)).isFalse();
    }
    assertThat(regression.blowsUp(20)).isTrue();
    assertThat(classification.blowsUp(20)).isFalse();
    assertThat(classification.blowsUp(Double.NaN)).isTrue();
  }

  @Test
  void aFrozenBaseKeepsItsWeightsAndTopLayersAloneChangeOnlyThose() {
    TuningRows rows = stripes(1, 3, (row, column) -> picture(row % 3, row));
    FineTuneSettings.Builder settings = settings().epochs(2).learningRate(0.01);
    OnnxGraph before = backbone().graph();
    OnnxGraph frozen =
        tuner(settings.strategy(FineTuneSettings.Strategy.FROZEN_BASE))
            .tune(backbone(), rows, zero())
            .backbone()
            .graph();
    assertThat(frozen.initializer("conv1.weight")).isEqualTo(before.initializer("conv1.weight"));
    OnnxGraph top =
        tuner(settings.strategy(FineTuneSettings.Strategy.TOP))
            .tune(backbone(), rows, zero())
            .backbone()
            .graph();
    assertThat(top.initializer("conv1.weight")).isEqualTo(before.initializer("conv1.weight"));
    assertThat(top.initializer("bn1.bias")).isNotEqualTo(before.initializer("bn1.bias"));
    assertThat(top.initializer("bn1.running_mean"))
        .isEqualTo(before.initializer("bn1.running_mean"));
  }

  @Test
  void batchStatisticsAreFollowedWhenAskedForAndAHiddenLayerBecomesPartOfTheNetwork() {
    TuningRows rows = stripes(1, 3, (row, column) -> picture(row % 3, row));
    TunedNetwork tuned =
        tuner(
                settings()
                    .epochs(4)
                    .learningRate(0.01)
                    .hidden(6)
                    .statistics(FineTuneSettings.Statistics.BATCH))
            .tune(backbone(), rows, zero());
    assertThat(tuned.backbone().embeddingWidth()).isEqualTo(6);
    assertThat(tuned.head().getInputs()).isEqualTo(6);
    assertThat(tuned.backbone().graph().initializer("bn1.running_mean"))
        .isNotEqualTo(backbone().graph().initializer("bn1.running_mean"));
    assertThat(tuned.epochs().get(tuned.bestEpoch() - 1).heldLoss()).isLessThan(1);
  }

  @Test
  void aNetworkLearnsFromRandomWeightsWithAndWithoutBatchNormalization() {
    TuningRows rows = stripes(1, 3, (row, column) -> picture(row % 3, row));
    Backbone folded = of(BatchNormFolding.fold(backbone().graph()));
    for (Backbone network : List.of(backbone(), folded)) {
      FineTuneSettings.Builder settings =
          settings().epochs(8).learningRate(0.02).statistics(FineTuneSettings.Statistics.BATCH);
      TunedNetwork tuned = tuner(settings).tune(network.untrained(5), rows, zero());
      assertThat(tuned.startLoss()).isCloseTo(Math.log(3), Offset.offset(1e-4));
      assertThat(tuned.bestLoss()).isLessThan(0.8);
      assertThat(tuned.lineage("net").getSource()).startsWith("random weights").contains("seed 5");
      assertThat(tuner(settings).tune(network.untrained(5), rows, zero()).backbone().onnx())
          .isEqualTo(tuned.backbone().onnx());
    }
  }

  @Test
  void numbersAreLearnedFromSeveralPicturesOfWhichSomeAreMissing() {
    double[] labels = new double[ROWS];
    for (int row = 0; row < ROWS; row++) {
      labels[row] = 1000 + 100 * (row % 3) + (row % 2 == 0 ? 500 : 0);
    }
    TuningRows rows =
        new TuningRows(
            Task.REGRESSION,
            1,
            labels,
            null,
            null,
            2,
            (row, column) ->
                column == 0 ? picture(row % 3, row) : row % 2 == 0 ? picture(0, row) : null);
    TunedNetwork tuned =
        tuner(settings().epochs(12).learningRate(0.02)).tune(backbone(), rows, zero());
    assertThat(tuned.head().getInputs()).isEqualTo(16);
    assertThat(tuned.head().getOutputs()).isEqualTo(1);
    assertThat(tuned.head().getBias(0)).isBetween(900.0, 1800.0);
    assertThat(tuned.epochs().get(tuned.bestEpoch() - 1).heldLoss())
        .isLessThan(tuned.startLoss() / 2);
  }

  @Test
  void picturesThatCannotBeReadAreCountedAndAllOfThemAreAnError() {
    TuningRows some =
        stripes(1, 3, (row, column) -> row == 5 ? new byte[] {1, 2, 3} : picture(row % 3, row));
    assertThat(
            tuner(settings().epochs(1).learningRate(0.01)).tune(backbone(), some, zero()).notes())
        .anyMatch(note -> note.contains("1 pictures could not be read"));
    TuningRows none =
        stripes(
            1,
            3,
            (row, column) -> {
              throw new IOException("no such file: a.jpg");
            });
    assertThatThrownBy(() -> tuner(settings().epochs(1)).tune(backbone(), none, zero()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("no such file: a.jpg");
  }

  @Test
  void picturesAndTargetsAreMixedTogether() {
    TuningRows rows = stripes(1, 3, (row, column) -> picture(row % 3, row));
    TunedNetwork tuned =
        tuner(settings().epochs(3).learningRate(0.01).mixup(0.4).cutmix(1))
            .tune(backbone(), rows, zero());
    assertThat(tuned.epochs().get(2).heldLoss()).isLessThan(tuned.startLoss());
    PictureFeed.Changes changes = settings().mixup(1).build().changes();
    int[] four = {0, 1, 2, 3};
    try (PictureFeed feed = feed(rows);
        PictureFeed.Pass plain = feed.pass(List.of(four), null, 1)) {
      PictureFeed.Batch before = plain.next();
      try (PictureFeed.Pass changed = feed.pass(List.of(four), changes, 1)) {
        PictureFeed.Batch after = changed.next();
        assertThat(before.mixing()).isNull();
        assertThat(after.mixing().pictures()).isEqualTo(4);
        assertThat(after.pixels()).isNotEqualTo(before.pixels());
      }
    }
  }

  @Test
  void rateRisesThenFallsToZeroAlongACosine() {
    assertThat(TuningRun.schedule(0, 100)).isEqualTo(0.1);
    assertThat(TuningRun.schedule(9, 100)).isEqualTo(1);
    assertThat(TuningRun.schedule(55, 100)).isCloseTo(0.5, Offset.offset(1e-12));
    assertThat(TuningRun.schedule(99, 100)).isLessThan(0.001);
    assertThat(TuningRun.schedule(0, 1)).isEqualTo(1);
  }

  @Test
  void heldOutRowsKeepClassSharesAndWholeGroups() {
    double[] labels = new double[200];
    int[] groups = new int[200];
    for (int row = 0; row < 200; row++) {
      labels[row] = row < 150 ? 0 : 1;
      groups[row] = row / 5;
    }
    TuningRows rows = new TuningRows(Task.BINARY, 2, labels, null, groups, 1, (r, c) -> null);
    int[] held = HeldOut.of(rows, 0.2, 1);
    assertThat(held).hasSize(40).isSorted();
    assertThat(Arrays.stream(held).filter(row -> row < 150).count()).isEqualTo(30);
    assertThat(Arrays.stream(held).map(row -> groups[row]).distinct().count()).isEqualTo(8);
    assertThat(HeldOut.others(200, held)).hasSize(160).doesNotContain(held);
    assertThat(HeldOut.of(rows, 0.01, 1)).isEmpty();
  }

  private static TuningRows stripes(int columns, int classes, TuningRows.Images images) {
    double[] labels = new double[ROWS];
    for (int row = 0; row < ROWS; row++) {
      labels[row] = row % classes;
    }
    return new TuningRows(Task.MULTICLASS, classes, labels, null, null, columns, images);
  }

  /** Horizontal, vertical or diagonal stripes in noise: no mean colour tells them apart. */
  private static byte[] picture(int kind, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    int phase = random.nextInt(4);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int at = kind == 0 ? y : kind == 1 ? x : x + y;
        int value = ((at + phase) / 2 % 2 == 0 ? 60 : 190) + random.nextInt(40) - 20;
        image.setRGB(x, y, value << 16 | value << 8 | value);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private static PictureFeed feed(TuningRows rows) {
    return PictureFeed.of(rows, backbone().preprocessing(), ImagePolicy.defaults(), 1 << 20, 1);
  }

  private static float[] pixels(byte[] file) {
    TuningRows rows = stripes(1, 3, (row, column) -> file);
    try (PictureFeed feed = feed(rows);
        PictureFeed.Pass pass = feed.pass(List.of(new int[] {0}), null, 0)) {
      PictureFeed.Batch batch = pass.next();
      float[] planar = new float[3 * SIDE * SIDE];
      for (int i = 0; i < SIDE * SIDE; i++) {
        for (int c = 0; c < 3; c++) {
          planar[c * SIDE * SIDE + i] = batch.pixels().get(3 * i + c);
        }
      }
      return planar;
    }
  }

  private static int best(LinearModel head, float[] embedding) {
    double[] margins = new double[head.getOutputs()];
    for (int k = 0; k < margins.length; k++) {
      margins[k] = head.getBias(k);
      for (int d = 0; d < embedding.length; d++) {
        margins[k] +=
            head.getWeights(k * embedding.length + d) * (embedding[d] - head.getCentre(d));
      }
    }
    int best = 0;
    for (int k = 1; k < margins.length; k++) {
      best = margins[k] > margins[best] ? k : best;
    }
    return best;
  }

  private static Backbone backbone() {
    return of(TestGraphs.classifier(3).cutTo(List.of(Backbone.EMBEDDING)));
  }

  private static Backbone of(OnnxGraph graph) {
    return new Backbone(
        "tiny",
        "tiny",
        graph,
        ServingGraph.of(graph),
        8,
        PixelMetadata.squashed(SIDE, SIDE)
            .setDivisor(255)
            .addAllMean(List.of(0.5f, 0.5f, 0.5f))
            .addAllStd(List.of(0.25f, 0.25f, 0.25f))
            .build(),
        "test",
        ByteString.EMPTY,
        "Apache-2.0",
        List.of());
  }

  /** A head that starts at zero. */
  private static FineTuner.HeadStart zero() {
    return (rows, columns, slots, labels, weights) -> {
      int outputs = Arrays.stream(labels).anyMatch(label -> label != Math.rint(label)) ? 1 : 3;
      return LinearModel.newBuilder()
          .setInputs(columns)
          .setOutputs(outputs)
          .addAllFill(Collections.nCopies(columns, 0f))
          .addAllCentre(Collections.nCopies(columns, 0f))
          .addAllWeights(Collections.nCopies(columns * outputs, 0f))
          .addAllBias(Collections.nCopies(outputs, 0.0))
          .build();
    };
  }

  private static FineTuneSettings.Builder settings() {
    return FineTuneSettings.builder().batch(9).seed(4).minutes(5).labelSmoothing(0);
  }

  private FineTuner tuner(FineTuneSettings.Builder settings) {
    return new FineTuner(settings.build(), ImagePolicy.defaults(), new Listener());
  }

  private class Listener implements ProgressListener {
    @Override
    public void message(String line) {
      messages.add(line);
    }

    @Override
    public void progress(String phase, long done, long total) {
      assertThat(done).isBetween(0L, total);
    }
  }
}
