package dev.amulet.training.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** Order of classes and levels: numeric if all are integers, else by code point. */
final class LabelOrder {
  /** By code point, whatever the locale. */
  static final Comparator<String> CODE_POINTS =
      (a, b) -> {
        int i = 0;
        while (i < a.length() && i < b.length()) {
          int x = a.codePointAt(i);
          int y = b.codePointAt(i);
          if (x != y) {
            return Integer.compare(x, y);
          }
          i += Character.charCount(x);
        }
        return Integer.compare(a.length(), b.length());
      };

  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,18}");

  private LabelOrder() {}

  static List<String> sorted(Collection<String> labels) {
    List<String> sorted = new ArrayList<>(labels);
    boolean integers = labels.stream().allMatch(label -> INTEGER.matcher(label).matches());
    sorted.sort(
        integers
            ? Comparator.<String>comparingLong(Long::parseLong).thenComparing(CODE_POINTS)
            : CODE_POINTS);
    return sorted;
  }
}
