package dev.amulet.training.data;

import dev.amulet.format.v1.ColumnStatistics;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.runtime.text.DateTimeText;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Levels, statistics and a typical cell of a column. */
record ColumnSummary(List<String> levels, ColumnStatistics statistics, String example) {
  // A level seen once in a huge table tells nothing: the commonest are kept.
  private static final int MOST_LEVELS = 10_000;
  private static final int LONGEST_EXAMPLE = 1000;

  static ColumnSummary countsOnly(ColumnCells column) {
    return new ColumnSummary(List.of(), counts(column).build(), "");
  }

  private static ColumnStatistics.Builder counts(ColumnCells column) {
    return ColumnStatistics.newBuilder()
        .setRows(column.rows())
        .setMissing(column.missing())
        .setDistinct(column.distinct().size());
  }

  /**
   * Summarises an input or target.
   *
   * @param patterns how dates are read after ISO 8601
   * @param survey of the images, where the column has them and they were looked at
   */
  static ColumnSummary of(
      ColumnCells column, ColumnType type, List<String> patterns, @Nullable ImageSurvey survey) {
    ColumnStatistics.Builder statistics = counts(column);
    List<String> levels = List.of();
    String example = column.distinct().stream().findFirst().orElse("");
    switch (type) {
      case NUMERIC -> example = numeric(column, statistics);
      case DATE_TIME -> moments(column, patterns, statistics);
      case CATEGORICAL -> {
        levels = levels(column);
        levels.forEach(level -> statistics.addLevelCounts(column.counts().getOrDefault(level, 0)));
        example = commonest(column);
      }
      case IMAGE -> {
        if (survey != null) {
          statistics
              .setMinWidth(survey.minWidth())
              .setMaxWidth(survey.maxWidth())
              .setMinHeight(survey.minHeight())
              .setMaxHeight(survey.maxHeight());
          example = survey.references().getOrDefault(example, example);
        }
        // A picture in a cell must not travel with a model as an example.
        example = example.length() > LONGEST_EXAMPLE ? "" : example;
      }
      default -> {}
    }
    return new ColumnSummary(levels, statistics.build(), example);
  }

  private static List<String> levels(ColumnCells column) {
    if (column.distinct().size() <= MOST_LEVELS) {
      return LabelOrder.sorted(column.distinct());
    }
    List<String> commonest =
        column.counts().entrySet().stream()
            .sorted(
                Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey(LabelOrder.CODE_POINTS)))
            .limit(MOST_LEVELS)
            .map(Map.Entry::getKey)
            .toList();
    return LabelOrder.sorted(commonest);
  }

  private static String commonest(ColumnCells column) {
    return column.counts().entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse("");
  }

  /** Fills in the earliest and the latest moment, in milliseconds since 1970. */
  private static void moments(
      ColumnCells column, List<String> patterns, ColumnStatistics.Builder statistics) {
    DateTimeText reader = new DateTimeText(DateTimes.UTC, patterns);
    LongSummaryStatistics times =
        column.distinct().stream()
            .mapToLong(reader::parse)
            .filter(time -> time != DateTimeText.NOT_A_DATE)
            .summaryStatistics();
    if (times.getCount() > 0) {
      statistics.setMin((double) times.getMin()).setMax((double) times.getMax());
    }
  }

  /** Fills in min, max, mean and the sample standard deviation; returns the cell in the middle. */
  private static String numeric(ColumnCells column, ColumnStatistics.Builder statistics) {
    String[] cells =
        Arrays.stream(column.cells()).filter(cell -> cell != null).toArray(String[]::new);
    double[] values = Arrays.stream(cells).mapToDouble(Double::parseDouble).toArray();
    double mean = Arrays.stream(values).average().orElse(0);
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    Arrays.sort(cells, Comparator.comparingDouble(Double::parseDouble));
    statistics
        .setMin(Arrays.stream(values).min().orElse(0))
        .setMax(Arrays.stream(values).max().orElse(0))
        .setMean(mean)
        .setSd(values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)));
    return cells.length == 0 ? "" : cells[cells.length / 2];
  }
}
