package dev.amulet.format;

/** Sizes an amulet may have. Far above what a trainer makes; they keep hostile files cheap. */
final class Limits {
  static final int COLUMNS = 10_000;
  static final int NETWORKS = 64;
  static final int STAGES = 65_536;
  static final int MEMBERS = 1_000;
  static final int SLOTS = 1 << 20;
  static final int CLASSES = 10_000;
  static final int IMAGE_SIDE = 4_096;
  static final int SHORTER_SIDE = 8_192;
  static final int TENSOR_SIDE = 65_536;
  static final int TENSOR_ELEMENTS = 1 << 24;
  static final int TREE_DEPTH = 127;
  static final int TEXT_BUCKETS = 1 << 22;
  static final int NGRAM = 16;
  static final int VERIFICATION_ROWS = 1_024;

  /** Slots read, summed over all stages. */
  static final long SLOTS_READ = 1L << 26;

  private Limits() {}
}
