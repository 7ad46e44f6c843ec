package dev.amulet.runtime;

import static dev.amulet.runtime.AmuletBuilder.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.NumericFunction;
import dev.amulet.format.v1.SeveralImages;
import dev.amulet.format.v1.TargetFunction;
import dev.amulet.format.v1.View;
import dev.amulet.runtime.ScoringException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bad image is an error of its own row, and every other row of the batch scores as if alone. */
class RowErrorsTest {
  @TempDir private Path folder;
  private Scorer scorer;

  @BeforeEach
  void open() throws ArtifactException, IOException {
    Path images = Files.createDirectory(folder.resolve("images"));
    Files.write(images.resolve("good.png"), DrawnPng.of("good", 20, 20));
    Files.write(folder.resolve("secret.png"), DrawnPng.of("secret", 20, 20));
    Files.write(images.resolve("text.png"), new byte[] {'n', 'o', 'n', 'e'});
    scorer =
        model(MissingImage.FAIL_ROW)
            .open(ScorerOptions.builder().imageRoot(images).batchSize(4).build());
  }

  @AfterEach
  void close() {
    scorer.close();
  }

  @Test
  void damagedBytes() {
    byte[] cut = Arrays.copyOf(DrawnPng.of("good", 20, 20), 300);
    assertFails(inline(cut), Reason.BAD_IMAGE, "");
    assertFails(inline(new byte[0]), Reason.BAD_IMAGE, "image of 0 bytes");
  }

  @Test
  void fileThatIsNoPicture() {
    assertFails(reference("text.png"), Reason.BAD_IMAGE, "image \"text.png\"");
  }

  @Test
  void missingFile() {
    assertFails(
        reference("nowhere.png"), Reason.UNREADABLE_IMAGE, "no image file \"nowhere.png\" under");
  }

  @Test
  void pathThatLeavesTheImageRoot() {
    assertFails(reference("../secret.png"), Reason.UNREADABLE_IMAGE, "leads outside");
    assertFails(
        reference(folder.resolve("secret.png").toString()),
        Reason.UNREADABLE_IMAGE,
        "leads outside");
  }

  @Test
  void linkThatLeavesTheImageRoot() throws IOException {
    Files.createSymbolicLink(
        folder.resolve("images").resolve("link.png"), folder.resolve("secret.png"));
    assertFails(reference("link.png"), Reason.UNREADABLE_IMAGE, "leads outside");
  }

  @Test
  void noImage() {
    assertFails(scorer.newRow(), Reason.MISSING_IMAGE, "has no image");
  }

  @Test
  void oneBadImageAmongSeveral() {
    assertFails(
        scorer.newRow().set("photo", "good.png;good.png;nowhere.png;good.png"),
        Reason.UNREADABLE_IMAGE,
        "nowhere.png");
  }

  @Test
  void imageLargerThanTheLimit() throws ArtifactException {
    ImagePolicy policy = ImagePolicy.builder().maxBytes(1_000).build();
    try (Scorer strict =
        model(MissingImage.FAIL_ROW)
            .open(
                ScorerOptions.builder()
                    .imageRoot(folder.resolve("images"))
                    .imagePolicy(policy)
                    .build())) {
      ScoredRow inline =
          strict
              .score(List.of(strict.newRow().setImage("photo", DrawnPng.of("good", 20, 20))))
              .get(0);
      assertThat(Objects.requireNonNull(inline.error()).reason()).isEqualTo(Reason.BAD_IMAGE);
      ScoredRow file = strict.score(List.of(strict.newRow().set("photo", "good.png"))).get(0);
      assertThat(Objects.requireNonNull(file.error()))
          .hasMessageContaining("larger than the limit of 1000 bytes");
      assertThat(file.error().reason()).isEqualTo(Reason.UNREADABLE_IMAGE);
    }
  }

  @Test
  void referencesWithoutAnImageRootSayWhatToSet() throws ArtifactException {
    try (Scorer rootless = model(MissingImage.FAIL_ROW).open()) {
      ScoredRow row = rootless.score(List.of(rootless.newRow().set("photo", "good.png"))).get(0);
      assertThat(Objects.requireNonNull(row.error()))
          .hasMessageContaining("\"good.png\"")
          .hasMessageContaining("--image-root");
      assertThat(row.error().reason()).isEqualTo(Reason.UNREADABLE_IMAGE);
    }
  }

  @Test
  void aRowThatFailsLeavesThePredictionAsItWas() {
    try (ScoringSession session = scorer.newSession()) {
      Prediction prediction = session.newPrediction();
      session.score(reference("good.png"), prediction);
      double before = prediction.value();
      assertThatExceptionOfType(ScoringException.class)
          .isThrownBy(() -> session.score(reference("nowhere.png"), prediction));
      assertThat(prediction.value()).isEqualTo(before).isNotZero();
      session.score(reference("good.png"), prediction);
      assertThat(prediction.value()).isEqualTo(before);
    }
  }

  private Row inline(byte[] file) {
    return scorer.newRow().set("area", 3).setImage("photo", file);
  }

  private Row reference(String path) {
    return scorer.newRow().set("area", 3).set("photo", path);
  }

  /** Scores the row among six good ones, in every place of the batch. */
  private void assertFails(Row bad, Reason reason, String message) {
    Row good = scorer.newRow().set("area", 2).set("photo", "good.png");
    double expected = scorer.score(good).value();
    for (int place = 0; place < 7; place++) {
      List<Row> rows = new ArrayList<>(Collections.nCopies(6, good));
      rows.add(place, bad);
      List<ScoredRow> scored = scorer.score(rows);
      for (int i = 0; i < rows.size(); i++) {
        if (i == place) {
          ScoringException error = Objects.requireNonNull(scored.get(i).error());
          assertThat(error.reason()).isEqualTo(reason);
          assertThat(error.column()).isEqualTo("photo");
          assertThat(error).hasMessageStartingWith("column \"photo\": ");
          assertThat(error).hasMessageContaining(message);
        } else {
          assertThat(Objects.requireNonNull(scored.get(i).prediction()).value())
              .isEqualTo(expected);
        }
      }
    }
  }

  /** The sum of the area and the network's numbers. */
  private static AmuletBuilder model(MissingImage missing) {
    AmuletBuilder amulet = new AmuletBuilder().tinyNetwork();
    int area = amulet.numeric("area");
    int photo = amulet.image("photo", missing, SeveralImages.AVERAGE);
    amulet.numericStage(area, NumericFunction.IDENTITY, false);
    amulet.imageStage(photo, View.UPRIGHT);
    amulet.linearStage("sum", AmuletBuilder.linear(1, 1f, 1f, 1f, 1f, 1f), range(0, 5));
    return amulet.outputs(AmuletBuilder.regression(TargetFunction.TARGET_IDENTITY, 0, 1));
  }
}
