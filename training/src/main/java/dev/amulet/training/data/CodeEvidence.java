package dev.amulet.training.data;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether integers only name things, like postal codes: more or less of them means nothing, so they
 * are levels. Years, counts and amounts are numbers.
 */
enum CodeEvidence {
  NONE,
  /** They look like codes, but could be amounts. */
  POSSIBLE,
  /** They are codes by their name. */
  CLEAR;

  private static final int FEWEST_DIFFERENT = 3;
  private static final int CODE_DIGITS = 5;
  private static final double MOST_ROUND_SHARE = 0.5;
  private static final Pattern CAMEL_CASE = Pattern.compile("(?<=[a-z])(?=[A-Z])");
  private static final Pattern NO_LETTERS = Pattern.compile("[^\\p{L}]+");
  private static final Pattern DAY_OR_MONTH =
      Pattern.compile("(19|20)\\d\\d(0[1-9]|1[0-2])(0[1-9]|[12]\\d|3[01])?");
  private static final Set<String> CODE_WORDS =
      Set.of("zip", "zipcode", "postal", "postalcode", "postcode", "plz", "code", "id", "sku");

  /**
   * Integers without a sign of which each different one comes twice or more on average: codes if
   * the name says so; possibly if all are of one length from five digits up, and no dates, and not
   * most of them round, as amounts are.
   */
  static CodeEvidence of(ColumnCells column) {
    int different = column.distinct().size();
    if (different < FEWEST_DIFFERENT
        || different > column.present() / 2
        || !column.distinct().stream().allMatch(CodeEvidence::isDigits)) {
      return NONE;
    }
    if (saysCode(column.name())) {
      return CLEAR;
    }
    int length = column.distinct().iterator().next().length();
    boolean oneLength = column.distinct().stream().allMatch(cell -> cell.length() == length);
    boolean dates = column.distinct().stream().allMatch(DAY_OR_MONTH.asMatchPredicate());
    boolean amounts = column.share(cell -> cell.endsWith("0")) > MOST_ROUND_SHARE;
    return oneLength && length >= CODE_DIGITS && !dates && !amounts ? POSSIBLE : NONE;
  }

  private static boolean isDigits(String cell) {
    return cell.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Whether a word of the name does: {@code zip}, {@code storeId}, {@code product_code}. */
  private static boolean saysCode(String name) {
    String spaced = CAMEL_CASE.matcher(name).replaceAll(" ").toLowerCase(Locale.ROOT);
    return NO_LETTERS.splitAsStream(spaced).anyMatch(CODE_WORDS::contains);
  }
}
