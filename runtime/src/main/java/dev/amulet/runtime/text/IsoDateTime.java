package dev.amulet.runtime.text;

import java.time.LocalDate;
import java.time.Month;
import java.time.chrono.IsoChronology;

/**
 * Reads one ISO 8601 text by hand, because a formatter makes about a kilobyte of garbage for each.
 * Lives for one text.
 */
final class IsoDateTime {
  private static final int NONE = -1;
  private static final int MAX_OFFSET_S = 18 * 3600;

  private final String text;
  private int position;
  private boolean wrong;
  private long localMs;
  private int offsetS;
  private boolean hasOffset;

  IsoDateTime(String text) {
    this.text = text;
  }

  /** Whether the text is a date, with or without a time and an offset. */
  boolean read() {
    int year = digits(4);
    expect('-');
    int month = digits(2);
    expect('-');
    int day = digits(2);
    if (wrong
        || month < 1
        || month > 12
        || day < 1
        || day > Month.of(month).length(IsoChronology.INSTANCE.isLeapYear(year))) {
      return false;
    }
    localMs = LocalDate.of(year, month, day).toEpochDay() * 86_400_000L;
    if (position == text.length()) {
      return true;
    }
    if (!skip('T') && !skip('t') && !skip(' ')) {
      return false;
    }
    time();
    if (!wrong && position < text.length()) {
      skip(' ');
      offset();
    }
    return !wrong && position == text.length();
  }

  /** Milliseconds from 1970-01-01T00:00 of the same calendar. */
  long localMs() {
    return localMs;
  }

  boolean hasOffset() {
    return hasOffset;
  }

  int offsetS() {
    return offsetS;
  }

  private void time() {
    int hour = digits(2);
    expect(':');
    int minute = digits(2);
    int second = 0;
    int fractionMs = 0;
    if (skip(':')) {
      second = digits(2);
      if (skip('.') || skip(',')) {
        fractionMs = fractionMs();
      }
    }
    wrong |= hour > 23 || minute > 59 || second > 59;
    localMs += ((hour * 60L + minute) * 60 + second) * 1000 + fractionMs;
  }

  /** One to nine digits, of which the first three count. */
  private int fractionMs() {
    int start = position;
    int ms = 0;
    for (int i = 0; i < 3; i++) {
      int digit = digit();
      ms = ms * 10 + Math.max(digit, 0);
    }
    while (digit() >= 0) {
      // Beyond a millisecond.
    }
    int read = position - start;
    wrong |= read < 1 || read > 9;
    return ms;
  }

  private void offset() {
    hasOffset = true;
    if (skip('Z') || skip('z')) {
      return;
    }
    if (text.startsWith("UTC", position)) {
      position += 3;
      return;
    }
    boolean west = skip('-');
    if (!west) {
      expect('+');
    }
    int hours = digits(2);
    int minutes = 0;
    int seconds = 0;
    if (position < text.length()) {
      boolean colons = skip(':');
      minutes = digits(2);
      if (position < text.length()) {
        if (colons) {
          expect(':');
        }
        seconds = digits(2);
      }
    }
    int size = (hours * 60 + minutes) * 60 + seconds;
    wrong |= minutes > 59 || seconds > 59 || size > MAX_OFFSET_S;
    offsetS = west ? -size : size;
  }

  private int digits(int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
      int digit = digit();
      wrong |= digit < 0;
      value = value * 10 + digit;
    }
    return value;
  }

  /** The digit here, which is passed; or -1. */
  private int digit() {
    if (position < text.length()) {
      int digit = text.charAt(position) - '0';
      if (digit >= 0 && digit <= 9) {
        position++;
        return digit;
      }
    }
    return NONE;
  }

  private void expect(char c) {
    wrong |= !skip(c);
  }

  private boolean skip(char c) {
    if (position < text.length() && text.charAt(position) == c) {
      position++;
      return true;
    }
    return false;
  }
}
