package dev.amulet.runtime.internal.transform;

/**
 * Turns the cell of one column into slots: finite numbers, or NaN where the cell is missing.
 * Immutable, thread-safe, allocates nothing once the scratch has its size, dates excepted.
 */
public interface TransformKernel {
  /** Overwrites this kernel's slots. */
  void apply(Cells cells, TransformScratch scratch, float[] slots);
}
