package dev.amulet.training.insight;

import dev.amulet.format.v1.ColumnStatistics;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.Task;
import dev.amulet.training.data.ColumnProfile;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.insight.Section.Tone;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What the model learned from: the columns and their roles, the target, some rows. */
final class DataSection {
  private static final int SHOWN_ROWS = 12;
  private static final int SHOWN_COLUMNS = 60;
  private static final int SHOWN_LEVELS = 6;
  private static final int SHOWN_CLASSES = 30;
  private static final int LONGEST_CELL = 60;
  private static final int BARS = 25;

  private final InsightData data;
  private final Pictures pictures;

  private DataSection(InsightData data, Pictures pictures) {
    this.data = data;
    this.pictures = pictures;
  }

  static Section of(InsightData data, Pictures pictures) {
    return new DataSection(data, pictures).section();
  }

  private Section section() {
    List<ColumnProfile> columns = data.profile().columns();
    Section section =
        new Section("data", "The data")
            .text(
                "%s rows and %d columns, %d of them inputs. Target \"%s\": %s."
                    .formatted(
                        Figures.count(data.dataset().rows()),
                        columns.size(),
                        data.profile().inputs().size(),
                        data.target().column(),
                        data.target().evidence()));
    section.add(data.task() == Task.REGRESSION ? targetHistogram().node() : classCounts().node());
    section.add(roles().node());
    if (columns.size() > SHOWN_COLUMNS) {
      section.text(
          Tone.FAINT, "The first %d of %d columns.".formatted(SHOWN_COLUMNS, columns.size()));
    }
    section.text(Tone.FAINT, "Some rows, spread over the table:");
    return section.add(rows().node());
  }

  private Chart classCounts() {
    List<String> classes = data.target().classes();
    double[] counts = new double[classes.size()];
    for (double actual : data.target().values(data.dataset())) {
      counts[(int) actual]++;
    }
    int shown = Math.min(SHOWN_CLASSES, counts.length);
    return new Chart("bars", "chart-target", "Classes")
        .note(
            shown < counts.length
                ? "The first " + shown + " of " + counts.length + "."
                : "Rows of each.")
        .x("rows")
        .across()
        .categories(
            classes.subList(0, shown).stream()
                .map(c -> Figures.shortened(c, LONGEST_CELL))
                .toList())
        .values("rows", Arrays.copyOf(counts, shown));
  }

  private Chart targetHistogram() {
    double[] sorted = data.target().values(data.dataset());
    Arrays.sort(sorted);
    double low = sorted[0];
    double high = sorted[sorted.length - 1];
    boolean log = low > 0 && !data.run().transformer().equals("identity");
    double from = log ? Math.log(low) : low;
    double width = Math.max(((log ? Math.log(high) : high) - from) / BARS, Double.MIN_NORMAL);
    double[] counts = new double[BARS];
    for (double value : sorted) {
      double at = ((log ? Math.log(value) : value) - from) / width;
      counts[(int) Math.max(0, Math.min(BARS - 1, Math.floor(at)))]++;
    }
    List<String> names = new ArrayList<>();
    for (int bar = 0; bar < BARS; bar++) {
      double middle = from + (bar + 0.5) * width;
      names.add(Figures.number(Figures.short3(log ? Math.exp(middle) : middle)));
    }
    return new Chart("bars", "chart-target", "Target")
        .note(log ? "Rows by value, each bar a ratio wide." : "Rows by value.")
        .x(data.target().column())
        .y("rows")
        .touching()
        .categories(names)
        .values("rows", counts);
  }

  private Table roles() {
    Table table =
        new Table("lllrrll", "column", "use", "type", "missing", "distinct", "values", "why");
    for (ColumnProfile column :
        data.profile()
            .columns()
            .subList(0, Math.min(SHOWN_COLUMNS, data.profile().columns().size()))) {
      table.row(
          column.name(),
          column.role() == Role.DROPPED ? "left out" : lower(column.role()),
          lower(column.type()).replace('_', '-'),
          Figures.count(column.statistics().getMissing()),
          Figures.count(column.statistics().getDistinct()),
          values(column),
          column.roleReason().isEmpty() ? column.evidence() : column.roleReason());
    }
    return table;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String values(ColumnProfile column) {
    ColumnStatistics seen = column.statistics();
    if (column.type() == ColumnType.NUMERIC && seen.getMax() > seen.getMin()) {
      return "%s to %s, mean %s"
          .formatted(
              Figures.number(seen.getMin()),
              Figures.number(seen.getMax()),
              Figures.number(Figures.short5(seen.getMean())));
    }
    if (column.type() == ColumnType.IMAGE && seen.getMaxWidth() > 0) {
      return "%d–%d × %d–%d px"
          .formatted(
              seen.getMinWidth(), seen.getMaxWidth(), seen.getMinHeight(), seen.getMaxHeight());
    }
    List<String> levels = column.levels();
    String shown = String.join(", ", levels.subList(0, Math.min(SHOWN_LEVELS, levels.size())));
    return Figures.shortened(
        levels.size() > SHOWN_LEVELS ? shown + ", …" : shown, 2 * LONGEST_CELL);
  }

  private Table rows() {
    Dataset table = data.dataset();
    List<String> shown =
        data.profile().columns().stream()
            .filter(column -> column.role() != Role.DROPPED && column.type() != ColumnType.IMAGE)
            .map(ColumnProfile::name)
            .limit(SHOWN_LEVELS + 4L)
            .toList();
    List<String> head = new ArrayList<>();
    head.add("row");
    head.addAll(shown);
    Table rows = new Table("r" + "l".repeat(shown.size()), head.toArray(new String[0]));
    int count = Math.min(SHOWN_ROWS, table.rows());
    for (int i = 0; i < count; i++) {
      int row = (int) ((long) i * table.rows() / count);
      List<String> cells = new ArrayList<>();
      cells.add(Figures.count(table.sourceRow(row) + 1));
      for (String column : shown) {
        String cell = table.cell(row, table.columnIndex(column));
        cells.add(cell == null ? "" : Figures.shortened(cell, LONGEST_CELL));
      }
      rows.pictureRow(pictures.allOf(row), cells);
    }
    return rows;
  }
}
