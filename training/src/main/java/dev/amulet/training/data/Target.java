package dev.amulet.training.data;

import dev.amulet.format.v1.Task;
import dev.amulet.training.TrainingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The column to predict.
 *
 * @param classes labels in class-index order; empty for a regression. A binary model's probability
 *     is that of the second.
 * @param missingMarkers cell text that means the target is unknown, besides the empty cell
 * @param evidence sentence saying why the task
 */
public record Target(
    String column, Task task, List<String> classes, Set<String> missingMarkers, String evidence) {

  public Target {
    classes = List.copyOf(classes);
    missingMarkers = Set.copyOf(missingMarkers);
  }

  /**
   * The target of each row: the number, or the class index; NaN where missing.
   *
   * @throws TrainingException for a cell that is no number, or a class not seen in training
   */
  public double[] values(Dataset dataset) {
    String[] cells = dataset.cells(dataset.columnIndex(column));
    Map<String, Integer> indices = new HashMap<>();
    for (String label : classes) {
      indices.put(label, indices.size());
    }
    double[] values = new double[cells.length];
    for (int i = 0; i < cells.length; i++) {
      String cell = cells[i];
      if (cell == null || missingMarkers.contains(cell)) {
        values[i] = Double.NaN;
      } else if (task == Task.REGRESSION) {
        if (!Numbers.isNumber(cell)) {
          throw new TrainingException(
              "%s row %d: target \"%s\" is \"%s\", expected a number; correct or empty the cell"
                  .formatted(dataset.name(), dataset.sourceRow(i) + 1, column, cell));
        }
        values[i] = Double.parseDouble(cell);
      } else {
        Integer index = indices.get(cell);
        if (index == null) {
          throw new TrainingException(
              ("%s row %d: target \"%s\" is \"%s\", a class the training table has not;"
                      + " its classes: %s")
                  .formatted(
                      dataset.name(),
                      dataset.sourceRow(i) + 1,
                      column,
                      cell,
                      NearestName.listing(classes)));
        }
        values[i] = index;
      }
    }
    return values;
  }
}
