package dev.amulet.server.wire;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.runtime.Column;
import dev.amulet.server.model.ModelVersion;
import dev.amulet.server.model.RequestException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One column of an Open Inference Protocol request: {@code [N]} or {@code [N,1]}, and {@code [N,k]}
 * for k images per cell. A column without a tensor is missing in every row.
 *
 * @param shape as given, checked
 * @param cells as {@link RowBatch} takes them, row-major; null is missing
 */
public record InputTensor(String name, List<Long> shape, List<@Nullable Object> cells) {
  /**
   * How many elements a shape has.
   *
   * @throws RequestException when a size is negative or the product is too large
   */
  public static int elements(List<Long> shape, String field) {
    long product = 1;
    boolean empty = shape.contains(0L);
    for (long size : shape) {
      if (size < 0) {
        throw RequestException.invalid(field, "has the size " + size + "; expected 0 or more");
      }
      if (!empty && (size > Integer.MAX_VALUE || product * size > Integer.MAX_VALUE)) {
        throw RequestException.invalid(field, "has too many elements: " + shape);
      }
      product *= empty ? 1 : size;
    }
    return empty ? 0 : (int) product;
  }

  /**
   * Makes rows of tensors.
   *
   * @throws RequestException when a name is unknown or twice there, or sizes do not agree
   */
  public static void fill(ModelVersion model, RowBatch batch, List<InputTensor> tensors) {
    if (tensors.isEmpty()) {
      throw RequestException.invalid("inputs", "expected at least one tensor");
    }
    Set<String> names = new HashSet<>();
    long rows = -1;
    for (int i = 0; i < tensors.size(); i++) {
      InputTensor tensor = tensors.get(i);
      String place = "inputs[" + i + "]";
      Column column = model.schema().columns().get(batch.column(tensor.name, place + ".name"));
      if (!names.add(tensor.name)) {
        throw RequestException.invalid(place + ".name", "\"" + tensor.name + "\" is there twice");
      }
      tensor.requireShape(column, place);
      long count = tensor.shape.get(0);
      if (rows < 0) {
        rows = count;
        batch.add((int) Math.min(Integer.MAX_VALUE, count));
      } else if (rows != count) {
        throw RequestException.invalid(
            place + ".shape", "has " + count + " rows, the tensors before have " + rows);
      }
      tensor.fill(batch, column);
    }
  }

  private void requireShape(Column column, String place) {
    boolean one = shape.size() == 1 || (shape.size() == 2 && shape.get(1) == 1);
    boolean several = shape.size() == 2 && column.type() == ColumnType.IMAGE;
    if (!one && !several) {
      throw RequestException.invalid(
          place + ".shape",
          "is "
              + shape
              + ", expected [rows] or [rows, 1]"
              + (column.type() == ColumnType.IMAGE ? ", or [rows, images per cell]" : ""));
    }
  }

  private void fill(RowBatch batch, Column column) {
    int rows = shape.get(0).intValue();
    int width = shape.size() == 1 ? 1 : shape.get(1).intValue();
    for (int row = 0; row < rows; row++) {
      Object cell = width == 1 ? cells.get(row) : images(row * width, width);
      batch.set(row, column.index(), cell);
    }
  }

  /** The images of one cell; places that are empty do not count. */
  private @Nullable Object images(int first, int width) {
    List<Object> images = new ArrayList<>();
    for (Object image : cells.subList(first, first + width)) {
      boolean empty =
          image == null || image.equals("") || (image instanceof byte[] b && b.length == 0);
      if (!empty) {
        images.add(image);
      }
    }
    return images.isEmpty() ? null : images;
  }
}
