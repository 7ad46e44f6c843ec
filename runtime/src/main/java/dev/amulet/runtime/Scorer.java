package dev.amulet.runtime;

import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Cell;
import dev.amulet.format.v1.Environment;
import dev.amulet.format.v1.Kind;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Verification;
import dev.amulet.runtime.internal.explain.ImageLayout;
import dev.amulet.runtime.internal.onnx.OnnxNetwork;
import dev.amulet.runtime.internal.pipeline.LoadedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
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
  private final AvailableParts available;
  private final Queue<ScoringSession> idle = new ConcurrentLinkedQueue<>();
  private final AtomicInteger idleCount = new AtomicInteger();
  private volatile boolean closed;

  private Scorer(Artifact artifact, ScorerOptions options) throws ArtifactException {
    this.artifact = artifact;
    schema = new Schema(artifact.manifest());
    layout = new RowLayout(schema);
    available = AvailableParts.of(artifact.manifest());
    model =
        LoadedModel.load(
            artifact,
            new LoadedModel.Settings(
                options.imageSource(),
                options.imagePolicy(),
                options.pixelBudget(),
                options.batchSize(),
                options.intraOpThreads(),
                options.device(),
                options.networkLoading() == ScorerOptions.NetworkLoading.AT_OPEN,
                options.embeddingCache(),
                options.listener(),
                CpuFamily.describe()));
  }

  /** Opens an amulet with default options: image references are refused, inline images score. */
  public static Scorer open(Path amulet) throws ArtifactException {
    return open(amulet, ScorerOptions.builder().build());
  }

  /**
   * Opens an amulet.
   *
   * @throws ArtifactException when the file is not a sound amulet or needs what this runtime lacks
   * @throws IllegalStateException when the options name a device that cannot be used here
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

  /** Where the networks run, never {@link Device#AUTO}. */
  public Device device() {
    checkOpen();
    return model.device();
  }

  /** What bits depend on beside the amulet: the CPU's kind, ONNX Runtime, and a GPU if there is. */
  Environment environment() {
    Device device = device();
    return Environment.newBuilder()
        .setCpu(CpuFamily.describe())
        .setOnnxruntime(
            OnnxNetwork.runtimeVersion()
                + (device.kind() == Device.Kind.CPU ? "" : " " + device.kind()))
        .build();
  }

  /** Names of the slots that {@link #features} returns, in order. */
  public List<String> slotNames() {
    return model.slotNames();
  }

  /** What {@link ScoreOptions} may ask of this amulet. */
  public Set<ScoreOptions.Part> available() {
    return available.parts();
  }

  /**
   * Names of the numbers in {@link Prediction#embeddings}, in order: {@code
   * <column>.<network>.<i>}, i from 0.
   */
  public List<String> embeddingNames() {
    return images().stream()
        .flatMap(
            image ->
                IntStream.range(0, image.width())
                    .mapToObj(i -> image.columnName() + "." + image.network() + "." + i))
        .toList();
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
    return score(row, ScoreOptions.none());
  }

  /**
   * Scores one row on the calling thread and tells more about it.
   *
   * @throws ScoringException when the row cannot be scored
   * @throws IllegalStateException when the amulet cannot give what is asked for
   */
  public Prediction score(Row row, ScoreOptions options) {
    checkModel();
    ScoringSession session = acquire();
    try {
      Prediction prediction = session.newPrediction();
      session.score(row, options, prediction);
      return prediction;
    } finally {
      release(session);
    }
  }

  /**
   * Scores rows on the calling thread, in batches; a bad row becomes an error in its place and the
   * rest still score. {@link #bulk} does the same on several threads.
   */
  public List<ScoredRow> score(List<Row> rows) {
    return score(rows, ScoreOptions.none());
  }

  /**
   * Scores rows as {@link #score(List)} does and tells more about each.
   *
   * @throws IllegalStateException when the amulet cannot give what is asked for
   */
  public List<ScoredRow> score(List<Row> rows, ScoreOptions options) {
    checkModel();
    requireAvailable(options);
    return inBatches(rows, options, new BulkScorer.PredictionFinisher());
  }

  /**
   * Scores any number of rows on several threads, in order and in bounded memory.
   *
   * @param source read as results are taken from the {@link BulkScorer}
   */
  public BulkScorer bulk(BulkScorer.RowSource source, BulkOptions options) {
    return bulk(source, ScoreOptions.none(), options);
  }

  /**
   * As {@link #bulk(BulkScorer.RowSource, BulkOptions)}, telling more about each row.
   *
   * @throws IllegalStateException when the amulet cannot give what is asked for
   */
  public BulkScorer bulk(BulkScorer.RowSource source, ScoreOptions asked, BulkOptions options) {
    checkModel();
    requireAvailable(asked);
    return BulkScorer.start(this, model, BulkScorer.feed(this, source), asked, options);
  }

  /** As {@link #bulk(BulkScorer.RowSource, BulkOptions)}, of rows that exist and stay unchanged. */
  public BulkScorer bulk(Iterator<Row> rows, BulkOptions options) {
    checkModel();
    return BulkScorer.start(this, model, BulkScorer.feed(rows), ScoreOptions.none(), options);
  }

  /**
   * The slots of rows: what the learners see. Works on drafts too.
   *
   * @throws ScoringException for the first row that cannot be turned into slots
   */
  public Features features(List<Row> rows) {
    int width = model.slotNames().size();
    float[] values = new float[Math.multiplyExact(rows.size(), width)];
    int first = 0;
    for (SlotsFinisher.Outcome row : inBatches(rows, ScoreOptions.none(), new SlotsFinisher())) {
      if (row.error() != null) {
        throw row.error().inRow(first / width);
      }
      System.arraycopy(row.slots(), 0, values, first, width);
      first += width;
    }
    return new Features(rows.size(), model.slotNames(), values);
  }

  /** Stops at the third step's slots. */
  private static final class SlotsFinisher implements BatchEngine.Finisher<SlotsFinisher.Outcome> {
    @SuppressWarnings("ArrayRecordComponent") // Thousands of values: a list would box them.
    record Outcome(float[] slots, @Nullable ScoringException error) {}

    @Override
    public Outcome finished(ScoringSession session, int index) {
      return new Outcome(session.finishSlots(index).clone(), null);
    }

    @Override
    public Outcome failed(ScoringException error) {
      return new Outcome(new float[0], error);
    }
  }

  private <T> List<T> inBatches(
      List<Row> rows, ScoreOptions options, BatchEngine.Finisher<T> finisher) {
    ScoringSession session = acquire();
    try {
      BatchEngine<T> engine =
          new BatchEngine<>(
              List.of(session),
              session.worker(),
              model.readsImages(),
              BulkScorer.feed(rows.iterator()),
              options,
              finisher);
      List<T> results = new ArrayList<>(rows.size());
      for (T result = engine.next(); result != null; result = engine.next()) {
        results.add(result);
      }
      return results;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("rows in memory are read without waiting", e);
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

  /** Image stages that write embeddings. */
  List<ImageLayout> images() {
    return ImageLayout.of(artifact.manifest());
  }

  /**
   * Checks that this amulet can give what is asked for, as every call that takes options does.
   *
   * @throws IllegalStateException naming what it cannot, and why
   */
  public void requireAvailable(ScoreOptions options) {
    if (!options.isEmpty()) {
      available.require(options);
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
