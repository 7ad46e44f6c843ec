package dev.amulet.runtime;

/** What scoring a row consists of, for {@link ScoringListener} and Flight Recorder. */
public enum ScoringStage {
  /** Reading an image's bytes from its source; inline bytes take no time. */
  FETCH,
  /** From an image's bytes to pixels. */
  DECODE,
  /** From pixels to the network's input. */
  PREPROCESS,
  /** One run of a network over a batch of images. */
  NETWORK,
  /** From network outputs to a prediction: projections, trees, linear models, blends. */
  FINISH
}
