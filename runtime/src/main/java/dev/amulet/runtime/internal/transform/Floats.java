package dev.amulet.runtime.internal.transform;

/** From double to the float32 of a slot. */
final class Floats {
  private Floats() {}

  /** Beyond the range of float32 its largest value, so that no slot is infinite; NaN stays. */
  static float finite(double value) {
    return (float) Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, value));
  }
}
