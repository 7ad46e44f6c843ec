package dev.amulet.training.data;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.Schema;
import dev.amulet.training.TrainingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a table is made of: every column's role and type, and the target.
 *
 * @param dataset the rows to train on: those whose target is known, with image cells rewritten to
 *     the files found (paths relative to the root, forward slashes)
 * @param columns one profile per column, in table order
 * @param target what to predict; null when none was named
 * @param warnings sentences for the user; training goes on
 * @param problems sentences for the user; training cannot go on
 */
public record TableProfile(
    Dataset dataset,
    List<ColumnProfile> columns,
    @Nullable Target target,
    List<String> warnings,
    List<String> problems) {
  private static final int SHOWN_PROBLEMS = 3;

  public TableProfile {
    columns = List.copyOf(columns);
    warnings = List.copyOf(warnings);
    problems = List.copyOf(problems);
  }

  /** The columns a model is asked with, in table order. */
  public List<ColumnProfile> inputs() {
    return columns.stream().filter(column -> column.role() == Role.INPUT).toList();
  }

  /** The inputs of one type, in table order. */
  public List<ColumnProfile> inputs(ColumnType type) {
    return inputs().stream().filter(column -> column.type() == type).toList();
  }

  /** The column with a role that one column at most can have. */
  public Optional<ColumnProfile> columnWithRole(Role role) {
    return columns.stream().filter(column -> column.role() == role).findFirst();
  }

  public ColumnProfile column(String name) {
    return columns.get(dataset.columnIndex(name));
  }

  /** The target, where the caller cannot go on without one. */
  public Target requiredTarget() {
    if (target == null) {
      throw new TrainingException(
          "no target: name the column to predict with --target; the columns of "
              + dataset.name()
              + ": "
              + NearestName.listing(dataset.columnNames()));
    }
    return target;
  }

  /**
   * Refuses a table that cannot be trained on.
   *
   * @throws TrainingException with the first problems, one a line
   */
  public void requireTrainable() {
    requiredTarget();
    if (!problems.isEmpty()) {
      throw new TrainingException(
          String.join("\n", problems.subList(0, Math.min(SHOWN_PROBLEMS, problems.size()))));
    }
  }

  /** Row weights of {@link #dataset()}: those of the weight column, or all 1. */
  public double[] weights() {
    return weightsOf(dataset)
        .orElseGet(
            () -> {
              double[] equal = new double[dataset.rows()];
              Arrays.fill(equal, 1);
              return equal;
            });
  }

  /**
   * Row weights of this or another table; empty when there is no weight column, or none in that
   * table.
   *
   * @throws TrainingException when a cell is no number of 0 or more, or all are 0
   */
  public Optional<double[]> weightsOf(Dataset table) {
    return columnWithRole(Role.WEIGHT)
        .filter(column -> table.hasColumn(column.name()))
        .map(column -> weights(table, column.name()));
  }

  private static double[] weights(Dataset table, String column) {
    String[] cells = table.column(column);
    double[] weights = new double[cells.length];
    for (int i = 0; i < cells.length; i++) {
      String cell = cells[i];
      weights[i] = cell == null || !Numbers.isNumber(cell) ? -1 : Double.parseDouble(cell);
      if (weights[i] < 0) {
        throw new TrainingException(
            "%s row %d: weight \"%s\" is \"%s\", expected a number of 0 or more"
                .formatted(table.name(), table.sourceRow(i) + 1, column, cell == null ? "" : cell));
      }
    }
    if (Arrays.stream(weights).noneMatch(weight -> weight > 0)) {
      throw new TrainingException(
          "%s: every weight in \"%s\" is 0, so no row counts; give some rows more than 0"
              .formatted(table.name(), column));
    }
    return weights;
  }

  /**
   * Another table (such as a test set) made ready for the same model: its image cells rewritten to
   * the files found below its own root, rows without a target left out when it has the target.
   *
   * @throws TrainingException when an input column is missing
   */
  public Dataset conform(Dataset other) {
    Dataset conformed = other;
    ImageCollection files = other.collection();
    for (ColumnProfile column : inputs()) {
      conformed.columnIndex(column.name());
      if (column.type() == ColumnType.IMAGE) {
        ColumnCells cells = ColumnCells.of(conformed, column.name());
        conformed =
            conformed.withColumn(
                column.name(),
                ColumnProfiler.rewritten(cells, ImageSurvey.of(cells.distinct(), files)));
      }
    }
    return target != null && other.hasColumn(target.column())
        ? ColumnProfiler.rowsWithTarget(conformed, target)
        : conformed;
  }

  /** All columns as the manifest describes them, in table order. */
  public Schema schema() {
    Schema.Builder schema = Schema.newBuilder();
    for (ColumnProfile column : columns) {
      schema.addColumns(column.toColumn());
    }
    return schema.build();
  }

  /** Numeric inputs that may hold codes. */
  public List<String> possibleCodes() {
    return inputs(ColumnType.NUMERIC).stream()
        .map(ColumnProfile::name)
        .filter(name -> CodeEvidence.of(ColumnCells.of(dataset, name)) == CodeEvidence.POSSIBLE)
        .toList();
  }

  /** The same profile with a numeric column read as levels. */
  public TableProfile readAsLevels(String name) {
    List<ColumnProfile> changed = new ArrayList<>(columns);
    int index = dataset.columnIndex(name);
    changed.set(index, columns.get(index).readAsLevels(ColumnCells.of(dataset, name)));
    return new TableProfile(dataset, changed, target, warnings, problems);
  }

  /** The same profile with these columns no longer inputs. */
  public TableProfile dropping(List<String> names, String reason) {
    List<ColumnProfile> changed = new ArrayList<>();
    for (ColumnProfile column : columns) {
      changed.add(names.contains(column.name()) ? column.withRole(Role.DROPPED, reason) : column);
    }
    return new TableProfile(dataset, changed, target, warnings, problems);
  }
}
