package dev.amulet.runtime;

import static dev.amulet.runtime.AmuletBuilder.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.SeveralImages;
import dev.amulet.format.v1.View;
import dev.amulet.runtime.ScoringException.Reason;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Image cells in every form, under every policy for images that are missing or unusable. */
class ImageCellsTest {
  private static final byte[] A = DrawnPng.of("a", 24, 18);
  private static final byte[] B = DrawnPng.of("b", 18, 24);
  private static final byte[] C = DrawnPng.of("c", 40, 8);
  private static final byte[] BROKEN = Arrays.copyOf(A, 200);

  @TempDir private Path root;
  private ImageSource source;

  @BeforeEach
  void fill() throws IOException {
    Map<String, byte[]> files = Map.of("a.png", A, "b.png", B, "broken.png", BROKEN);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(root.resolve("i.zip")))) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Files.write(root.resolve(file.getKey()), file.getValue());
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue());
      }
    }
    ImageSource store =
        (reference, maxBytes) -> {
          byte[] file = files.get(reference.substring("s3://bucket/".length()));
          if (file == null) {
            throw new IOException("no such key " + reference);
          }
          return file;
        };
    source = ImageSource.under(root).with(store, "s3");
  }

  /** Prefixes and encodings: {@code NAME} stands for a file's name, the rest for its bytes. */
  private static Object cell(String form, String name, byte[] file) {
    Base64.Encoder base64 = Base64.getEncoder();
    return switch (form) {
      case "bytes" -> file;
      case "base64" -> base64.encodeToString(file);
      case "data" -> "data:image/png;base64," + base64.encodeToString(file);
      default -> form.replace("NAME", name);
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bytes", "base64", "data", "NAME", "./NAME", "i.zip!/NAME", "s3://bucket/NAME"})
  void everyFormGivesTheSameNumbersAndObeysEveryPolicy(String form) throws ArtifactException {
    Object good = cell(form, "a.png", A);
    Object broken = cell(form, "broken.png", BROKEN);
    try (Scorer fail = open(MissingImage.FAIL_ROW);
        Scorer zero = open(MissingImage.ZERO_EMBEDDING);
        Scorer nan = open(MissingImage.NAN_FEATURES)) {
      float[] expected = slots(fail, A);
      assertThat(expected).endsWith(0);
      assertThat(slots(fail, good)).isEqualTo(expected);
      assertThat(slots(zero, good)).isEqualTo(expected);
      assertThat(slots(nan, good)).isEqualTo(expected);
      fails(fail, Reason.BAD_IMAGE, broken);
      assertThat(slots(zero, broken)).containsExactly(0, 0, 0, 1);
      assertThat(slots(nan, broken)).containsExactly(Float.NaN, Float.NaN, Float.NaN, 1);
      if (form.contains("NAME")) {
        Object absent = cell(form, "absent.png", BROKEN);
        fails(fail, Reason.UNREADABLE_IMAGE, absent);
        assertThat(slots(zero, absent)).containsExactly(0, 0, 0, 1);
        assertThat(slots(nan, absent)).containsExactly(Float.NaN, Float.NaN, Float.NaN, 1);
      }
    }
  }

  /** What the machine or the network was too slow for is not what the model calls missing. */
  @ParameterizedTest
  @EnumSource(
      value = MissingImage.class,
      names = {"FAIL_ROW", "ZERO_EMBEDDING", "NAN_FEATURES"})
  void anImageThatDidNotComeInTimeFailsTheRowUnderEveryPolicy(MissingImage missing)
      throws ArtifactException {
    source =
        (reference, maxBytes) -> {
          throw reference.equals("slow")
              ? new SocketTimeoutException("too slow")
              : new ClosedByInterruptException();
        };
    try (Scorer scorer = open(missing)) {
      fails(scorer, Reason.IMAGE_TIMEOUT, "slow");
      fails(scorer, Reason.IMAGE_TIMEOUT, "interrupted");
    }
  }

  @Test
  @SuppressWarnings("NullAway") // What a source compiled without null checks may do.
  void aSourceThatReturnsNullFailsItsRowOnly() throws ArtifactException {
    source = (reference, maxBytes) -> null;
    try (Scorer scorer = open(MissingImage.FAIL_ROW)) {
      fails(scorer, Reason.UNREADABLE_IMAGE, "a.png");
    }
  }

  @Test
  void withoutASourceInlineImagesScoreAndReferencesDoNot() throws ArtifactException {
    source = ImageSource.none();
    try (Scorer scorer = open(MissingImage.FAIL_ROW)) {
      float[] expected = slots(scorer, A);
      assertThat(slots(scorer, cell("data", "", A))).isEqualTo(expected);
      assertThat(slots(scorer, cell("base64", "", A))).isEqualTo(expected);
      fails(scorer, Reason.UNREADABLE_IMAGE, "a.png");
      fails(scorer, Reason.UNREADABLE_IMAGE, root.resolve("a.png").toUri().toString());
      fails(scorer, Reason.UNREADABLE_IMAGE, "https://a.example/a.png");
    }
  }

  @Test
  void aTextCellThatStartsWithDataIsOneImage() throws ArtifactException {
    String data = (String) cell("data", "", A);
    try (Scorer scorer = open(MissingImage.FAIL_ROW)) {
      Row row = scorer.newRow().set("photo", " " + data.replace("data:", "DATA:") + "\n");
      assertThat(features(scorer, row)).isEqualTo(slots(scorer, A));
      row.set("photo", cell("base64", "", A) + " ; b.png;" + cell("base64", "", C));
      assertThat(features(scorer, row)).isEqualTo(slots(scorer, A, B, C));
    }
  }

  @Test
  void aListMayMixFilesAndTexts() throws ArtifactException {
    try (Scorer scorer = open(MissingImage.FAIL_ROW)) {
      float[] expected = slots(scorer, A, B, C, A);
      Object data = cell("data", "", A);
      assertThat(slots(scorer, A, " b.png ", C, data)).isEqualTo(expected);
      assertThat(slots(scorer, data, "s3://bucket/b.png", C, "i.zip!/a.png")).isEqualTo(expected);
      fails(scorer, Reason.MISSING_IMAGE);
    }
  }

  @Test
  void aListTakesFilesAndTextsOnly() throws ArtifactException {
    try (Scorer scorer = open(MissingImage.FAIL_ROW)) {
      for (Object wrong : new Object[] {null, 5, "", " ", new int[1], List.of(A), root}) {
        assertThatExceptionOfType(ScoringException.class)
            .isThrownBy(() -> scorer.newRow().setImages("photo", Arrays.asList(A, wrong)))
            .withMessageContaining("column \"photo\": image 1 is ")
            .withMessageContaining("expected byte[] or a text")
            .matches(e -> e.reason() == Reason.INVALID_VALUE);
      }
    }
  }

  /**
   * One bad image makes the cell what it is without any: an average of the rest is another input.
   */
  @Test
  void oneBadImageAmongSeveralIsEnough() throws ArtifactException {
    try (Scorer fail = open(MissingImage.FAIL_ROW);
        Scorer nan = open(MissingImage.NAN_FEATURES)) {
      for (Object bad : new Object[] {BROKEN, "absent.png", "../a.png"}) {
        for (int position = 0; position < 3; position++) {
          List<Object> cell = new ArrayList<>(List.of(A, "b.png"));
          cell.add(position, bad);
          Row row = nan.newRow().setImages("photo", cell);
          assertThat(features(nan, row)).containsExactly(Float.NaN, Float.NaN, Float.NaN, 1);
          fails(fail, null, cell.toArray());
        }
      }
    }
  }

  /** Cells of one to four images in one batch, in any order: the same bits as each row alone. */
  @Test
  void averagesDoNotDependOnTheBatch() throws ArtifactException {
    Random random = new Random(5);
    List<List<byte[]>> cells = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      List<byte[]> cell = new ArrayList<>();
      for (int j = random.nextInt(4); j >= 0; j--) {
        cell.add(DrawnPng.of("n" + random.nextInt(12), 20 + random.nextInt(3), 20));
      }
      cells.add(cell);
    }
    List<float[]> alone = new ArrayList<>();
    try (Scorer scorer = open(MissingImage.FAIL_ROW)) {
      cells.forEach(cell -> alone.add(slots(scorer, cell.toArray())));
    }
    for (int batchSize : new int[] {1, 3, 16}) {
      try (Scorer scorer = open(MissingImage.FAIL_ROW, batchSize, null)) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
          order.add(i);
        }
        Collections.shuffle(order, random);
        List<Row> rows =
            order.stream().map(i -> scorer.newRow().setImages("photo", cells.get(i))).toList();
        float[] values = scorer.features(rows).values();
        for (int i = 0; i < order.size(); i++) {
          assertThat(Arrays.copyOfRange(values, i * (WIDTH + 1), (i + 1) * (WIDTH + 1)))
              .isEqualTo(alone.get(order.get(i)));
        }
      }
    }
  }

  /** The same picture in several rows, and twice in a row, of one batch. */
  @Test
  void aPictureThatABatchHasTwiceRunsOnceWhereThereIsACache() throws ArtifactException {
    List<String> put = Collections.synchronizedList(new ArrayList<>());
    Map<String, float[]> vectors = new ConcurrentHashMap<>();
    EmbeddingCache cache =
        new EmbeddingCache() {
          @Override
          public float[] get(String key) {
            return vectors.get(key);
          }

          @Override
          public void put(String key, float[] vector) {
            put.add(key);
            vectors.put(key, vector);
          }
        };
    List<List<byte[]>> cells =
        List.of(List.of(A), List.of(B, A), List.of(A, A, C), List.of(C), List.of(B, B, B));
    List<float[]> alone = new ArrayList<>();
    try (Scorer scorer = open(MissingImage.FAIL_ROW)) {
      cells.forEach(cell -> alone.add(slots(scorer, cell.toArray())));
    }
    // A batch of two rows fills the network's batch in the middle of a row.
    for (int batchSize : new int[] {2, 16}) {
      put.clear();
      vectors.clear();
      try (Scorer scorer = open(MissingImage.FAIL_ROW, batchSize, cache)) {
        List<Row> rows =
            cells.stream().map(cell -> scorer.newRow().setImages("photo", cell)).toList();
        float[] values = scorer.features(rows).values();
        for (int i = 0; i < rows.size(); i++) {
          assertThat(Arrays.copyOfRange(values, i * (WIDTH + 1), (i + 1) * (WIDTH + 1)))
              .isEqualTo(alone.get(i));
        }
        assertThat(put).doesNotHaveDuplicates().hasSize(3);
      }
    }
  }

  private Scorer open(MissingImage missing) throws ArtifactException {
    return open(missing, 16, null);
  }

  private Scorer open(MissingImage missing, int batchSize, EmbeddingCache cache)
      throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder().tinyNetwork();
    int photo = amulet.image("photo", missing, SeveralImages.AVERAGE);
    amulet.imageStage(photo, View.UPRIGHT);
    ScorerOptions.Builder options =
        ScorerOptions.builder().imageSource(source).batchSize(batchSize);
    return amulet.open((cache == null ? options : options.embeddingCache(cache)).build());
  }

  private static void fails(Scorer scorer, Reason reason, Object... images) {
    assertThatExceptionOfType(ScoringException.class)
        .isThrownBy(() -> slots(scorer, images))
        .withMessageStartingWith("row 0: column \"photo\": ")
        .matches(e -> reason == null || e.reason() == reason, "has reason " + reason);
  }

  private static float[] slots(Scorer scorer, Object... images) {
    return features(scorer, scorer.newRow().setImages("photo", Arrays.asList(images)));
  }

  private static float[] features(Scorer scorer, Row row) {
    return scorer.features(List.of(row)).values();
  }
}
