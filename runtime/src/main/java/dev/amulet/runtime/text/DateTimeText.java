package dev.amulet.runtime.text;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Locale;

/**
 * Reads the cells of a date-time column: ISO 8601 first, then patterns. What carries no offset is
 * in the column's zone; a local time that a clock change skips is moved on by the skipped hour, one
 * that occurs twice is the first.
 *
 * <p>An ISO text costs at most 200 bytes of garbage, one read by a pattern about 2 KB (the
 * formatter of the JDK). Immutable and thread-safe.
 */
public final class DateTimeText {
  /** What {@link #parse} returns for a text that is no date. */
  public static final long NOT_A_DATE = Long.MIN_VALUE;

  /** 0000-01-01T00:00+18:00, in epoch milliseconds: nothing earlier is a date here. */
  public static final long MIN_EPOCH_MS = -62_167_284_000_000L;

  /** The last millisecond of 9999-12-31 at -18:00, in epoch milliseconds. */
  public static final long MAX_EPOCH_MS = 253_402_365_599_999L;

  private final ZoneId zone;
  private final ZoneRules rules;
  private final List<DateTimeFormatter> formats;

  /**
   * @param patterns java.time patterns, in English and strict, in the order they are tried
   */
  public DateTimeText(ZoneId zone, List<String> patterns) {
    this.zone = zone;
    rules = zone.getRules();
    formats = patterns.stream().map(DateTimeText::format).toList();
  }

  private static DateTimeFormatter format(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)
        .withResolverStyle(ResolverStyle.STRICT);
  }

  public ZoneId zone() {
    return zone;
  }

  /**
   * Milliseconds since 1970-01-01T00:00Z, or {@link #NOT_A_DATE}.
   *
   * @param text trimmed
   */
  public long parse(String text) {
    IsoDateTime iso = new IsoDateTime(text);
    if (iso.read()) {
      int offsetS = iso.hasOffset() ? iso.offsetS() : offsetS(iso.localMs());
      return iso.localMs() - offsetS * 1000L;
    }
    for (int i = 0; i < formats.size(); i++) {
      long time = parse(text, formats.get(i));
      if (time != NOT_A_DATE) {
        return time;
      }
    }
    return NOT_A_DATE;
  }

  private long parse(String text, DateTimeFormatter format) {
    try {
      TemporalAccessor parsed = format.parse(text);
      LocalDate date = parsed.query(TemporalQueries.localDate());
      if (date == null || date.getYear() < 0 || date.getYear() > 9999) {
        return NOT_A_DATE;
      }
      LocalTime time = parsed.query(TemporalQueries.localTime());
      ZoneId own = parsed.query(TemporalQueries.zone());
      LocalDateTime local = date.atTime(time == null ? LocalTime.MIDNIGHT : time);
      return local.atZone(own == null ? zone : own).toInstant().toEpochMilli();
    } catch (DateTimeException e) {
      return NOT_A_DATE; // The next pattern may fit.
    }
  }

  /** The moment of a local time in this column's zone, in epoch milliseconds. */
  public long epochMs(LocalDateTime local) {
    return local.atZone(zone).toInstant().toEpochMilli();
  }

  private int offsetS(long localMs) {
    if (rules.isFixedOffset()) {
      return rules.getOffset(LocalDateTime.MIN).getTotalSeconds();
    }
    ZoneOffset offset =
        rules.getOffset(
            LocalDateTime.ofEpochSecond(Math.floorDiv(localMs, 1000L), 0, ZoneOffset.UTC));
    return offset.getTotalSeconds();
  }
}
