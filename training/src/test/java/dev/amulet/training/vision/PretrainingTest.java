package dev.amulet.training.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.training.ProgressListener;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.OrtSession;
import dev.amulet.training.onnx.TestGraphs;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainingTest {
  private static final int SIDE = 16;
  private static final ImagePreprocessing SPEC =
      PixelMetadata.squashed(SIDE, SIDE)
          .setDivisor(255)
          .addAllMean(List.of(0.5f, 0.5f, 0.5f))
          .addAllStd(List.of(0.25f, 0.25f, 0.25f))
          .build();

  @BeforeAll
  static void start() {
    PyTorchHere.managerOrSkip().close();
  }

  /** Two questions: is the picture bright, and which of its three channels is the strongest. */
  private static final class Colours implements Pretraining.Source {
    @Override
    public byte[] draw(int index) {
      int[] answers = answers(index);
      byte[] rgb = new byte[3 * SIDE * SIDE];
      for (int i = 0; i < rgb.length; i++) {
        int noise = (int) (RandomParameters.splitMix64(index, i) >>> 60);
        rgb[i] = (byte) (60 + 110 * answers[0] + (i % 3 == answers[1] ? 50 : 0) + noise);
      }
      return rgb;
    }

    @Override
    public int[] answers(int index) {
      return new int[] {index % 2, index / 2 % 3};
    }
  }

  @Test
  void learnsToAnswerAllQuestionsAboutPicturesItHasNotSeen() {
    OnnxGraph graph = TestGraphs.classifier(3);
    OnnxGraph trained = train(graph, null, ProgressListener.silent());
    int right = 0;
    Colours colours = new Colours();
    try (OrtSession session = OrtSession.plain(trained)) {
      for (int index = 1_000_000; index < 1_000_060; index++) {
        byte[] rgb = colours.draw(index);
        float[] pixels = new float[rgb.length];
        for (int i = 0; i < rgb.length; i++) {
          pixels[i % 3 * SIDE * SIDE + i / 3] = ((rgb[i] & 0xFF) / 255f - 0.5f) / 0.25f;
        }
        float[] found = session.run(pixels, 1, 3, SIDE, SIDE).get("logits");
        int[] wanted = colours.answers(index);
        right += best(found, 0, 2) == wanted[0] && best(found, 2, 3) == wanted[1] ? 1 : 0;
      }
    }
    assertThat(right).isGreaterThan(50);
  }

  @Test
  void goesOnWhereItWasStoppedToTheSameWeights(@TempDir Path folder) {
    OnnxGraph graph = TestGraphs.classifier(3);
    byte[] whole = train(graph, null, ProgressListener.silent()).toBytes();
    Path checkpoint = folder.resolve("pretraining.ckpt");
    ProgressListener stops =
        new ProgressListener() {
          @Override
          public void message(String line) {}

          @Override
          public void progress(String phase, long done, long total) {
            if (done == 270) {
              throw new CancellationException();
            }
          }
        };
    try {
      train(graph, checkpoint, stops);
    } catch (CancellationException e) {
      assertThat(checkpoint).exists();
    }
    assertThat(Arrays.equals(train(graph, checkpoint, ProgressListener.silent()).toBytes(), whole))
        .isTrue();
  }

  private static OnnxGraph train(OnnxGraph graph, Path checkpoint, ProgressListener listener) {
    Pretraining.Settings settings =
        new Pretraining.Settings(300, 8, 0.02, 0.01, 0.05, 1, checkpoint);
    return new Pretraining(settings, listener)
        .train(graph, "logits", List.of(2, 3), SPEC, new Colours());
  }

  private static int best(float[] values, int from, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      best = values[from + i] > values[from + best] ? i : best;
    }
    return best;
  }
}
