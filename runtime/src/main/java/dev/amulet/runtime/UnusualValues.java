package dev.amulet.runtime;

import dev.amulet.format.v1.ColumnStatistics;
import dev.amulet.format.v1.DataType;
import dev.amulet.runtime.UnusualValue.Kind;
import dev.amulet.runtime.internal.pipeline.ImageSizes;
import dev.amulet.runtime.internal.transform.Cells;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares the cells of a row with the manifest's training statistics. */
final class UnusualValues {
  private UnusualValues() {}

  /**
   * Every unusual cell, in column order.
   *
   * @param sizes of the row's images, as decoded
   */
  static List<UnusualValue> of(Schema schema, Cells cells, ImageSizes sizes) {
    List<UnusualValue> found = new ArrayList<>();
    for (Column column : schema.columns()) {
      // Without rows there are no statistics to compare with.
      if (column.statistics().getRows() > 0) {
        UnusualValue value = of(column, cells, sizes);
        if (value != null) {
          found.add(value);
        }
      }
    }
    return List.copyOf(found);
  }

  private static @Nullable UnusualValue of(Column column, Cells cells, ImageSizes sizes) {
    int index = column.index();
    ColumnStatistics seen = column.statistics();
    return switch (column.type()) {
      case NUMERIC, DATE_TIME -> {
        double value = cells.number(index);
        if (Double.isNaN(value)) {
          yield missing(column);
        }
        boolean known = seen.getMin() < seen.getMax() || seen.getMin() != 0;
        if (known && (value < seen.getMin() || value > seen.getMax())) {
          yield new UnusualValue(
              column.name(),
              Kind.OUT_OF_RANGE,
              text(column, value),
              text(column, seen.getMin()) + " to " + text(column, seen.getMax()));
        }
        yield isWhole(column.dataType()) && value != Math.rint(value)
            ? new UnusualValue(
                column.name(), Kind.NOT_WHOLE, text(column, value), "whole numbers only")
            : null;
      }
      case BOOLEAN -> Double.isNaN(cells.number(index)) ? missing(column) : null;
      case CATEGORICAL ->
          switch (cells.level(index)) {
            case Cells.MISSING_LEVEL -> missing(column);
            case Cells.UNSEEN_LEVEL ->
                new UnusualValue(
                    column.name(),
                    Kind.UNSEEN_LEVEL,
                    "a level it does not know",
                    column.levels().size() + " levels");
            default -> null;
          };
      case IMAGE -> cells.images(index).isEmpty() ? missing(column) : size(column, sizes);
      case TEXT -> cells.text(index) == null ? missing(column) : null;
      default -> null;
    };
  }

  private static boolean isWhole(DataType type) {
    return type == DataType.INT32 || type == DataType.INT64;
  }

  private static @Nullable UnusualValue missing(Column column) {
    return column.statistics().getMissing() > 0
        ? null
        : new UnusualValue(column.name(), Kind.MISSING, "no value", "one in every row");
  }

  private static @Nullable UnusualValue size(Column column, ImageSizes sizes) {
    ColumnStatistics seen = column.statistics();
    if (seen.getMaxWidth() == 0) {
      return null;
    }
    for (int i = 0; i < sizes.count(column.index()); i++) {
      int width = sizes.width(column.index(), i);
      int height = sizes.height(column.index(), i);
      if (width < seen.getMinWidth()
          || width > seen.getMaxWidth()
          || height < seen.getMinHeight()
          || height > seen.getMaxHeight()) {
        return new UnusualValue(
            column.name(),
            Kind.IMAGE_SIZE,
            width + " x " + height + " pixels",
            "widths of %d to %d and heights of %d to %d"
                .formatted(
                    seen.getMinWidth(),
                    seen.getMaxWidth(),
                    seen.getMinHeight(),
                    seen.getMaxHeight()));
      }
    }
    return null;
  }

  private static String text(Column column, double value) {
    return switch (column.type()) {
      case DATE_TIME -> Instant.ofEpochMilli((long) value).toString();
      default -> value == Math.rint(value) ? "%.0f".formatted(value) : Double.toString(value);
    };
  }
}
