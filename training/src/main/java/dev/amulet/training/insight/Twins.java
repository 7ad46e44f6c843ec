package dev.amulet.training.insight;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Task;
import dev.amulet.training.ProgressListener;
import dev.amulet.training.data.ColumnProfile;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.NearDuplicates;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows with nearly the same picture. Where they lie in different folds, a model is judged on
 * pictures that it has seen, and its figures are too good.
 */
final class Twins {
  /** Looking through more pictures than this takes longer than a report may. */
  static final int MOST_ROWS = 20_000;

  private static final int SHOWN = 8;
  private static final int SHOWN_EACH = 6;

  private final InsightData data;
  private final List<int[]> groups;
  private final int[] folds;
  private final double[] targets;

  private Twins(InsightData data, List<int[]> groups) {
    this.data = data;
    this.groups = groups;
    targets = data.target().values(data.dataset());
    folds = IntStream.range(0, data.dataset().rows()).map(row -> -1).toArray();
    for (int i = 0; i < data.validation().rows().length; i++) {
      folds[data.validation().rows()[i]] = data.validation().fold()[i];
    }
  }

  static Twins of(InsightData data, ProgressListener progress) {
    List<String> columns =
        data.profile().inputs(ColumnType.IMAGE).stream().map(ColumnProfile::name).toList();
    Dataset table = data.dataset();
    if (columns.isEmpty() || table.rows() > MOST_ROWS) {
      return new Twins(data, List.of());
    }
    return new Twins(data, NearDuplicates.groups(table, columns, progress));
  }

  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    int[] across =
        groups.stream().filter(this::isAcrossFolds).flatMapToInt(IntStream::of).toArray();
    if (across.length > 0) {
      warnings.add(
          "%s rows in %s show nearly the same picture in different folds: the figures are of pictures partly seen before and too good; keep such rows together (--group COL)"
              .formatted(
                  Figures.count(across.length),
                  groups(groups.stream().filter(this::isAcrossFolds).count())));
    }
    long torn = groups.stream().filter(this::disagrees).count();
    if (torn > 0) {
      warnings.add("nearly the same picture has different labels in " + groups(torn));
    }
    if (data.dataset().rows() > MOST_ROWS && !data.profile().inputs(ColumnType.IMAGE).isEmpty()) {
      warnings.add(
          "near-duplicate pictures were not looked for among %s rows; split finds them"
              .formatted(Figures.count(data.dataset().rows())));
    }
    return warnings;
  }

  private boolean isAcrossFolds(int[] group) {
    return IntStream.of(group).map(row -> folds[row]).distinct().count() > 1;
  }

  private static String groups(long count) {
    return count == 1 ? "one group" : Figures.count(count) + " groups";
  }

  /** Whether labels differ; numbers of alike pictures may well. */
  private boolean disagrees(int[] group) {
    return data.task() != Task.REGRESSION
        && IntStream.of(group).mapToDouble(row -> targets[row]).distinct().count() > 1;
  }

  /** Shows some of the groups, those with different targets first. */
  void addTo(Section section, Pictures pictures) {
    List<int[]> shown =
        groups.stream()
            .filter(group -> isAcrossFolds(group) || disagrees(group))
            .sorted(Comparator.comparing((int[] group) -> !disagrees(group)))
            .limit(SHOWN)
            .toList();
    if (shown.isEmpty()) {
      return;
    }
    section.text(Section.Tone.FAINT, "Nearly the same picture, for example:");
    Table table = new Table("lll", "rows", data.target().column(), "folds");
    for (int[] group : shown) {
      int[] first = IntStream.of(group).limit(SHOWN_EACH).toArray();
      List<Integer> numbers = new ArrayList<>();
      List<String> rows = new ArrayList<>();
      List<String> values = new ArrayList<>();
      List<String> names = new ArrayList<>();
      for (int row : first) {
        int number = pictures.of(row);
        if (number != Pictures.NONE) {
          numbers.add(number);
        }
        rows.add(Figures.count(data.dataset().sourceRow(row) + 1));
        values.add(target(row));
        names.add(
            folds[row] < 0 ? "never held out" : data.validation().foldNames().get(folds[row]));
      }
      String more = group.length > first.length ? ", … (" + group.length + ")" : "";
      table.pictureRow(
          numbers,
          List.of(
              String.join(", ", rows) + more, String.join(", ", values), String.join(", ", names)));
    }
    section.add(table.node());
  }

  private String target(int row) {
    return data.target().classes().isEmpty()
        ? Figures.rough(targets[row])
        : Figures.shortened(data.target().classes().get((int) targets[row]), 30);
  }
}
