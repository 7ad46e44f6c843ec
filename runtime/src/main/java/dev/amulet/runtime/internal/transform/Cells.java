package dev.amulet.runtime.internal.transform;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Typed cells of one row, by input column index. */
public interface Cells {
  int MISSING_LEVEL = -1;
  int UNSEEN_LEVEL = -2;

  /**
   * Value of a numeric or boolean column, or epoch milliseconds of a date-time column; NaN when
   * missing.
   */
  double number(int column);

  /** Level index of a categorical column, {@link #MISSING_LEVEL} or {@link #UNSEEN_LEVEL}. */
  int level(int column);

  /** Text of a text column, or of a categorical one's level; null when missing. */
  @Nullable String text(int column);

  /** Images of an image column: encoded files ({@code byte[]}) or references ({@code String}). */
  List<?> images(int column);
}
