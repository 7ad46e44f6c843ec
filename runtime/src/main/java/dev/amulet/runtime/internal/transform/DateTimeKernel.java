package dev.amulet.runtime.internal.transform;

import dev.amulet.format.v1.DateTimePart;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.Arrays;
import java.util.List;

/**
 * Parts of a moment, as the clocks and calendars of one zone show it. A row costs up to 48 bytes of
 * garbage, up to 200 in a zone whose offset changes.
 */
public final class DateTimeKernel implements TransformKernel {
  private static final long DAY_MS = 86_400_000;
  private static final int NONE = Integer.MIN_VALUE;

  private final int column;
  private final DateTimePart[] parts;
  private final ZoneRules rules;

  /**
   * Seconds that the zone's clocks are always ahead, or {@link #NONE}: looking it up costs garbage.
   */
  private final int fixedOffsetS;

  private final int first;

  public DateTimeKernel(int column, List<DateTimePart> parts, ZoneId zone, int first) {
    this.column = column;
    this.parts = parts.toArray(DateTimePart[]::new);
    rules = zone.getRules();
    fixedOffsetS = rules.isFixedOffset() ? rules.getOffset(Instant.EPOCH).getTotalSeconds() : NONE;
    this.first = first;
  }

  @Override
  public void apply(Cells cells, TransformScratch scratch, float[] slots) {
    double time = cells.number(column);
    if (Double.isNaN(time)) {
      Arrays.fill(slots, first, first + parts.length, Float.NaN);
      return;
    }
    long epochMs = (long) time;
    int offsetS =
        fixedOffsetS != NONE
            ? fixedOffsetS
            : rules.getOffset(Instant.ofEpochMilli(epochMs)).getTotalSeconds();
    long localMs = epochMs + offsetS * 1000L;
    long day = Math.floorDiv(localMs, DAY_MS);
    int second = (int) (Math.floorMod(localMs, DAY_MS) / 1000);
    LocalDate date = LocalDate.ofEpochDay(day);
    for (int i = 0; i < parts.length; i++) {
      slots[first + i] =
          parts[i] == DateTimePart.EPOCH_DAY
              ? (float) ((double) localMs / DAY_MS)
              : part(parts[i], date, second);
    }
  }

  /** A week of ISO 8601 is one of the year that its Thursday lies in. */
  private static int week(LocalDate date) {
    long thursday = date.toEpochDay() + 4 - date.getDayOfWeek().getValue();
    return (LocalDate.ofEpochDay(thursday).getDayOfYear() + 6) / 7;
  }

  private static int part(DateTimePart part, LocalDate date, int second) {
    return switch (part) {
      case YEAR -> date.getYear();
      case MONTH -> date.getMonthValue();
      case DAY_OF_MONTH -> date.getDayOfMonth();
      case DAY_OF_WEEK -> date.getDayOfWeek().getValue();
      case DAY_OF_YEAR -> date.getDayOfYear();
      case HOUR -> second / 3600;
      case MINUTE -> second / 60 % 60;
      case SECOND -> second % 60;
      case WEEK_OF_YEAR -> week(date);
      case QUARTER -> (date.getMonthValue() + 2) / 3;
      case IS_WEEKEND -> date.getDayOfWeek().getValue() >= 6 ? 1 : 0;
      default -> throw new IllegalArgumentException("no part of a date: " + part);
    };
  }
}
