package dev.amulet.runtime;

/** Which features contributions are told of. */
public enum FeatureSpace {
  /** The slots that the learners see, named as {@link Scorer#slotNames()}. */
  TRANSFORMED,
  /** The columns of the table, images included: the slots made of a column, summed. */
  ORIGINAL
}
