package dev.amulet.training;

import java.util.Locale;

/** How margins are made of features; from the simplest on. */
enum LearnerKind {
  /** Ridge or logistic regression on standardised columns. */
  LINEAR,
  /** Boosted trees. */
  TREES,
  /** A weighted mean of the margins of both. */
  BLEND;

  /** Name in files and settings. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
