package dev.amulet.runtime.internal.transform;

import dev.amulet.format.v1.NumericFunction;

/** One number becomes one slot, and a second one that says whether it was missing. */
public final class NumericKernel implements TransformKernel {
  private final int column;
  private final NumericFunction function;
  private final boolean missingFlag;
  private final int slot;

  public NumericKernel(int column, NumericFunction function, boolean missingFlag, int slot) {
    this.column = column;
    this.function = function;
    this.missingFlag = missingFlag;
    this.slot = slot;
  }

  @Override
  public void apply(Cells cells, TransformScratch scratch, float[] slots) {
    double value = cells.number(column);
    slots[slot] = Floats.finite(transform(value));
    if (missingFlag) {
      slots[slot + 1] = Double.isNaN(value) ? 1 : 0;
    }
  }

  private double transform(double value) {
    return switch (function) {
      case LOG -> Math.copySign(Math.log1p(Math.abs(value)), value);
      case SQRT -> Math.copySign(Math.sqrt(Math.abs(value)), value);
      default -> value;
    };
  }
}
