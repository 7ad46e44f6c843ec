package dev.amulet.cli;

import java.util.ArrayList;
import java.util.List;

/** Lines of cells, each column as wide as its widest cell. */
final class TextTable {
  private static final String GAP = "  ";

  private final String indent;
  private final List<List<String>> rows = new ArrayList<>();
  private final boolean[] right;

  /**
   * @param alignment one letter per column: l for left, r for right
   */
  TextTable(String indent, String alignment) {
    this.indent = indent;
    right = new boolean[alignment.length()];
    for (int c = 0; c < right.length; c++) {
      right[c] = alignment.charAt(c) == 'r';
    }
  }

  TextTable add(String... cells) {
    if (cells.length != right.length) {
      throw new IllegalArgumentException(cells.length + " cells for " + right.length + " columns");
    }
    rows.add(List.of(cells));
    return this;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The lines; none ends in a space. */
  List<String> lines() {
    int[] widths = new int[right.length];
    for (List<String> row : rows) {
      for (int c = 0; c < right.length; c++) {
        widths[c] = Math.max(widths[c], length(row.get(c)));
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(indent);
      for (int c = 0; c < right.length; c++) {
        String pad = " ".repeat(widths[c] - length(row.get(c)));
        line.append(c == 0 ? "" : GAP);
        line.append(right[c] ? pad + row.get(c) : row.get(c) + pad);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
