package dev.amulet.format;

import dev.amulet.format.v1.Cell;
import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.SeveralImages;
import dev.amulet.format.v1.SlotGroup;
import dev.amulet.format.v1.Task;
import dev.amulet.format.v1.Verification;
import dev.amulet.format.v1.VerificationRow;
import java.util.List;

/** The rules of the verification rows: they fit the schema, the slots and the outputs. */
final class VerificationChecker {
  private final List<Column> inputs;
  private final int slots;
  private final int margins;
  private final int outputs;
  private final Where where;

  VerificationChecker(Manifest manifest, Where where) {
    inputs =
        manifest.getSchema().getColumnsList().stream()
            .filter(column -> column.getRole() == Role.INPUT)
            .toList();
    slots =
        manifest.getPipeline().getSlotsList().stream()
            .map(SlotGroup::getRange)
            .mapToInt(range -> range.getCount())
            .sum();
    boolean model = manifest.hasOutputs();
    boolean regression = manifest.getOutputs().getTask() == Task.REGRESSION;
    margins = model ? OutputsChecker.margins(manifest.getOutputs()) : 0;
    outputs = !model ? 0 : regression ? 1 : manifest.getOutputs().getClassesCount();
    this.where = where;
  }

  void check(Verification verification) throws ArtifactException {
    int rows = verification.getRowsCount();
    if (rows == 0 || rows > Limits.VERIFICATION_ROWS) {
      throw where
          .at("rows")
          .bad(rows + " rows, expected 1 to " + Limits.VERIFICATION_ROWS + ", or no such entry");
    }
    tolerance(verification.getSlotTolerance(), where.at("slot_tolerance"));
    tolerance(verification.getOutputTolerance(), where.at("output_tolerance"));
    for (int i = 0; i < rows; i++) {
      row(verification.getRows(i), where.at("rows", i));
    }
  }

  private static void tolerance(double tolerance, Where where) throws ArtifactException {
    if (!(tolerance > 0 && tolerance <= 1)) {
      throw where.bad(tolerance + ", expected more than 0 and at most 1");
    }
  }

  private void row(VerificationRow row, Where where) throws ArtifactException {
    requireCount("cells", row.getCellsCount(), inputs.size(), where);
    requireCount("slots", row.getSlotsCount(), slots, where);
    requireCount("margins", row.getMarginsCount(), margins, where);
    requireCount("outputs", row.getOutputsCount(), outputs, where);
    for (int i = 0; i < row.getCellsCount(); i++) {
      cell(row.getCells(i), inputs.get(i), where.at("cells", i));
    }
    for (int i = 0; i < margins; i++) {
      finite(row.getMargins(i), where.at("margins", i));
    }
    for (int i = 0; i < outputs; i++) {
      finite(row.getOutputs(i), where.at("outputs", i));
    }
  }

  private static void cell(Cell cell, Column column, Where where) throws ArtifactException {
    boolean fits =
        switch (cell.getValueCase()) {
          case VALUE_NOT_SET -> true;
          case NUMBER -> column.getType() == ColumnType.NUMERIC;
          case FLAG -> column.getType() == ColumnType.BOOLEAN;
          case TIME -> column.getType() == ColumnType.DATE_TIME;
          case IMAGES -> column.getType() == ColumnType.IMAGE;
          case TEXT ->
              column.getType() == ColumnType.TEXT || column.getType() == ColumnType.CATEGORICAL;
        };
    if (!fits) {
      throw where.bad(
          "a cell of kind "
              + cell.getValueCase()
              + " in the column "
              + Where.quote(column.getName())
              + " of type "
              + column.getType()
              + ", expected a value that fits the type, or none");
    }
    if (cell.hasNumber()) {
      finite(cell.getNumber(), where);
    }
    if (cell.hasImages()) {
      int files = cell.getImages().getFilesCount();
      boolean one = column.getImage().getSeveral() == SeveralImages.ONE_IMAGE;
      if (files == 0 || (one && files > 1)) {
        throw where
            .at("images.files")
            .bad(files + " images, expected " + (one ? "1" : "1 or more"));
      }
    }
  }

  private static void finite(double value, Where where) throws ArtifactException {
    if (!Double.isFinite(value)) {
      throw where.bad(value + ", expected a finite number");
    }
  }

  private static void requireCount(String field, int found, int expected, Where where)
      throws ArtifactException {
    if (found != expected) {
      throw where.at(field).bad(found + " values, expected " + expected);
    }
  }
}
