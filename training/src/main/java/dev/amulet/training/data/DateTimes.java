package dev.amulet.training.data;

import java.time.DateTimeException;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Cells that are dates or moments: ISO 8601, or one of a few patterns that all cells share. */
final class DateTimes {
  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("['T'][' ']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendOffsetId()
          .optionalEnd()
          .optionalEnd()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  // "uuuu" because strict resolving needs the proleptic year. Day first before month first: a file
  // whose days never exceed 12 fits both and is reported as ambiguous.
  private static final List<String> PATTERNS =
      List.of(
          "uuuu/M/d",
          "uuuu/M/d H:mm",
          "uuuu/M/d H:mm:ss",
          "uuuu.M.d",
          "d.M.uuuu",
          "d.M.uuuu H:mm",
          "d.M.uuuu H:mm:ss",
          "d/M/uuuu",
          "d/M/uuuu H:mm",
          "d/M/uuuu H:mm:ss",
          "M/d/uuuu",
          "M/d/uuuu H:mm",
          "M/d/uuuu H:mm:ss",
          "d-M-uuuu",
          "M-d-uuuu",
          "d MMM uuuu",
          "MMM d, uuuu");

  private DateTimes() {}

  /**
   * How to read these cells: patterns to try after ISO 8601, in order (none when all are ISO).
   * Empty when they are not all dates.
   */
  static Optional<List<String>> patterns(Collection<String> cells) {
    List<String> others = new ArrayList<>();
    for (String cell : cells) {
      if (!parses(ISO, cell)) {
        if (cell.isEmpty() || !Character.isLetterOrDigit(cell.charAt(0)) || cell.length() < 8) {
          return Optional.empty();
        }
        others.add(cell);
      }
    }
    if (others.isEmpty()) {
      return cells.isEmpty() ? Optional.empty() : Optional.of(List.of());
    }
    for (String pattern : PATTERNS) {
      DateTimeFormatter format = formatter(pattern);
      if (others.stream().allMatch(cell -> parses(format, cell))) {
        return Optional.of(List.of(pattern));
      }
    }
    return Optional.empty();
  }

  /** Whether day and month could be exchanged in every cell. */
  static boolean ambiguous(Collection<String> cells, List<String> patterns) {
    if (patterns.isEmpty() || !patterns.get(0).startsWith("d/M/")) {
      return false;
    }
    DateTimeFormatter monthFirst = formatter(patterns.get(0).replace("d/M/", "M/d/"));
    return cells.stream().allMatch(cell -> parses(monthFirst, cell));
  }

  private static DateTimeFormatter formatter(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)
        .withResolverStyle(ResolverStyle.STRICT);
  }

  private static boolean parses(DateTimeFormatter format, String cell) {
    try {
      return format.parse(cell).isSupported(ChronoField.EPOCH_DAY);
    } catch (DateTimeException e) {
      return false;
    }
  }
}
