package dev.amulet.runtime;

import dev.amulet.format.v1.Task;
import dev.amulet.runtime.internal.pipeline.ImageWorker;
import dev.amulet.runtime.internal.pipeline.LoadedModel;
import dev.amulet.runtime.internal.pipeline.PipelineSession;

/**
 * Scores on one thread with its own buffers: what a service holds per worker thread to score
 * without allocating. {@link Scorer} takes sessions from a small pool for its convenience calls.
 *
 * <p>One thread at a time; close it before its {@link Scorer}.
 */
public final class ScoringSession implements AutoCloseable {
  private final Scorer scorer;
  private final LoadedModel model;
  private final PipelineSession pipeline;

  ScoringSession(Scorer scorer, LoadedModel model) {
    this.scorer = scorer;
    this.model = model;
    pipeline = model.newSession();
  }

  /** Most rows in one batch. */
  public int capacity() {
    return pipeline.capacity();
  }

  /** A prediction to hand to {@link #score}. */
  public Prediction newPrediction() {
    return new Prediction(scorer.schema(), model.margins());
  }

  /**
   * Scores one row into a caller-owned prediction.
   *
   * @throws ScoringException when the row cannot be scored; the prediction is then unchanged
   * @throws IllegalStateException when the scorer is closed or the amulet is a draft
   */
  public void score(Row row, Prediction prediction) {
    start();
    prepare(0, row);
    runNetworks();
    finish(0, prediction);
  }

  /** Begins a batch: forgets whatever an earlier one left. */
  public void start() {
    scorer.checkOpen();
    pipeline.start();
  }

  /**
   * First step: cells to slots, images to the networks' input.
   *
   * @param index place in the batch, below {@link #capacity()}
   * @throws ScoringException when this row cannot be scored; the rest of the batch can
   */
  public void prepare(int index, Row row) {
    requireOwn(row);
    pipeline.prepare(index, row);
  }

  /** As {@link #prepare(int, Row)}, for several threads with different rows and own scratch. */
  void prepare(int index, Row row, ImageWorker worker) {
    requireOwn(row);
    pipeline.prepare(index, row, worker);
  }

  private void requireOwn(Row row) {
    if (row.layout().schema() != scorer.schema()) {
      throw new IllegalArgumentException("the row was made by another scorer");
    }
  }

  /** Second step: runs the networks over all images prepared so far. */
  public void runNetworks() {
    scorer.checkOpen();
    pipeline.runNetworks();
  }

  /** Third step: slots to a prediction. */
  public void finish(int index, Prediction prediction) {
    scorer.checkModel();
    pipeline.finish(index);
    double[] margins = pipeline.margins(index);
    System.arraycopy(margins, 0, prediction.marginsForWriting(), 0, margins.length);
    if (scorer.schema().task() == Task.REGRESSION) {
      prediction.set(
          model.outputs().value(margins),
          -1,
          pipeline.clamped(index),
          pipeline.imageProblem(index));
    } else {
      double[] probabilities = prediction.probabilitiesForWriting();
      int best = model.outputs().probabilities(margins, probabilities);
      prediction.set(
          probabilities[best], best, pipeline.clamped(index), pipeline.imageProblem(index));
    }
  }

  /** Scratch of the thread that holds this session. */
  ImageWorker worker() {
    return pipeline.worker();
  }

  /** Third step for a caller that wants the slots; overwritten by the next batch. */
  float[] finishSlots(int index) {
    pipeline.finish(index);
    return pipeline.slots(index);
  }

  /** Frees the tensors. */
  @Override
  public void close() {
    pipeline.close();
  }
}
