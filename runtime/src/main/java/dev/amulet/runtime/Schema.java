package dev.amulet.runtime;

import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.SeveralImages;
import dev.amulet.format.v1.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model expects and what it returns. Immutable.
 *
 * @see Scorer#schema()
 */
public final class Schema {
  private final List<Column> columns;
  private final Map<String, Integer> indexes;
  private final Task task;
  private final String target;
  private final List<String> classes;

  Schema(Manifest manifest) {
    List<Column> inputs = new ArrayList<>();
    Map<String, Integer> byName = new HashMap<>();
    for (var column : manifest.getSchema().getColumnsList()) {
      if (column.getRole() == Role.INPUT) {
        byName.put(column.getName(), inputs.size());
        inputs.add(
            new Column(
                inputs.size(),
                column.getName(),
                column.getType(),
                column.getDataType(),
                column.getMissingMarkersList(),
                column.getLevelsList(),
                column.getDateTime().getZone(),
                column.getDateTime().getPatternsList(),
                column.getImage().getSeveral() == SeveralImages.AVERAGE,
                column.getExample(),
                column.getStatistics()));
      }
    }
    columns = List.copyOf(inputs);
    indexes = Map.copyOf(byName);
    task = manifest.getOutputs().getTask();
    target = manifest.getOutputs().getTarget();
    classes = List.copyOf(manifest.getOutputs().getClassesList());
  }

  /**
   * The schema that a manifest describes: what a form or a check needs of a model, without loading
   * its networks. {@code Schema.of(Artifact.openMetadata(file).manifest())} reads the manifest and
   * nothing else of the file.
   */
  public static Schema of(Manifest manifest) {
    return new Schema(manifest);
  }

  /** Input columns, in row order. */
  public List<Column> columns() {
    return columns;
  }

  /** Position of an input column, or -1 when there is none of that name. */
  public int indexOf(String column) {
    return indexes.getOrDefault(column, -1);
  }

  /** {@code TASK_UNSPECIFIED} for a draft. */
  public Task task() {
    return task;
  }

  /** Name of the column that is predicted; empty for a draft. */
  public String target() {
    return target;
  }

  /** Class labels in the order of {@link Prediction#probability}; empty for regression. */
  public List<String> classes() {
    return classes;
  }
}
