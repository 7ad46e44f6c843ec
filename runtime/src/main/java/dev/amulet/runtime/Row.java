package dev.amulet.runtime;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.runtime.ScoringException.Reason;
import dev.amulet.runtime.internal.transform.Cells;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One row to score, typed by the {@link Schema}. A column that is never set is missing.
 *
 * <p>Owned by the caller, reusable through {@link #clear()}, not safe for concurrent use. Setters
 * throw {@link ScoringException} when the schema has no such column or the value does not fit it.
 * Arrays handed over are not copied and must not change until the row is scored.
 */
public final class Row {
  private final RowLayout layout;
  private final double[] numbers;
  private final int[] levels;
  private final @Nullable String[] texts;
  private final @Nullable Object[] images;
  private final Cells cells = new Values();

  Row(RowLayout layout) {
    this.layout = layout;
    int columns = layout.schema().columns().size();
    numbers = new double[columns];
    levels = new int[columns];
    texts = new String[columns];
    images = new Object[columns];
    clear();
  }

  /** Makes every column missing. */
  public Row clear() {
    Arrays.fill(numbers, Double.NaN);
    Arrays.fill(levels, Cells.MISSING_LEVEL);
    Arrays.fill(texts, null);
    Arrays.fill(images, null);
    return this;
  }

  /**
   * Sets a column from text, as it stands in a CSV cell.
   *
   * <p>The text is trimmed; an empty one, null, or one of the column's missing markers makes the
   * column missing. Numbers are read as {@link Double#parseDouble} does, booleans as true/false,
   * yes/no, t/f, y/n or 1/0 in any case, dates as ISO 8601 or the column's patterns ({@link
   * Column#zone} where they carry no offset), an image as a {@code data:} URI, as base64 or as a
   * reference for the {@link ImageSource}. Where the column takes several images, they are
   * separated by {@code ;}, but a cell that starts with {@code data:} is one image: give several of
   * those to {@link #setImages(String, List)}.
   */
  public Row set(String column, @Nullable String text) {
    return set(index(column), text);
  }

  /** As {@link #set(String, String)}, by {@link Column#index()}. */
  public Row set(int column, @Nullable String text) {
    String trimmed = text == null ? "" : text.strip();
    if (trimmed.isEmpty() || layout.isMissing(column, trimmed)) {
      return setMissing(column);
    }
    switch (layout.type(column)) {
      case NUMERIC -> numbers[column] = layout.parseNumber(column, trimmed);
      case BOOLEAN -> numbers[column] = layout.parseBoolean(column, trimmed);
      case CATEGORICAL -> setLevel(column, layout.level(column, trimmed), trimmed, Double.NaN);
      case IMAGE -> images[column] = layout.references(column, trimmed);
      case TEXT -> texts[column] = trimmed;
      case DATE_TIME -> numbers[column] = layout.parseTime(column, trimmed);
      default -> throw unsupported(column, "text");
    }
    return this;
  }

  /**
   * Sets a numeric, boolean (0 or 1) or categorical column (the level so written); NaN is missing.
   *
   * <p>A numeric column takes every finite number, whatever its {@link Column#dataType()}: that
   * says what training saw. {@link ScoreOptions} tells of values that it did not see.
   */
  public Row set(String column, double value) {
    return set(index(column), value);
  }

  /** As {@link #set(String, double)}, by {@link Column#index()}. */
  public Row set(int column, double value) {
    if (Double.isNaN(value)) {
      return setMissing(column);
    }
    switch (layout.type(column)) {
      case NUMERIC -> numbers[column] = layout.checkNumber(column, value);
      case BOOLEAN -> numbers[column] = layout.checkBoolean(column, value);
      case CATEGORICAL -> setLevel(column, layout.level(column, value), null, value);
      default -> throw unsupported(column, "a number");
    }
    return this;
  }

  /** As {@link #set(String, double)}, from the decimal digits of a float. */
  public Row set(String column, float value) {
    return set(index(column), value);
  }

  /** As {@link #set(String, float)}, by {@link Column#index()}. */
  public Row set(int column, float value) {
    if (layout.type(column) == ColumnType.CATEGORICAL && !Float.isNaN(value)) {
      // The float nearest to 0.1 is written 0.1, the double it widens to is not.
      double decimal = Double.parseDouble(Float.toString(value));
      return setLevel(column, layout.level(column, decimal), null, decimal);
    }
    return set(column, (double) value);
  }

  /**
   * As {@link #set(String, double)}, from a whole number; a numeric column refuses one beyond
   * 2<sup>53</sup>, which would not stay what it is.
   */
  public Row set(String column, long value) {
    return set(index(column), value);
  }

  /** As {@link #set(String, long)}, by {@link Column#index()}. */
  public Row set(int column, long value) {
    if (layout.type(column) == ColumnType.CATEGORICAL) {
      boolean keeps = value > -NumberLevels.LARGEST_WHOLE && value < NumberLevels.LARGEST_WHOLE;
      return setLevel(
          column, layout.level(column, value), keeps ? null : Long.toString(value), (double) value);
    }
    return set(column, layout.checkExact(column, value));
  }

  /** Sets a boolean, numeric (1 or 0) or categorical ("true" or "false") column. */
  public Row set(String column, boolean value) {
    return set(index(column), value);
  }

  /** As {@link #set(String, boolean)}, by {@link Column#index()}. */
  public Row set(int column, boolean value) {
    switch (layout.type(column)) {
      case NUMERIC, BOOLEAN -> numbers[column] = value ? 1 : 0;
      case CATEGORICAL -> {
        String text = value ? "true" : "false";
        setLevel(column, layout.level(column, text), text, Double.NaN);
      }
      default -> throw unsupported(column, "a boolean");
    }
    return this;
  }

  /**
   * Sets a categorical column.
   *
   * @param level position in {@link Column#levels()}, or -1 for missing
   */
  public Row setLevel(String column, int level) {
    return setLevel(index(column), level);
  }

  /** As {@link #setLevel(String, int)}, by {@link Column#index()}. */
  public Row setLevel(int column, int level) {
    require(column, ColumnType.CATEGORICAL, "a level");
    return setLevel(column, layout.checkLevel(column, level), null, Double.NaN);
  }

  /**
   * @param text as which a level that the schema does not list is written, or null
   * @param number as which it is written where there is no text; NaN for none
   */
  private Row setLevel(int column, int level, @Nullable String text, double number) {
    levels[column] = level;
    texts[column] = text;
    numbers[column] = number;
    return this;
  }

  /** Sets a date-time column to a moment. */
  public Row setTime(String column, Instant time) {
    return setTime(index(column), time);
  }

  /** As {@link #setTime(String, Instant)}, by {@link Column#index()}. */
  public Row setTime(int column, Instant time) {
    require(column, ColumnType.DATE_TIME, "a date");
    try {
      return setTime(column, time.toEpochMilli());
    } catch (ArithmeticException e) {
      throw layout.invalid(column, time + " is outside of the years 0 to 9999");
    }
  }

  /** Sets a date-time column to what the clocks in {@link Column#zone()} show. */
  public Row setTime(String column, LocalDateTime time) {
    return setTime(index(column), time);
  }

  /** As {@link #setTime(String, LocalDateTime)}, by {@link Column#index()}. */
  public Row setTime(int column, LocalDateTime time) {
    require(column, ColumnType.DATE_TIME, "a date");
    if (time.getYear() < 0 || time.getYear() > 9999) {
      throw layout.invalid(column, time + " is outside of the years 0 to 9999");
    }
    return setTime(column, layout.dates(column).epochMs(time));
  }

  /** Sets a date-time column to the start of a day in {@link Column#zone()}. */
  public Row setTime(String column, LocalDate date) {
    return setTime(index(column), date.atStartOfDay());
  }

  /** As {@link #setTime(String, LocalDate)}, by {@link Column#index()}. */
  public Row setTime(int column, LocalDate date) {
    return setTime(column, date.atStartOfDay());
  }

  /** Sets a date-time column to milliseconds since 1970-01-01T00:00Z; allocates nothing. */
  public Row setTime(String column, long epochMs) {
    return setTime(index(column), epochMs);
  }

  /** As {@link #setTime(String, long)}, by {@link Column#index()}. */
  public Row setTime(int column, long epochMs) {
    require(column, ColumnType.DATE_TIME, "a date");
    numbers[column] = layout.checkTime(column, epochMs);
    return this;
  }

  /** Sets an image column from an encoded file (JPEG, PNG, ...). */
  public Row setImage(String column, byte[] file) {
    return setImages(index(column), List.of(file));
  }

  /** As {@link #setImage(String, byte[])}, by {@link Column#index()}. */
  public Row setImage(int column, byte[] file) {
    return setImages(column, List.of(file));
  }

  /**
   * Sets an image column from several images, whose network outputs are averaged; an empty list
   * makes it missing. One image that cannot be used makes the whole cell unusable: an average of
   * the others would be another input than the model was asked about.
   *
   * @param list encoded files ({@code byte[]}) and texts as {@link #set(String, String)} takes one
   *     image, in any mixture; a text here is one image, whatever it contains
   */
  public Row setImages(String column, List<?> list) {
    return setImages(index(column), list);
  }

  /** As {@link #setImages(String, List)}, by {@link Column#index()}. */
  public Row setImages(int column, List<?> list) {
    if (layout.type(column) != ColumnType.IMAGE) {
      throw unsupported(column, "an image");
    }
    images[column] = layout.checkImages(column, list);
    return this;
  }

  /** Makes one column missing. */
  public Row setMissing(int column) {
    Objects.checkIndex(column, numbers.length);
    numbers[column] = Double.NaN;
    levels[column] = Cells.MISSING_LEVEL;
    texts[column] = null;
    images[column] = null;
    return this;
  }

  /**
   * What a numeric, boolean (1 or 0) or date-time column (milliseconds since 1970) was set to; NaN
   * where it is missing.
   */
  public double number(int column) {
    return numbers[column];
  }

  /**
   * Sets the columns of another model's row to what those of the same name and type are set to
   * here; the others stay as they are. Images are not copied.
   *
   * @throws ScoringException when a value does not fit there
   */
  public void copyTo(Row other) {
    for (Column column : other.layout.schema().columns()) {
      int from = layout.schema().indexOf(column.name());
      if (from < 0 || layout.type(from) != column.type()) {
        continue;
      }
      int to = column.index();
      if (column.type() == ColumnType.CATEGORICAL) {
        other.set(to, cells.text(from)); // Each model numbers the levels its own way.
      } else {
        other.numbers[to] = numbers[from];
        other.texts[to] = texts[from];
        other.images[to] = images[from];
      }
    }
  }

  /** What the pipeline reads: this row, not a copy. */
  Cells cells() {
    return cells;
  }

  private final class Values implements Cells {
    @Override
    public double number(int column) {
      return numbers[column];
    }

    @Override
    public int level(int column) {
      return levels[column];
    }

    @Override
    public @Nullable String text(int column) {
      if (layout.type(column) != ColumnType.CATEGORICAL || texts[column] != null) {
        return texts[column];
      }
      int level = levels[column];
      if (level >= 0) {
        return layout.levelText(column, level);
      }
      return level == UNSEEN_LEVEL ? NumberLevels.written(numbers[column]) : null;
    }

    @Override
    public List<?> images(int column) {
      return images[column] instanceof List<?> list ? list : List.of();
    }
  }

  RowLayout layout() {
    return layout;
  }

  private int index(String column) {
    int index = layout.schema().indexOf(column);
    if (index < 0) {
      throw new ScoringException(
          Reason.UNKNOWN_COLUMN,
          null,
          "no input column \"" + column + "\"; the model's columns are " + layout.columnNames());
    }
    return index;
  }

  private void require(int column, ColumnType type, String what) {
    if (layout.type(column) != type) {
      throw unsupported(column, what);
    }
  }

  private ScoringException unsupported(int column, String what) {
    return new ScoringException(
        Reason.INVALID_VALUE,
        layout.name(column),
        "is " + layout.type(column) + " and cannot be set from " + what);
  }
}
