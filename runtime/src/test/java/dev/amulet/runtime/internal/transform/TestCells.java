package dev.amulet.runtime.internal.transform;

import java.util.List;

/** The same cell in every column. */
record TestCells(double number, int level, String text) implements Cells {
  static TestCells ofNumber(double number) {
    return new TestCells(number, MISSING_LEVEL, null);
  }

  static TestCells ofLevel(int level) {
    return new TestCells(Double.NaN, level, null);
  }

  static TestCells ofText(String text) {
    return new TestCells(Double.NaN, MISSING_LEVEL, text);
  }

  @Override
  public double number(int column) {
    return number;
  }

  @Override
  public int level(int column) {
    return level;
  }

  @Override
  public String text(int column) {
    return text;
  }

  @Override
  public List<?> images(int column) {
    return List.of();
  }
}
