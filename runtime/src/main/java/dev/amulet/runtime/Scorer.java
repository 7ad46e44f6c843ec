package dev.amulet.runtime;

import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Cell;
import dev.amulet.format.v1.Kind;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Verification;
import dev.amulet.runtime.internal.pipeline.LoadedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A loaded amulet: rows in, predictions out.
 *
 * <pre>{@code
 * try (Scorer scorer = Scorer.open(Path.of("price.amulet"), options)) {   // ArtifactException: retire the model
 *   Row row = scorer.newRow().set("mileage", 52_000).setImage("photo", bytes);
 *   System.out.println(scorer.score(row).value());                        // ScoringException: skip the row
 * }
 * }</pre>
 *
 * <p>Immutable and safe for concurrent use; results do not depend on the thread, on other rows or
 * on the batch. {@link #close()} may be called at any time and more than once: a call that comes
 * later throws {@link IllegalStateException}, and one under way either finishes or throws it too.
 */
public final class Scorer implements AutoCloseable {
  /** Sessions kept for reuse; more are made under load and dropped afterwards. */
  private static final int POOLED_SESSIONS =
      Math.max(8, 2 * Runtime.getRuntime().availableProcessors());

  private final Artifact artifact;
  private final Schema schema;
  private final RowLayout layout;
  private final LoadedModel model;
  private final Queue<ScoringSession> idle = new ConcurrentLinkedQueue<>();
  private final AtomicInteger idleCount = new AtomicInteger();
  private volatile boolean closed;

  private Scorer(Artifact artifact, ScorerOptions options) throws ArtifactException {
    this.artifact = artifact;
    schema = new Schema(artifact.manifest());
    layout = new RowLayout(schema);
    model =
        LoadedModel.load(
            artifact,
            new LoadedModel.Settings(
                options.imageSource(),
                options.imagePolicy(),
                options.batchSize(),
                options.intraOpThreads(),
                options.networkLoading() == ScorerOptions.NetworkLoading.AT_OPEN,
                options.embeddingCache()));
  }

  /** Opens an amulet with default options: image references are refused, inline images score. */
  public static Scorer open(Path amulet) throws ArtifactException {
    return open(amulet, ScorerOptions.builder().build());
  }

  /**
   * Opens an amulet.
   *
   * @throws ArtifactException when the file is not a sound amulet or needs what this runtime lacks
   */
  public static Scorer open(Path amulet, ScorerOptions options) throws ArtifactException {
    return open(Artifact.open(amulet), options);
  }

  /** Takes over an opened artifact: closing the scorer closes it, and so does a failure here. */
  public static Scorer open(Artifact artifact, ScorerOptions options) throws ArtifactException {
    try {
      return new Scorer(artifact, options);
    } catch (ArtifactException | RuntimeException e) {
      artifact.close();
      throw e;
    }
  }

  /** Lower-case hex SHA-256 of the manifest: the identity of the model. */
  public String id() {
    return artifact.id();
  }

  public Manifest manifest() {
    return artifact.manifest();
  }

  public Schema schema() {
    return schema;
  }

  /** Names of the slots that {@link #features} returns, in order. */
  public List<String> slotNames() {
    return model.slotNames();
  }

  /** A row with every column missing. */
  public Row newRow() {
    return new Row(layout);
  }

  /** A session for one thread; the caller closes it. */
  public ScoringSession newSession() {
    checkOpen();
    return new ScoringSession(this, model);
  }

  /**
   * Scores one row on the calling thread.
   *
   * @throws ScoringException when the row cannot be scored
   */
  public Prediction score(Row row) {
    checkModel();
    ScoringSession session = acquire();
    try {
      Prediction prediction = session.newPrediction();
      session.score(row, prediction);
      return prediction;
    } finally {
      release(session);
    }
  }

  /** Scores rows in batches; a bad row becomes an error in its place and the rest still score. */
  public List<ScoredRow> score(List<Row> rows) {
    checkModel();
    List<ScoredRow> results = new ArrayList<>(rows.size());
    inBatches(
        rows,
        (session, index, error) -> {
          if (error != null) {
            results.add(new ScoredRow(null, error));
          } else {
            Prediction prediction = session.newPrediction();
            session.finish(index, prediction);
            results.add(new ScoredRow(prediction, null));
          }
        });
    return results;
  }

  /**
   * The slots of rows: what the learners see. Works on drafts too.
   *
   * @throws ScoringException for the first row that cannot be turned into slots
   */
  public Features features(List<Row> rows) {
    int width = model.slotNames().size();
    float[] values = new float[Math.multiplyExact(rows.size(), width)];
    int[] next = {0};
    inBatches(
        rows,
        (session, index, error) -> {
          if (error != null) {
            throw error.inRow(next[0] / width);
          }
          System.arraycopy(session.finishSlots(index), 0, values, next[0], width);
          next[0] += width;
        });
    return new Features(rows.size(), model.slotNames(), values);
  }

  /** Takes one row of a batch that has been through its networks. */
  private interface RowSink {
    void accept(ScoringSession session, int index, @Nullable ScoringException error);
  }

  private void inBatches(List<Row> rows, RowSink sink) {
    ScoringSession session = acquire();
    try {
      int capacity = session.capacity();
      @Nullable ScoringException[] errors = new ScoringException[capacity];
      for (int first = 0; first < rows.size(); first += capacity) {
        int count = Math.min(capacity, rows.size() - first);
        session.start();
        for (int i = 0; i < count; i++) {
          try {
            errors[i] = null;
            session.prepare(i, rows.get(first + i));
          } catch (ScoringException e) {
            errors[i] = e;
          }
        }
        session.runNetworks();
        for (int i = 0; i < count; i++) {
          sink.accept(session, i, errors[i]);
        }
      }
    } finally {
      release(session);
    }
  }

  /**
   * Replays the verification rows the amulet carries.
   *
   * @return what was compared and how far it was off; {@link VerificationReport#passed()} sums it
   *     up
   */
  public VerificationReport verify() {
    checkOpen();
    return new Verifier(this, artifact).run();
  }

  /**
   * Records what this scorer makes of some rows, in the form an amulet carries them.
   *
   * @param rows one cell per input column each, in schema order
   */
  public Verification recordVerification(List<? extends List<Cell>> rows) {
    checkOpen();
    return new Verifier(this, artifact).record(rows);
  }

  private ScoringSession acquire() {
    checkOpen();
    ScoringSession session = idle.poll();
    if (session == null) {
      return new ScoringSession(this, model);
    }
    idleCount.decrementAndGet();
    return session;
  }

  private void release(ScoringSession session) {
    if (closed || idleCount.incrementAndGet() > POOLED_SESSIONS) {
      if (!closed) {
        idleCount.decrementAndGet();
      }
      session.close();
      return;
    }
    idle.add(session);
    if (closed) {
      closeIdle();
    }
  }

  private void closeIdle() {
    for (ScoringSession session = idle.poll(); session != null; session = idle.poll()) {
      session.close();
    }
  }

  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the scorer is closed");
    }
  }

  void checkModel() {
    checkOpen();
    if (artifact.manifest().getKind() != Kind.MODEL) {
      throw new IllegalStateException("the amulet is a draft: it answers features only");
    }
  }

  /** Frees the networks once runs under way have left them. Closing again does nothing. */
  @Override
  public void close() {
    closed = true;
    closeIdle();
    model.close();
    artifact.close();
  }
}
