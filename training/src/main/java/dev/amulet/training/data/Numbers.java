package dev.amulet.training.data;

import dev.amulet.format.v1.DataType;
import java.util.Collection;
import java.util.regex.Pattern;

/** Cells that are plain decimal numbers. */
final class Numbers {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+");
  private static final Pattern DECORATED =
      Pattern.compile("[$€£]?\\s?[+-]?\\d{1,3}([,. '\u00a0]\\d{3})*([.,]\\d+)?\\s?[%€£$]?");
  private static final int FLOAT_DIGITS = 7;
  private static final int INT_DIGITS = 9;
  private static final int LONG_DIGITS = 18;

  private Numbers() {}

  static boolean isNumber(String cell) {
    return NUMBER.matcher(cell).matches() && Double.isFinite(Double.parseDouble(cell));
  }

  static boolean isInteger(String cell) {
    return INTEGER.matcher(cell).matches();
  }

  /** Whether all would be numbers but for a currency sign, a percent sign or digit grouping. */
  static boolean allDecorated(Collection<String> cells) {
    return !cells.isEmpty()
        && cells.stream().allMatch(cell -> DECORATED.matcher(cell).matches())
        && cells.stream().anyMatch(cell -> !isNumber(cell));
  }

  /** Whether some integer is written with a leading zero, as codes are. */
  static boolean hasLeadingZeros(Collection<String> cells) {
    return cells.stream()
        .anyMatch(cell -> cell.length() > 1 && cell.charAt(0) == '0' && isInteger(cell));
  }

  /** The narrowest type that holds all of these numbers. */
  static DataType narrowest(Collection<String> numbers) {
    int integerDigits = 0;
    int digits = 0;
    boolean integers = true;
    for (String number : numbers) {
      integers &= isInteger(number);
      integerDigits = Math.max(integerDigits, number.length());
      digits = Math.max(digits, significantDigits(number));
    }
    if (integers && integerDigits <= INT_DIGITS) {
      return DataType.INT32;
    }
    if (integers && integerDigits <= LONG_DIGITS) {
      return DataType.INT64;
    }
    return digits <= FLOAT_DIGITS ? DataType.FLOAT32 : DataType.FLOAT64;
  }

  private static int significantDigits(String number) {
    int digits = 0;
    for (int i = 0; i < number.length(); i++) {
      char c = number.charAt(i);
      if (c == 'e' || c == 'E') {
        break;
      }
      if (c >= '0' && c <= '9' && (digits > 0 || c != '0')) {
        digits++;
      }
    }
    return digits;
  }
}
