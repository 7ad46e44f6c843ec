package dev.amulet.training.data;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Which rows each fold trains on and which it is measured on. Immutable.
 *
 * <p>Without a time column every row is held out once, in the fold it is assigned to, and each fold
 * trains on all other rows; a holdout is one fold. With a time column a fold trains on rows earlier
 * than those it is measured on. Of a holdout and with a time column some rows are never held out,
 * so nothing predicts them out of fold: {@link #validatedRows()} says which are.
 */
public final class Folds {
  /** The fold of a row that is never held out. */
  public static final int NEVER = -1;

  private final int[] assignment;
  private final List<String> names;
  private final int[][] training;
  private final boolean inTime;

  private Folds(int[] assignment, List<String> names, int[][] training, boolean inTime) {
    this.assignment = assignment;
    this.names = names;
    this.training = training;
    this.inTime = inTime;
  }

  /** Each fold trains on every row that it does not hold out. */
  static Folds named(int[] assignment, List<String> names) {
    int[] kept = assignment.clone();
    int[][] training = new int[names.size()][];
    for (int fold = 0; fold < training.length; fold++) {
      int held = fold;
      training[fold] = IntStream.range(0, kept.length).filter(row -> kept[row] != held).toArray();
    }
    return new Folds(kept, List.copyOf(names), training, false);
  }

  static Folds numbered(int[] assignment, int count) {
    return named(assignment, numbers(count));
  }

  /**
   * Folds whose training rows are earlier than those held out.
   *
   * @param assignment fold of each row, or {@link #NEVER}
   * @param training rows of each fold, ascending
   */
  static Folds inTime(int[] assignment, int[][] training) {
    return new Folds(assignment.clone(), numbers(training.length), training.clone(), true);
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(String::valueOf).toList();
  }

  public int count() {
    return names.size();
  }

  /** What the user calls each fold: the labels of the fold column, else 0, 1, … */
  public List<String> names() {
    return names;
  }

  public int rows() {
    return assignment.length;
  }

  /** Whether every fold trains on earlier rows than it is measured on. */
  public boolean inTime() {
    return inTime;
  }

  /** Fold that holds out each row; {@link #NEVER} for a row that none does. */
  public int[] assignment() {
    return assignment.clone();
  }

  /** Rows the fold trains on, ascending. */
  public int[] trainRows(int fold) {
    return training[fold].clone();
  }

  /** Rows the fold holds out, ascending. */
  public int[] validationRows(int fold) {
    return IntStream.range(0, assignment.length).filter(i -> assignment[i] == fold).toArray();
  }

  /**
   * Rows that some fold holds out, and that have an out-of-fold prediction therefore, ascending.
   */
  public int[] validatedRows() {
    return IntStream.range(0, assignment.length).filter(i -> assignment[i] != NEVER).toArray();
  }

  /**
   * Rows whose out-of-fold predictions may decide something for the fold, such as a threshold:
   * those it trains on that another fold holds out. None for a holdout and for the first fold in
   * time.
   */
  public int[] decidingRows(int fold) {
    return IntStream.of(training[fold]).filter(row -> assignment[row] != NEVER).toArray();
  }
}
