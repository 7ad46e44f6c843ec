package dev.amulet.training;

import com.google.protobuf.ByteString;
import dev.amulet.format.v1.Cell;
import dev.amulet.format.v1.Images;
import dev.amulet.runtime.Column;
import dev.amulet.runtime.ImageSource;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.Scorer;
import dev.amulet.training.data.Dataset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Training rows, images included, that an amulet checks itself with when the user wants that. */
final class SampleCells {
  private static final int ROWS = 3;
  private static final int MAX_IMAGE_BYTES = 1 << 20;

  private SampleCells() {}

  /** Cells of a few rows spread over the table, typed as the scorer reads them. */
  static List<List<Cell>> of(Scorer scorer, Dataset table) {
    ImageSource images = table.images();
    List<List<Cell>> rows = new ArrayList<>();
    int count = Math.min(ROWS, table.rows());
    for (int i = 0; i < count; i++) {
      int row = (int) ((long) i * table.rows() / count);
      Row typed = Drafts.rows(scorer, table, row, 1).get(0);
      List<Cell> cells = new ArrayList<>();
      for (Column column : scorer.schema().columns()) {
        String text = table.cell(row, table.columnIndex(column.name()));
        cells.add(text == null ? Cell.getDefaultInstance() : cell(column, text, typed, images));
      }
      rows.add(cells);
    }
    return rows;
  }

  private static Cell cell(Column column, String text, Row typed, ImageSource images) {
    if (column.missingMarkers().contains(text)) {
      return Cell.getDefaultInstance();
    }
    double number = typed.number(column.index());
    return switch (column.type()) {
      case NUMERIC ->
          Double.isNaN(number)
              ? Cell.getDefaultInstance()
              : Cell.newBuilder().setNumber(number).build();
      case BOOLEAN ->
          Double.isNaN(number)
              ? Cell.getDefaultInstance()
              : Cell.newBuilder().setFlag(number == 1).build();
      case DATE_TIME ->
          Double.isNaN(number)
              ? Cell.getDefaultInstance()
              : Cell.newBuilder().setTime((long) number).build();
      case IMAGE ->
          images(column.severalImages() ? text.split(";", -1) : new String[] {text}, images);
      default -> Cell.newBuilder().setText(text).build();
    };
  }

  /** A file that cannot be read, or is too large to travel, is missing here. */
  private static Cell images(String[] references, ImageSource source) {
    try {
      Images.Builder files = Images.newBuilder();
      for (String reference : references) {
        files.addFiles(ByteString.copyFrom(source.read(reference, MAX_IMAGE_BYTES)));
      }
      return Cell.newBuilder().setImages(files).build();
    } catch (IOException e) {
      return Cell.getDefaultInstance();
    }
  }
}
