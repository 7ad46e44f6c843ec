package dev.amulet.training.vision.nano;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.training.vision.augment.PixelGrid;
import dev.amulet.training.vision.augment.RandomStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class FormulaPicturesTest {
  private static final FormulaPictures PICTURES = new FormulaPictures(3);

  @Test
  void aPictureDependsOnItsSeedAndIndexAlone() {
    List<PixelGrid> inOrder = IntStream.range(0, 20).mapToObj(i -> PICTURES.draw(i, 32)).toList();
    List<PixelGrid> inParallel =
        IntStream.range(0, 20).parallel().mapToObj(i -> PICTURES.draw(i, 32)).toList();
    assertThat(inParallel).isEqualTo(inOrder);
    assertThat(new HashSet<>(inOrder)).hasSize(20);
    assertThat(new FormulaPictures(4).draw(0, 32)).isNotEqualTo(inOrder.get(0));
  }

  @Test
  void everyAnswerToEveryQuestionComesUp() {
    int[][] counts = FormulaPictures.ANSWERS.stream().map(n -> new int[n]).toArray(int[][]::new);
    int drawn = 32_000;
    for (int i = 0; i < drawn; i++) {
      int[] answers = PICTURES.answers(i);
      for (int question = 0; question < answers.length; question++) {
        counts[question][answers[question]]++;
      }
    }
    for (int question = 0; question < counts.length; question++) {
      double expected = (double) drawn / counts[question].length;
      // The kinds of figures have classes of their own, some more, some fewer.
      double least = question == 1 ? 0.3 : 0.6;
      assertThat(Arrays.stream(counts[question]).min().orElseThrow())
          .isGreaterThan((int) (least * expected));
    }
    assertThat(FormulaPictures.ANSWERS.stream().mapToInt(Integer::intValue).sum()).isEqualTo(273);
  }

  @Test
  void theAnswersAreWhatThePictureShows() {
    FormulaPictures other = new FormulaPictures(5);
    for (int i = 0; i < 50; i++) {
      int[] answers = other.answers(i);
      assertThat(answers[1]).isEqualTo(Silhouette.kind(answers[0]));
      FormulaKind kind =
          new FormulaKind(
              answers[0],
              answers[2] + Texture.FORMULAS * answers[3],
              answers[4],
              answers[5] + Texture.FORMULAS * answers[6],
              answers[7]);
      assertThat(new FormulaScene(kind, RandomStream.of(5, i, 1), 24).draw())
          .isEqualTo(other.draw(i, 24));
    }
  }

  @Test
  void picturesHaveContrastAndUseTheWholeRange() {
    int[] histogram = new int[256];
    for (int i = 0; i < 200; i++) {
      byte[] rgb = PICTURES.draw(i, 64).rgb();
      double sum = 0;
      double squares = 0;
      for (byte sample : rgb) {
        int value = sample & 0xFF;
        histogram[value]++;
        sum += value;
        squares += (double) value * value;
      }
      double mean = sum / rgb.length;
      assertThat(Math.sqrt(squares / rgb.length - mean * mean))
          .as("picture %d", i)
          .isGreaterThan(4);
    }
    assertThat(Arrays.stream(histogram).min().orElseThrow()).isPositive();
  }

  @Test
  void everyFigureCoversSomeOfItsPictureButNotAll() {
    for (int figure = 0; figure < Silhouette.CLASSES; figure++) {
      float[] depth = figure(figure, 7);
      long inside = IntStream.range(0, depth.length).filter(i -> depth[i] > 0).count();
      assertThat(inside).as("figure %d", figure).isBetween(40L, 3600L);
    }
  }

  @Test
  void figuresOfOneClassAreMoreAlikeThanOthers() {
    double same = 0;
    double others = 0;
    for (int figure = 0; figure < Silhouette.CLASSES; figure++) {
      same += overlap(figure(figure, 1), figure(figure, 2));
      others += overlap(figure(figure, 1), figure((figure + 53) % Silhouette.CLASSES, 2));
    }
    assertThat(same / Silhouette.CLASSES).isGreaterThan(others / Silhouette.CLASSES + 0.15);
  }

  private static float[] figure(int figure, long instance) {
    float[] depth = new float[64 * 64];
    Arrays.fill(depth, -64);
    Pose pose = new Pose(1, 0, 0, 1, 32, 32, 24);
    Silhouette.draw(figure, pose, RandomStream.of(instance, figure), depth, 64);
    return depth;
  }

  private static double overlap(float[] a, float[] b) {
    int both = 0;
    int either = 0;
    for (int i = 0; i < a.length; i++) {
      both += a[i] > 0 && b[i] > 0 ? 1 : 0;
      either += a[i] > 0 || b[i] > 0 ? 1 : 0;
    }
    return (double) both / either;
  }

  @Test
  void texturesOfDifferentClassesDiffer() {
    Set<String> seen = new HashSet<>();
    for (int textureClass = 0; textureClass < Texture.CLASSES; textureClass++) {
      Texture texture = new Texture(textureClass, RandomStream.of(9));
      StringBuilder print = new StringBuilder();
      for (int i = 0; i < 400; i++) {
        float value = texture.at((i % 20 - 10) / 10f, (i / 20 - 10) / 10f);
        assertThat(value).as("texture %d", textureClass).isBetween(-3f, 4f);
        print.append((int) (value * 10));
      }
      seen.add(print.toString());
    }
    assertThat(seen).hasSize(Texture.CLASSES);
  }

  @Test
  void aPoseMapsThereAndBack() {
    RandomStream random = RandomStream.of(2);
    for (int i = 0; i < 50; i++) {
      Pose pose = Pose.of(random, 20, 30, 15);
      float u = pose.u(11, 47);
      float v = pose.v(11, 47);
      assertThat(pose.x(u, v)).isCloseTo(11, Offset.offset(1e-3f));
      assertThat(pose.y(u, v)).isCloseTo(47, Offset.offset(1e-3f));
    }
  }
}
