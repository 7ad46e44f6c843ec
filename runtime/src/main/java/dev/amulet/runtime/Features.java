package dev.amulet.runtime;

import java.util.List;

/**
 * Slots of several rows: what the learners of a model see.
 *
 * @param rows number of rows
 * @param names slot names, one per column
 * @param values {@code [rows, names.size()]} float32, row-major, NaN = missing; owned by the caller
 */
@SuppressWarnings("ArrayRecordComponent") // Tens of thousands of values: a list would box them.
public record Features(int rows, List<String> names, float[] values) {
  public Features {
    if (values.length != (long) rows * names.size()) {
      throw new IllegalArgumentException(
          values.length + " values for " + rows + " rows of " + names.size() + " slots");
    }
  }
}
