package dev.amulet.training.data;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Which fold each row is held out in. Immutable.
 *
 * <p>Fold {@code f} validates on {@link #validationRows} and trains on all other rows.
 */
public final class Folds {
  private final int[] assignment;
  private final List<String> names;

  Folds(int[] assignment, List<String> names) {
    this.assignment = assignment.clone();
    this.names = List.copyOf(names);
  }

  static Folds numbered(int[] assignment, int count) {
    return new Folds(assignment, IntStream.range(0, count).mapToObj(String::valueOf).toList());
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

  /** Fold of each row. */
  public int[] assignment() {
    return assignment.clone();
  }

  /** Rows outside the fold, ascending. */
  public int[] trainRows(int fold) {
    return IntStream.range(0, assignment.length).filter(i -> assignment[i] != fold).toArray();
  }

  /** Rows of the fold, ascending. */
  public int[] validationRows(int fold) {
    return IntStream.range(0, assignment.length).filter(i -> assignment[i] == fold).toArray();
  }
}
