package dev.amulet.training;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.amulet.format.v1.Task;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.Folds;
import dev.amulet.training.data.Target;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Predictions as CSV, in the columns that {@code score} writes, with the actual target beside. */
final class PredictionFile {
  private final Target target;
  private final double threshold;

  /**
   * @param threshold from which probability on the second of two classes is predicted
   */
  PredictionFile(Target target, double threshold) {
    this.target = target;
    this.threshold = threshold;
  }

  /**
   * Predictions of rows that could all be scored; none for rows that no fold holds out.
   *
   * @param predictions {@code [rows][1 or classes]}
   * @param folds says which fold predicted each row, or null
   */
  String text(Dataset table, double[][] predictions, @Nullable Folds folds) {
    return text(table, predictions, new String[predictions.length], folds);
  }

  /**
   * @param predictions {@code [rows][1 or classes]}; not read for rows with an error
   * @param errors why a row has no prediction, or null
   * @param folds says which fold predicted each row, or null
   */
  String text(
      Dataset table, double[][] predictions, @Nullable String[] errors, @Nullable Folds folds) {
    StringWriter text = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().build(text)) {
      csv.writeRecord(header(folds != null));
      int[] assignment = folds == null ? new int[0] : folds.assignment();
      int column = table.hasColumn(target.column()) ? table.columnIndex(target.column()) : -1;
      for (int row = 0; row < predictions.length; row++) {
        List<String> cells = new ArrayList<>();
        cells.add(Integer.toString(table.sourceRow(row)));
        String error = errors[row];
        boolean held = folds == null || assignment[row] != Folds.NEVER;
        if (error == null && held) {
          addPrediction(cells, predictions[row]);
        } else {
          cells.addAll(Collections.nCopies(1 + target.classes().size(), ""));
        }
        cells.add(error == null ? "" : error);
        if (folds != null) {
          cells.add(held ? folds.names().get(assignment[row]) : "");
        }
        String actual = column < 0 ? null : table.cell(row, column);
        cells.add(actual == null ? "" : actual);
        csv.writeRecord(cells);
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail to be written to", e);
    }
    return text.toString();
  }

  private List<String> header(boolean withFold) {
    List<String> header = new ArrayList<>();
    header.add("row");
    header.add(target.column());
    target.classes().forEach(label -> header.add(target.column() + "." + label));
    header.add("error");
    if (withFold) {
      header.add("fold");
    }
    header.add(target.column() + ".actual");
    return header;
  }

  private void addPrediction(List<String> cells, double[] prediction) {
    if (target.task() == Task.REGRESSION) {
      cells.add(Double.toString(prediction[0]));
      return;
    }
    cells.add(target.classes().get(label(prediction)));
    for (double probability : prediction) {
      cells.add(Double.toString(probability));
    }
  }

  /** By the threshold for two classes, else the most probable, the first of equals. */
  private int label(double[] probabilities) {
    if (target.task() == Task.BINARY) {
      return probabilities[1] >= threshold ? 1 : 0;
    }
    int best = 0;
    for (int k = 1; k < probabilities.length; k++) {
      if (probabilities[k] > probabilities[best]) {
        best = k;
      }
    }
    return best;
  }
}
