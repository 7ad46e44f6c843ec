package dev.amulet.training.data;

import dev.amulet.format.v1.ColumnStatistics;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Role;
import dev.amulet.training.ProgressListener;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A {@link TableProfile} as one page that needs nothing else: warnings, columns, sample rows. */
public final class ProfilePage {
  private static final int SAMPLED_ROWS = 24;
  private static final int THUMBNAIL_PX = 112;
  private static final int LONGEST_CELL = 80;
  private static final int SHOWN_LEVELS = 8;
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --line: #d5d9e0; --soft: #f3f5f8; --ink: #1c2330;
        --faint: #5c6675; --warn: #9a5b00; --bad: #b3261e; --bar: #4477aa; }
      @media (prefers-color-scheme: dark) { :root { --line: #39414e; --soft: #20262f;
        --ink: #e6eaf0; --faint: #9aa5b5; --warn: #f0b45a; --bad: #ff8a80; --bar: #77aadd; } }
      body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); margin: 0 auto;
        max-width: 1200px; padding: 1.5rem; }
      h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
      p.sub { color: var(--faint); margin: .2rem 0 1rem }
      .scroll { overflow-x: auto }
      table { border-collapse: collapse; width: 100%; font-size: .87rem }
      th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line);
        vertical-align: top }
      th { background: var(--soft); font-weight: 600 } td.n { text-align: right }
      td.why { min-width: 18rem } td.use { white-space: nowrap }
      tr.out td { color: var(--faint) } .tag { border: 1px solid var(--line);
        border-radius: .8rem; padding: 0 .5rem; white-space: nowrap }
      ul.say { margin: 0; padding-left: 1.1rem } .warn { color: var(--warn) }
      .bad { color: var(--bad) } img { display: block; border-radius: 4px }
      .gone { color: var(--bad); font-size: .8rem }
      .bar { background: var(--bar); height: .7rem; border-radius: 2px; min-width: 1px }
      """;

  private final TableProfile profile;
  private final Thumbnails thumbnails;
  private final ProgressListener progress;
  private final StringBuilder page = new StringBuilder();

  private ProfilePage(TableProfile profile, ProgressListener progress) {
    this.profile = profile;
    this.progress = progress;
    thumbnails = new Thumbnails(profile.dataset(), THUMBNAIL_PX);
  }

  /**
   * The page.
   *
   * @param title what was profiled
   */
  public static String of(TableProfile profile, String title, ProgressListener progress) {
    return new ProfilePage(profile, progress).text(title);
  }

  private String text(String title) {
    page.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>")
        .append(escaped(title))
        .append("</title><style>")
        .append(STYLE)
        .append("</style></head><body><h1>")
        .append(escaped(title))
        .append("</h1><p class=\"sub\">")
        .append(
            String.format(
                Locale.ROOT,
                "%,d rows, %d columns, %d of them inputs",
                profile.dataset().rows(),
                profile.columns().size(),
                profile.inputs().size()))
        .append("</p>");
    sentences();
    target();
    columns();
    rows();
    return page.append("</body></html>\n").toString();
  }

  private void sentences() {
    if (profile.warnings().isEmpty() && profile.problems().isEmpty()) {
      return;
    }
    page.append("<h2>To look at first</h2><ul class=\"say\">");
    profile.problems().forEach(text -> say("bad", text));
    profile.warnings().forEach(text -> say("warn", text));
    page.append("</ul>");
  }

  private void say(String kind, String text) {
    page.append("<li class=\"").append(kind).append("\">").append(escaped(text)).append("</li>");
  }

  private void target() {
    Target target = profile.target();
    if (target == null) {
      return;
    }
    page.append("<h2>Target: ")
        .append(escaped(target.column()))
        .append("</h2><p class=\"sub\">")
        .append(target.task().name().toLowerCase(Locale.ROOT))
        .append(", ")
        .append(escaped(target.evidence()))
        .append("</p>");
    ColumnStatistics seen = profile.column(target.column()).statistics();
    if (target.classes().isEmpty() || seen.getLevelCountsCount() < target.classes().size()) {
      return;
    }
    long most = seen.getLevelCountsList().stream().mapToLong(Number::longValue).max().orElse(1);
    page.append("<table>");
    for (int i = 0; i < Math.min(20, target.classes().size()); i++) {
      long count = seen.getLevelCounts(i);
      page.append("<tr><td>")
          .append(escaped(target.classes().get(i)))
          .append("</td><td class=\"n\">")
          .append(count)
          .append("</td><td style=\"width:70%\"><div class=\"bar\" style=\"width:")
          .append(String.format(Locale.ROOT, "%.1f", 100.0 * count / Math.max(1, most)))
          .append("%\"></div></td></tr>");
    }
    page.append("</table>");
  }

  private void columns() {
    page.append("<h2>Columns</h2><div class=\"scroll\"><table><tr><th>column</th><th>use</th>")
        .append("<th>type</th><th>missing</th><th>distinct</th><th>values</th><th>why</th></tr>");
    for (ColumnProfile column : profile.columns()) {
      boolean out = column.role() == Role.DROPPED;
      page.append(out ? "<tr class=\"out\"><td>" : "<tr><td>")
          .append(escaped(column.name()))
          .append("</td><td class=\"use\">")
          .append(out ? "left out" : column.role().name().toLowerCase(Locale.ROOT))
          .append("</td><td><span class=\"tag\">")
          .append(column.type().name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .append("</span></td><td class=\"n\">")
          .append(column.statistics().getMissing())
          .append("</td><td class=\"n\">")
          .append(column.statistics().getDistinct())
          .append("</td><td>")
          .append(escaped(values(column)))
          .append("</td><td class=\"why\">")
          .append(escaped(why(column)))
          .append("</td></tr>");
    }
    page.append("</table></div>");
  }

  private static String why(ColumnProfile column) {
    return column.roleReason().isEmpty()
        ? column.evidence()
        : column.roleReason() + " (" + column.evidence() + ")";
  }

  private static String values(ColumnProfile column) {
    ColumnStatistics seen = column.statistics();
    if (column.type() == ColumnType.NUMERIC && seen.getMax() > seen.getMin()) {
      return plain(seen.getMin())
          + " – "
          + plain(seen.getMax())
          + ", mean "
          + plain(seen.getMean());
    }
    if (column.type() == ColumnType.IMAGE && seen.getMaxWidth() > 0) {
      return "%d–%d × %d–%d px"
          .formatted(
              seen.getMinWidth(), seen.getMaxWidth(), seen.getMinHeight(), seen.getMaxHeight());
    }
    List<String> levels = column.levels();
    String shown = String.join(", ", levels.subList(0, Math.min(SHOWN_LEVELS, levels.size())));
    return levels.size() > SHOWN_LEVELS ? shown + ", …" : shown;
  }

  /** Every whole digit, and of small numbers four that count. */
  private static String plain(double value) {
    BigDecimal rounded = new BigDecimal(value);
    int whole = rounded.precision() - rounded.scale();
    return rounded
        .round(new MathContext(Math.max(4, whole), RoundingMode.HALF_EVEN))
        .stripTrailingZeros()
        .toPlainString();
  }

  /** Rows spread over the whole table. */
  private void rows() {
    Dataset table = profile.dataset();
    int count = Math.min(SAMPLED_ROWS, table.rows());
    Set<String> images = new HashSet<>();
    for (ColumnProfile column : profile.columns()) {
      if (column.type() == ColumnType.IMAGE && column.role() == Role.INPUT) {
        images.add(column.name());
      }
    }
    List<String> names = new ArrayList<>(table.columnNames());
    names.sort((a, b) -> Boolean.compare(images.contains(b), images.contains(a)));
    page.append("<h2>Rows</h2><p class=\"sub\">")
        .append(count)
        .append(" spread over the table</p><div class=\"scroll\"><table><tr><th>row</th>");
    names.forEach(name -> page.append("<th>").append(escaped(name)).append("</th>"));
    page.append("</tr>");
    for (int i = 0; i < count; i++) {
      int row = (int) ((long) i * table.rows() / count);
      page.append("<tr><td class=\"n\">").append(table.sourceRow(row) + 1).append("</td>");
      for (String name : names) {
        String cell = table.cell(row, table.columnIndex(name));
        page.append("<td>");
        if (cell != null && images.contains(name)) {
          picture(cell);
        } else {
          page.append(cell == null ? "" : escaped(shortened(cell)));
        }
        page.append("</td>");
      }
      page.append("</tr>");
      progress.progress("thumbnails", i + 1, count);
    }
    page.append("</table></div>");
  }

  private void picture(String cell) {
    thumbnails
        .of(cell)
        .ifPresentOrElse(
            image ->
                page.append("<img alt=\"\" title=\"")
                    .append(escaped(cell))
                    .append("\" src=\"")
                    .append(image)
                    .append("\">"),
            () ->
                page.append("<span class=\"gone\">no image: ")
                    .append(escaped(shortened(cell)))
                    .append("</span>"));
  }

  private static String shortened(String cell) {
    return cell.length() <= LONGEST_CELL ? cell : cell.substring(0, LONGEST_CELL) + "…";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
