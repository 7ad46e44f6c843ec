package dev.amulet.runtime.internal.transform;

import dev.amulet.format.v1.DateTimePart;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.IsoFields;
import java.time.zone.ZoneRules;
import java.util.Arrays;
import java.util.List;

/** Parts of a moment, as the clocks and calendars of one zone show it. */
public final class DateTimeKernel implements TransformKernel {
  private static final long DAY_MS = 86_400_000;

  private final int column;
  private final DateTimePart[] parts;
  private final ZoneRules rules;
  private final int first;

  public DateTimeKernel(int column, List<DateTimePart> parts, ZoneId zone, int first) {
    this.column = column;
    this.parts = parts.toArray(DateTimePart[]::new);
    rules = zone.getRules();
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
    long localMs =
        epochMs + rules.getOffset(Instant.ofEpochMilli(epochMs)).getTotalSeconds() * 1000L;
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
      case WEEK_OF_YEAR -> date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
      case QUARTER -> (date.getMonthValue() + 2) / 3;
      case IS_WEEKEND -> date.getDayOfWeek().getValue() >= 6 ? 1 : 0;
      default -> throw new IllegalArgumentException("no part of a date: " + part);
    };
  }
}
