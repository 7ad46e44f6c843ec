package dev.amulet.runtime;

import dev.amulet.format.v1.Task;
import dev.amulet.runtime.ScoreOptions.Part;
import dev.amulet.runtime.internal.pipeline.ImageWorker;
import dev.amulet.runtime.internal.pipeline.LoadedModel;
import dev.amulet.runtime.internal.pipeline.PipelineSession;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scores on one thread with its own buffers: what a service holds per worker thread to score
 * without allocating. {@link Scorer} takes sessions from a small pool for its convenience calls.
 *
 * <p>One thread at a time. It may be closed before its {@link Scorer} or after.
 */
public final class ScoringSession implements AutoCloseable {
  private final Scorer scorer;
  private final LoadedModel model;
  private final PipelineSession pipeline;

  /** What each row of the batch is to be told beyond its score; null for nothing. */
  private final @Nullable ScoreOptions[] asked;

  private final List<List<UnusualValue>> unusual;

  private @Nullable RowExplainer explainer;

  ScoringSession(Scorer scorer, LoadedModel model) {
    this.scorer = scorer;
    this.model = model;
    pipeline = model.newSession();
    asked = new ScoreOptions[pipeline.capacity()];
    unusual = new ArrayList<>(Collections.nCopies(asked.length, List.of()));
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
    score(row, ScoreOptions.none(), prediction);
  }

  /**
   * Scores one row into a caller-owned prediction and adds what the options ask for. Without
   * options it allocates nothing for a table; what they add is allocated anew and is the caller's.
   *
   * @throws ScoringException when the row cannot be scored; the prediction is then unchanged
   * @throws IllegalStateException when the scorer is closed, the amulet is a draft, or it cannot
   *     give what is asked for
   */
  public void score(Row row, ScoreOptions options, Prediction prediction) {
    start();
    prepare(0, row, options);
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
    prepare(index, row, ScoreOptions.none());
  }

  /**
   * First step, for a row of which {@link #finish} is to tell more than the score. Rows of a batch
   * may ask for different things.
   *
   * @throws ScoringException when this row cannot be scored; the rest of the batch can
   * @throws IllegalStateException when the amulet cannot give what is asked for
   */
  public void prepare(int index, Row row, ScoreOptions options) {
    scorer.requireAvailable(options);
    prepare(index, row, options, pipeline.worker());
  }

  /**
   * As the others, for several threads with different rows and own scratch; options are checked.
   */
  void prepare(int index, Row row, ScoreOptions options, ImageWorker worker) {
    requireOwn(row);
    asked[index] = options.isEmpty() ? null : options;
    pipeline.time(index, options.has(Part.TIMINGS));
    pipeline.prepare(index, row.cells(), options, worker);
    if (options.has(Part.UNUSUAL_VALUES)) {
      unusual.set(
          index, UnusualValues.of(scorer.schema(), row.cells(), pipeline.imageSizes(index)));
    }
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

  /** Third step: slots to a prediction, with what {@link #prepare} was asked for. */
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
    ScoreOptions options = asked[index];
    if (options != null) {
      if (explainer == null) {
        explainer = new RowExplainer(scorer.schema(), scorer.images(), model);
      }
      prediction.setDetails(explainer.explain(pipeline, index, options, unusual.get(index)));
      if (options.has(Part.TIMINGS)) {
        prediction.setTimings(pipeline.timings(index));
      }
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
