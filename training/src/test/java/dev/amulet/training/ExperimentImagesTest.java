package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.amulet.runtime.Row;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Image cells with several pictures, and pictures that must be there. */
class ExperimentImagesTest {
  private static final int ROWS = 36;

  @TempDir Path folder;

  /** Every second row has two pictures of its colour. */
  private Path signs() throws Exception {
    Random random = new Random(3);
    PictureTable table = new PictureTable(folder, "photos", "target");
    for (int i = 0; i < ROWS; i++) {
      int colour = i % 3;
      String cell = table.picture("p" + i, Signs.colour(colour), true, random);
      if (i % 2 == 0) {
        cell += "; " + table.picture("q" + i, Signs.colour(colour), false, random);
      }
      table.add(cell, Signs.NAMES[colour]);
    }
    return table.write("data.csv");
  }

  private ExperimentConfig.Builder config(Path data) {
    return ExperimentConfig.builder(data)
        .target("target")
        .folds(2)
        .set("threads", "1")
        .set("learner", "trees")
        .set("feature_set", "image_score")
        .set("missing_image", "fail_row")
        .out(folder.resolve("out"));
  }

  @Test
  void severalPicturesInACellAreAveraged() throws Exception {
    ExperimentResult result =
        ExperimentTest.run(config(signs()).set("verification", "sample").build());
    assertThat(result.validation().mean()).isLessThan(0.8 * result.constant().mean());
    ScorerOptions options = ScorerOptions.builder().imageRoot(folder).build();
    try (Scorer scorer = Scorer.open(result.amulet(), options)) {
      assertThat(scorer.schema().columns().get(0).severalImages()).isTrue();
      assertThat(scorer.verify().passed()).isTrue();
      String both = "pictures/q0.png;pictures/p0.png";
      Row row = scorer.newRow().set("photos", both);
      assertThat(scorer.score(row).label()).isEqualTo("red");
    }
  }

  @Test
  void aPictureThatMustBeThereIsNamedWithItsRow() throws Exception {
    Path data = signs();
    Files.writeString(folder.resolve("pictures/q6.png"), "no picture");
    TrainingException refused =
        catchThrowableOfType(
            TrainingException.class, () -> ExperimentTest.run(config(data).build()));
    assertThat(refused)
        .hasMessageContaining("row 7: column \"photos\": image \"pictures/q6.png\"")
        .hasMessageContaining("missing_image = \"nan_features\"");
    assertThat(refused.getMessage().lines()).hasSizeLessThanOrEqualTo(3);
  }
}
