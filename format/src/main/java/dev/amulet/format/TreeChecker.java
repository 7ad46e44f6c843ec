package dev.amulet.format;

/** The rules of a tree ensemble. */
final class TreeChecker {
  static final int CODEC = 1;

  private TreeChecker() {}
}
