package dev.amulet.runtime;

/**
 * A cell unlike any that training saw. The row is scored all the same; whether to trust the score
 * is the caller's to decide.
 *
 * @param column name of the column
 * @param kind what is unusual about the cell
 * @param found the cell
 * @param expected what training saw
 */
public record UnusualValue(String column, Kind kind, String found, String expected) {
  /** What is unusual. Kinds are added, never renamed. */
  public enum Kind {
    /** A level that no training row had. */
    UNSEEN_LEVEL,
    /** A number or date below the least or above the largest. */
    OUT_OF_RANGE,
    /** A number with a fraction, where every training row had a whole one. */
    NOT_WHOLE,
    /** An image narrower, wider, lower or higher than any. */
    IMAGE_SIZE,
    /** No value, where every training row had one. */
    MISSING
  }

  @Override
  public String toString() {
    return "column \"" + column + "\": " + found + ", training saw " + expected;
  }
}
