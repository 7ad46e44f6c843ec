package dev.amulet.runtime.internal.transform;

/** Turns the cell of one column into slots. Immutable, thread-safe, allocates nothing. */
public interface TransformKernel {
  /** Overwrites this kernel's slots. */
  void apply(Cells cells, float[] slots);
}
