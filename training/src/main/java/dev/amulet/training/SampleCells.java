package dev.amulet.training;

import com.google.protobuf.ByteString;
import dev.amulet.format.v1.Cell;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Images;
import dev.amulet.runtime.Column;
import dev.amulet.runtime.Schema;
import dev.amulet.training.data.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Training rows, images included, that an amulet checks itself with when the user wants that. */
final class SampleCells {
  private static final int ROWS = 3;
  private static final int MAX_IMAGE_BYTES = 1 << 20;

  private SampleCells() {}

  /** Cells of a few rows spread over the table. */
  static List<List<Cell>> of(Schema schema, Dataset table) {
    List<List<Cell>> rows = new ArrayList<>();
    int count = Math.min(ROWS, table.rows());
    for (int i = 0; i < count; i++) {
      int row = (int) ((long) i * table.rows() / count);
      List<Cell> cells = new ArrayList<>();
      for (Column column : schema.columns()) {
        String text = table.cell(row, table.columnIndex(column.name()));
        cells.add(cell(column, text, table.root()));
      }
      rows.add(cells);
    }
    return rows;
  }

  private static Cell cell(Column column, @Nullable String text, Path root) {
    if (text == null) {
      return Cell.getDefaultInstance();
    }
    if (column.type() != ColumnType.IMAGE) {
      return Cell.newBuilder().setText(text).build();
    }
    Path file = root.resolve(text);
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_IMAGE_BYTES) {
        return Cell.getDefaultInstance();
      }
      return Cell.newBuilder()
          .setImages(Images.newBuilder().addFiles(ByteString.copyFrom(Files.readAllBytes(file))))
          .build();
    } catch (IOException e) {
      throw new TrainingException("image " + file + " cannot be read: " + e, e);
    }
  }
}
