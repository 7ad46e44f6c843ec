package dev.amulet.runtime;

import static dev.amulet.runtime.AmuletBuilder.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.NetworkOutput;
import dev.amulet.format.v1.OutputRole;
import dev.amulet.format.v1.SeveralImages;
import dev.amulet.format.v1.TargetFunction;
import dev.amulet.format.v1.View;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScorerImagesTest {
  private static final byte[] A = DrawnPng.of("a", 24, 18);
  private static final byte[] B = DrawnPng.of("b", 18, 24);
  private static final byte[] C = DrawnPng.of("c", 40, 8);
  private static final byte[] BROKEN = {1, 2, 3, 4};

  @Test
  void aMissingImageGivesZerosAndSetsItsSlot() throws ArtifactException {
    try (Scorer scorer = draft(MissingImage.ZERO_EMBEDDING, View.UPRIGHT).open()) {
      assertThat(slots(scorer, A)).endsWith(0).isNotEqualTo(new float[4]);
      assertThat(slots(scorer)).containsExactly(0, 0, 0, 1);
      assertThat(slots(scorer, BROKEN)).containsExactly(0, 0, 0, 1);
      assertThat(slots(scorer, A, BROKEN)).containsExactly(0, 0, 0, 1);
    }
  }

  @Test
  void aMissingImageGivesMissingNumbersAndSetsItsSlot() throws ArtifactException {
    try (Scorer scorer = draft(MissingImage.NAN_FEATURES, View.UPRIGHT).open()) {
      float nan = Float.NaN;
      assertThat(slots(scorer, A)).endsWith(0).doesNotContain(nan);
      assertThat(slots(scorer)).containsExactly(nan, nan, nan, 1);
      assertThat(slots(scorer, BROKEN)).containsExactly(nan, nan, nan, 1);
    }
  }

  @Test
  void aMissingImageFailsTheRow() throws ArtifactException {
    try (Scorer scorer = draft(MissingImage.FAIL_ROW, View.UPRIGHT).open()) {
      assertThat(slots(scorer, A)).endsWith(0);
      assertThatExceptionOfType(ScoringException.class).isThrownBy(() -> slots(scorer));
      assertThatExceptionOfType(ScoringException.class).isThrownBy(() -> slots(scorer, BROKEN));
    }
  }

  /** Six million pixels take far more than a millisecond on any machine. */
  @Test
  void aSlowPictureIsAnErrorAndNeverScoresAsAMissingOne() throws ArtifactException, IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(3000, 2000, BufferedImage.TYPE_INT_RGB), "png", png);
    byte[] large = png.toByteArray();
    ScorerOptions hasty =
        ScorerOptions.builder().imagePolicy(ImagePolicy.builder().maxDecodeMs(1).build()).build();
    try (Scorer scorer = draft(MissingImage.NAN_FEATURES, View.UPRIGHT).open(hasty)) {
      assertThatExceptionOfType(ScoringException.class)
          .isThrownBy(() -> slots(scorer, large))
          .satisfies(e -> assertThat(e.reason()).isEqualTo(ScoringException.Reason.IMAGE_TIMEOUT));
    }
  }

  @Test
  void severalImagesAreAveraged() throws ArtifactException {
    try (Scorer scorer = draft(MissingImage.FAIL_ROW, View.UPRIGHT).open()) {
      float[] a = slots(scorer, A);
      float[] b = slots(scorer, B);
      float[] mean = slots(scorer, A, B);
      assertThat(a).isNotEqualTo(b);
      for (int i = 0; i < WIDTH; i++) {
        assertThat(mean[i]).isEqualTo((float) (((double) a[i] + b[i]) / 2));
      }
      assertThat(slots(scorer, A, A, A)).isEqualTo(a);
    }
  }

  /** More images in a cell than the network takes at once. */
  @Test
  void aCellMaySpanNetworkBatches() throws ArtifactException {
    AmuletBuilder amulet = draft(MissingImage.FAIL_ROW, View.UPRIGHT, View.MIRRORED);
    try (Scorer one = amulet.open(ScorerOptions.builder().batchSize(1).build());
        Scorer many = amulet.open(ScorerOptions.builder().batchSize(32).build())) {
      byte[][] files = {A, B, C, B, A};
      assertThat(slots(one, files)).isEqualTo(slots(many, files));
    }
  }

  @Test
  void mirroredAndUprightViewsAreAveraged() throws ArtifactException {
    try (Scorer upright = draft(MissingImage.FAIL_ROW, View.UPRIGHT).open();
        Scorer both = draft(MissingImage.FAIL_ROW, View.UPRIGHT, View.MIRRORED).open();
        Scorer reversed = draft(MissingImage.FAIL_ROW, View.MIRRORED, View.UPRIGHT).open()) {
      byte[] picture = DrawnPng.of("m", 32, 32);
      byte[] turned = DrawnPng.mirrored("m", 32, 32);
      float[] left = slots(upright, picture);
      float[] right = slots(upright, turned);
      float[] mean = slots(both, picture);
      assertThat(left).isNotEqualTo(right);
      for (int i = 0; i < WIDTH; i++) {
        assertThat(mean[i]).isEqualTo((left[i] + right[i]) / 2);
      }
      assertThat(slots(both, turned)).isEqualTo(mean);
      assertThat(slots(reversed, picture)).isEqualTo(mean);
    }
  }

  @Test
  void oneStageMayWriteSeveralOutputs() throws ArtifactException {
    AmuletBuilder amulet =
        new AmuletBuilder()
            .network(
                "mean",
                SketchedOnnx.meanColour(),
                output("embedding", OutputRole.EMBEDDING, 3),
                output("logits", OutputRole.LOGITS, 2));
    int photo = amulet.image("photo", MissingImage.FAIL_ROW, SeveralImages.AVERAGE);
    amulet.imageStage(photo, "mean", 5, List.of("logits", "embedding"), View.UPRIGHT);
    try (Scorer scorer = amulet.open()) {
      float[] slots = slots(scorer, A);
      assertThat(slots).hasSize(6);
      for (int k = 0; k < 2; k++) {
        double logit = 0;
        for (int i = 0; i < 3; i++) {
          logit += slots[2 + i] * SketchedOnnx.weight(i, k);
        }
        assertThat((double) slots[k]).isCloseTo(logit, Offset.offset(1e-5));
      }
    }
  }

  @Test
  void aCachedImageHasTheSameBitsAndDoesNotRunAgain() throws ArtifactException {
    AmuletBuilder amulet = draft(MissingImage.FAIL_ROW, View.UPRIGHT, View.MIRRORED);
    SpyCache cache = new SpyCache();
    float[] plain;
    try (Scorer scorer = amulet.open()) {
      plain = slots(scorer, A, B, C);
    }
    try (Scorer scorer = amulet.open(ScorerOptions.builder().embeddingCache(cache).build())) {
      slots(scorer, B);
      assertThat(cache.puts).hasValue(1);
      assertThat(slots(scorer, A, B, C)).as("B known").isEqualTo(plain);
      assertThat(cache.puts).hasValue(3);
      assertThat(slots(scorer, A, B, C)).as("all known").isEqualTo(plain);
      assertThat(cache.puts).hasValue(3);
      assertThat(cache.hits).hasValue(4);
    }
    try (Scorer again = amulet.open(ScorerOptions.builder().embeddingCache(cache).build())) {
      assertThat(slots(again, A, B, C)).as("another scorer").isEqualTo(plain);
      assertThat(cache.puts).hasValue(3);
    }
  }

  /** A vector that only the cache can have given proves that the network was not asked. */
  @Test
  void whatTheCacheSaysIsUsed() throws ArtifactException {
    EmbeddingCache planted =
        new EmbeddingCache() {
          @Override
          public float[] get(String key) {
            return new float[] {7, 8, 9};
          }

          @Override
          public void put(String key, float[] vector) {
            throw new AssertionError("the network ran");
          }
        };
    try (Scorer scorer =
        draft(MissingImage.FAIL_ROW, View.UPRIGHT)
            .open(ScorerOptions.builder().embeddingCache(planted).build())) {
      assertThat(slots(scorer, A)).containsExactly(7, 8, 9, 0);
    }
  }

  @Test
  void theCacheTellsViewsApart() throws ArtifactException {
    ScorerOptions options = ScorerOptions.builder().embeddingCache(new SpyCache()).build();
    try (Scorer one = draft(MissingImage.FAIL_ROW, View.UPRIGHT).open(options);
        Scorer two = draft(MissingImage.FAIL_ROW, View.UPRIGHT, View.MIRRORED).open(options)) {
      assertThat(slots(one, A)).isNotEqualTo(slots(two, A));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a;b", " a ; b ", "a;;b;", ";a;b"})
  void textListsSeveralReferences(String cell) throws ArtifactException {
    List<String> read = new ArrayList<>();
    ImageSource source =
        (reference, maxBytes) -> {
          read.add(reference);
          return reference.equals("a") ? A : B;
        };
    try (Scorer scorer =
        draft(MissingImage.FAIL_ROW, View.UPRIGHT)
            .open(ScorerOptions.builder().imageSource(source).build())) {
      Row row = scorer.newRow().set("photo", cell);
      assertThat(scorer.features(List.of(row)).values()).isEqualTo(slots(scorer, A, B));
      assertThat(read).containsExactly("a", "b");
    }
  }

  @Test
  void aSourceThatFailsIsAnErrorOfTheRow() throws ArtifactException {
    assertSourceFails(
        (reference, maxBytes) -> {
          throw new IOException("the store is asleep");
        },
        "column \"photo\": the store is asleep");
    assertSourceFails(
        (reference, maxBytes) -> {
          throw new IllegalArgumentException("no such bucket");
        },
        "column \"photo\": image \"a\" cannot be read: "
            + "java.lang.IllegalArgumentException: no such bucket");
  }

  private static void assertSourceFails(ImageSource source, String message)
      throws ArtifactException {
    try (Scorer scorer =
        draft(MissingImage.FAIL_ROW, View.UPRIGHT)
            .open(ScorerOptions.builder().imageSource(source).build())) {
      Row row = scorer.newRow().set("photo", "a");
      assertThatExceptionOfType(ScoringException.class)
          .isThrownBy(() -> scorer.features(List.of(row)))
          .withMessage("row 0: " + message)
          .matches(e -> e.reason() == ScoringException.Reason.UNREADABLE_IMAGE);
    }
  }

  @Test
  void aRowScoredWithoutItsBadImageSaysWhy() throws ArtifactException {
    AmuletBuilder amulet = draft(MissingImage.NAN_FEATURES, View.UPRIGHT);
    amulet.linearStage("sum", AmuletBuilder.linear(1, 1f, 1f, 1f, 1f), AmuletBuilder.range(0, 4));
    amulet.outputs(AmuletBuilder.regression(TargetFunction.TARGET_IDENTITY, 0, 1));
    try (Scorer scorer = amulet.open()) {
      Prediction bad = scorer.score(scorer.newRow().setImage("photo", BROKEN));
      assertThat(bad.imageProblem()).hasMessageContaining("column \"photo\": ");
      Prediction none = scorer.score(scorer.newRow());
      assertThat(none.imageProblem()).isNull();
      assertThat(none.value()).isEqualTo(bad.value()).isEqualTo(1);
      assertThat(scorer.score(scorer.newRow().setImage("photo", A)).imageProblem()).isNull();
    }
  }

  private static NetworkOutput.Builder output(String name, OutputRole role, int width) {
    return NetworkOutput.newBuilder().setName(name).setRole(role).addShape(width);
  }

  private static AmuletBuilder draft(MissingImage missing, View... views) {
    AmuletBuilder amulet = new AmuletBuilder().tinyNetwork();
    int photo = amulet.image("photo", missing, SeveralImages.AVERAGE);
    amulet.imageStage(photo, views);
    return amulet;
  }

  private static float[] slots(Scorer scorer, byte[]... files) {
    Row row = scorer.newRow();
    if (files.length > 0) {
      row.setImages("photo", List.of(files));
    }
    return scorer.features(List.of(row)).values();
  }

  private static final class SpyCache implements EmbeddingCache {
    private final Map<String, float[]> vectors = new ConcurrentHashMap<>();
    private final AtomicInteger hits = new AtomicInteger();
    private final AtomicInteger puts = new AtomicInteger();

    @Override
    public float[] get(String key) {
      float[] vector = vectors.get(key);
      if (vector != null) {
        hits.incrementAndGet();
      }
      return vector;
    }

    @Override
    public void put(String key, float[] vector) {
      puts.incrementAndGet();
      assertThat(vectors.put(key, vector)).as("a key put twice").isNull();
    }
  }
}
