package dev.amulet.runtime.internal.pipeline;

/** A stage that reads slots or margins and writes slots or margins. Immutable. */
interface ModelStep {
  void apply(RowState row);
}
