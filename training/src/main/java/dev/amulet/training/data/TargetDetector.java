package dev.amulet.training.data;

import dev.amulet.format.v1.Task;
import dev.amulet.training.TrainingException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says what there is to predict.
 *
 * <p>Words are classes, and so are labels made from folder names whatever they look like. Numbers
 * are a regression, except two different numbers (binary) and up to ten different integers, each in
 * ten rows on average (multiclass); {@code problem_type} decides otherwise.
 */
final class TargetDetector {
  private static final int MOST_INTEGER_CLASSES = 10;
  private static final int ROWS_PER_INTEGER_CLASS = 10;
  private static final int LISTED_CLASSES = 10;
  private static final double NUMERIC_SHARE = 0.9;
  private static final int MOST_STRAY_WORDS = 5;

  private final ColumnCells cells;
  private final boolean labels;
  private final @Nullable Task wanted;

  TargetDetector(ColumnCells cells, boolean labels, @Nullable Task wanted) {
    this.cells = cells;
    this.labels = labels;
    this.wanted = wanted;
  }

  Target detect() {
    String name = cells.name();
    if (cells.present() == 0) {
      throw new TrainingException(
          "target \"" + name + "\": every cell is missing; choose another --target");
    }
    if (cells.distinct().size() == 1) {
      throw new TrainingException(
          ("target \"%s\" is \"%s\" in every row, so there is nothing to predict;"
                  + " add rows with another value or choose another --target")
              .formatted(name, cells.distinct().iterator().next()));
    }
    if (wanted == Task.REGRESSION || (wanted == null && isNumeric())) {
      return numeric();
    }
    return classes(wanted == null ? "" : "; set by problem_type");
  }

  private boolean isNumeric() {
    List<String> strays = cells.failing(Numbers::isNumber);
    return !labels
        && cells.share(Numbers::isNumber) >= NUMERIC_SHARE
        && strays.size() <= MOST_STRAY_WORDS
        && strays.stream().noneMatch(cell -> cell.chars().anyMatch(Character::isDigit));
  }

  private Target numeric() {
    List<String> strays = cells.failing(Numbers::isNumber);
    boolean digits = strays.stream().anyMatch(cell -> cell.chars().anyMatch(Character::isDigit));
    if (digits || strays.size() > MOST_STRAY_WORDS) {
      throw new TrainingException(
          ("target \"%s\": %d of %d cells are no numbers (%s);"
                  + " correct them, or set problem_type=multiclass")
              .formatted(
                  cells.name(),
                  cells.count(cell -> !Numbers.isNumber(cell)),
                  cells.present(),
                  NearestName.listing(strays)));
    }
    ColumnCells numbers = cells.without(Set.copyOf(strays));
    int distinct = numbers.distinct().size();
    boolean few =
        distinct <= MOST_INTEGER_CLASSES
            && numbers.present() >= ROWS_PER_INTEGER_CLASS * distinct
            && numbers.distinct().stream().allMatch(Numbers::isInteger);
    if (wanted == null && (distinct == 2 || few)) {
      String other = distinct == 2 ? "" : "; for a regression set problem_type=regression";
      Target target = new TargetDetector(numbers, true, null).classes(other);
      return new Target(
          target.column(), target.task(), target.classes(), Set.copyOf(strays), target.evidence());
    }
    return new Target(
        cells.name(),
        Task.REGRESSION,
        List.of(),
        Set.copyOf(strays),
        distinct + " different numbers" + (wanted == null ? "" : "; set by problem_type"));
  }

  private Target classes(String remark) {
    List<String> classes = LabelOrder.sorted(cells.distinct());
    if (wanted == Task.BINARY && classes.size() != 2) {
      throw new TrainingException(
          "problem_type=binary, but target \"%s\" has %d different values (%s)"
              .formatted(cells.name(), classes.size(), NearestName.listing(classes)));
    }
    if (classes.size() > cells.present() / 2) {
      throw new TrainingException(
          ("target \"%s\" has %d different values in %d rows, such as \"%s\";"
                  + " that is an id or text, not a class: choose another --target")
              .formatted(cells.name(), classes.size(), cells.present(), classes.get(0)));
    }
    String counts =
        classes.stream()
            .limit(LISTED_CLASSES)
            .map(label -> label + " " + cells.counts().get(label))
            .collect(Collectors.joining(", "));
    String more = classes.size() > LISTED_CLASSES ? ", …" : "";
    Task task = classes.size() == 2 && wanted != Task.MULTICLASS ? Task.BINARY : Task.MULTICLASS;
    return new Target(
        cells.name(),
        task,
        classes,
        Set.of(),
        classes.size() + " classes (" + counts + more + ")" + remark);
  }
}
