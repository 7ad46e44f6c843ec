package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.amulet.format.v1.Cell;
import dev.amulet.runtime.Column;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.DatasetReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A finished amulet against its trainer, and the rows it is given to check itself with. */
class ParityGateTest {
  private static final int ROWS = 70;

  @TempDir static Path folder;

  private static Dataset table;
  private static Scorer scorer;
  private static double[][] trained;

  @BeforeAll
  static void train() throws Exception {
    Path data = Signs.write(folder, ROWS, 13, Signs.Kind.NAME);
    ExperimentResult result =
        ExperimentTest.run(
            ExperimentTest.config(data, folder.resolve("out"))
                .set("feature_set", "image_score")
                .build());
    table = DatasetReader.read(data, null);
    scorer = Scorer.open(result.amulet(), ScorerOptions.builder().imageRoot(folder).build());
    List<NamedCsvRecord> rows =
        ExperimentTest.csv(result.directory().resolve("predictions/train.csv"));
    trained = new double[ROWS][];
    for (int i = 0; i < ROWS; i++) {
      NamedCsvRecord row = rows.get(i);
      trained[i] =
          scorer.schema().classes().stream()
              .mapToDouble(label -> Double.parseDouble(row.getField("target." + label)))
              .toArray();
    }
  }

  @AfterAll
  static void close() {
    scorer.close();
  }

  @Test
  void theTrainersOwnPredictionsPass() {
    assertThat(new ParityGate(scorer, table, trained).check()).isBetween(0.0, 1e-6);
  }

  @Test
  void aPerturbedPredictionIsRefusedWithItsRow() {
    for (int row : new int[] {0, 37, ROWS - 1}) {
      double[][] perturbed = copy();
      perturbed[row][1] += 2e-5;
      assertThatThrownBy(() -> new ParityGate(scorer, table, perturbed).check())
          .isInstanceOf(UnpublishedException.class)
          .hasMessageContaining("not published")
          .hasMessageContaining("data row " + (row + 1) + " scores");
    }
  }

  @Test
  void theLargestDifferenceWithinTheToleranceIsReported() {
    double[][] perturbed = copy();
    perturbed[5][0] += 8e-6;
    assertThat(new ParityGate(scorer, table, perturbed).check()).isBetween(7e-6, 9e-6);
  }

  @Test
  void aPredictionThatIsNoNumberIsRefused() {
    double[][] perturbed = copy();
    perturbed[9][2] = Double.NaN;
    assertThatThrownBy(() -> new ParityGate(scorer, table, perturbed).check())
        .isInstanceOf(UnpublishedException.class)
        .hasMessageContaining("row 10");
  }

  @Test
  void rowsOfAPartAreNamedAsTheSourceCountsThem() {
    Dataset part = table.subset(new int[] {60, 61});
    double[][] perturbed = {trained[60].clone(), trained[61].clone()};
    perturbed[1][0] += 1;
    assertThatThrownBy(() -> new ParityGate(scorer, part, perturbed).check())
        .hasMessageContaining("row 62");
  }

  @Test
  void drawnVerificationRowsFollowTheSeedAndFitEveryColumn() {
    List<List<Cell>> rows = new VerificationCells(scorer.schema(), false, 5).rows();
    assertThat(new VerificationCells(scorer.schema(), false, 5).rows()).isEqualTo(rows);
    assertThat(new VerificationCells(scorer.schema(), false, 6).rows()).isNotEqualTo(rows);
    assertThat(rows).hasSize(4);
    for (List<Cell> row : rows.subList(0, 3)) {
      assertThat(row).hasSameSizeAs(scorer.schema().columns());
      for (Column column : scorer.schema().columns()) {
        Cell cell = row.get(column.index());
        switch (column.type()) {
          case NUMERIC ->
              assertThat(cell.getNumber())
                  .isBetween(column.statistics().getMin(), column.statistics().getMax());
          case BOOLEAN -> assertThat(cell.hasFlag()).isTrue();
          case CATEGORICAL -> assertThat(column.levels()).contains(cell.getText());
          default -> assertThat(cell.getImages().getFilesCount()).isEqualTo(1);
        }
      }
    }
    assertThat(rows.get(3)).allMatch(cell -> cell.equals(Cell.getDefaultInstance()));
    assertThat(scorer.recordVerification(rows).getRowsCount()).isEqualTo(4);
  }

  @Test
  void sampledVerificationRowsScoreAsTheTableDoes() {
    List<List<Cell>> rows = SampleCells.of(scorer, table);
    assertThat(rows).hasSize(3);
    var recorded = scorer.recordVerification(rows);
    for (int i = 0; i < 3; i++) {
      Row row = Drafts.rows(scorer, table, i * ROWS / 3, 1).get(0);
      assertThat(recorded.getRows(i).getOutputsList())
          .containsExactlyElementsOf(
              Arrays.stream(scorer.score(row).probabilities()).boxed().toList());
    }
  }

  @Test
  void sampledRowsHoldNoFileFromOutsideTheImageRootAndNoMissingCell() throws Exception {
    Files.write(folder.resolve("secret.png"), new byte[] {1});
    Dataset odd =
        Dataset.of(
            "odd",
            folder.resolve("pictures"),
            List.of("photo", "size", "make", "used"),
            List.of(
                Arrays.asList("../secret.png", "3", "make a", "yes"),
                Arrays.asList("../data.csv", null, null, null),
                Arrays.asList("p13_0.png", "NA", "NA", "NA")));
    List<List<Cell>> rows = SampleCells.of(scorer, odd);
    assertThat(rows.get(0).get(0)).isEqualTo(Cell.getDefaultInstance());
    assertThat(rows.get(0).get(3).getFlag()).isTrue();
    assertThat(rows.get(1)).allMatch(cell -> cell.equals(Cell.getDefaultInstance()));
    assertThat(rows.get(2).get(0).getImages().getFilesCount()).isEqualTo(1);
    assertThat(rows.get(2).subList(1, 4)).allMatch(cell -> cell.equals(Cell.getDefaultInstance()));
  }

  private static double[][] copy() {
    return Arrays.stream(trained).map(double[]::clone).toArray(double[][]::new);
  }
}
