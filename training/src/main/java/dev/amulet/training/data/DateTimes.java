package dev.amulet.training.data;

import dev.amulet.runtime.text.DateTimeText;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Cells that are dates or moments: ISO 8601, or one of a few patterns that all cells share. */
final class DateTimes {
  /** Zone of cells that name none. */
  static final ZoneId UTC = ZoneId.of("UTC");

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
    DateTimeText iso = new DateTimeText(UTC, List.of());
    List<String> others = new ArrayList<>();
    for (String cell : cells) {
      if (!parses(iso, cell)) {
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
      DateTimeText format = new DateTimeText(UTC, List.of(pattern));
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
    DateTimeText monthFirst =
        new DateTimeText(UTC, List.of(patterns.get(0).replace("d/M/", "M/d/")));
    return cells.stream().allMatch(cell -> parses(monthFirst, cell));
  }

  private static boolean parses(DateTimeText format, String cell) {
    return format.parse(cell) != DateTimeText.NOT_A_DATE;
  }
}
