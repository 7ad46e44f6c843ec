package dev.amulet.runtime.internal.pipeline;

import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.View;
import dev.amulet.runtime.EmbeddingCache;
import dev.amulet.runtime.ScoreOptions;
import dev.amulet.runtime.ScoreOptions.Part;
import dev.amulet.runtime.ScoringException;
import dev.amulet.runtime.ScoringException.Reason;
import dev.amulet.runtime.ScoringStage;
import dev.amulet.runtime.internal.image.Pixels;
import dev.amulet.runtime.internal.observe.StageObserver.Span;
import dev.amulet.runtime.internal.transform.Cells;
import dev.amulet.runtime.internal.transform.TransformKernel;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All mutable state of scoring: the rows under way and the network batches. One thread at a time,
 * but for {@link #prepare(int, Cells, ScoreOptions, ImageWorker)}.
 *
 * <p>A batch is {@link #start()}, then {@link #prepare} for each row (cells to slots, images to
 * tensors), {@link #runNetworks()}, then {@link #finish} for each row that was prepared.
 */
public final class PipelineSession implements AutoCloseable {
  private final LoadedModel model;
  private final Pipeline pipeline;
  private final RowState[] rows;
  private final @Nullable NetworkLane[] lanes;
  private final ImageWorker worker;
  private final @Nullable EmbeddingCache cache;
  private final boolean[] timed;

  /** By cache key, where there is a cache: the same image again in a batch waits for the first. */
  private final Map<String, ImageJob> batchJobs = new ConcurrentHashMap<>();

  PipelineSession(LoadedModel model) {
    this.model = model;
    pipeline = model.pipeline();
    rows = new RowState[model.settings().batchSize()];
    lanes = new NetworkLane[pipeline.lanes().size()];
    worker = model.newImageWorker();
    cache = model.settings().cache();
    timed = new boolean[rows.length];
  }

  /** Most rows in one batch. */
  public int capacity() {
    return rows.length;
  }

  /** Scratch of the thread that holds this session. */
  public ImageWorker worker() {
    return worker;
  }

  /** Forgets whatever an earlier batch left. */
  public void start() {
    batchJobs.clear();
    for (NetworkLane lane : lanes) {
      if (lane != null) {
        lane.clear();
      }
    }
  }

  /** Whether a row that is prepared next has its stages timed. */
  public void time(int index, boolean wanted) {
    timed[index] = wanted;
  }

  /**
   * Fills the slots that come straight from cells and puts the images into the network batches.
   *
   * @throws ScoringException when the row cannot be scored; the rest of the batch can
   */
  public void prepare(int index, Cells cells) {
    prepare(index, cells, ScoreOptions.none(), worker);
  }

  /**
   * As {@link #prepare(int, Cells)}, with the caller's own scratch: several threads may prepare
   * different rows of a batch at once.
   *
   * @param options what is asked for beyond the score; only of the images is it collected here
   */
  public void prepare(int index, Cells cells, ScoreOptions options, ImageWorker with) {
    RowState row = rows[index];
    if (row == null) {
      row = pipeline.newRow();
      rows[index] = row;
    }
    row.clamped = false;
    row.imageProblem = null;
    row.timings = timed[index] ? new EnumMap<>(ScoringStage.class) : null;
    row.options = options;
    row.maps.clear();
    row.sizes = options.has(Part.UNUSUAL_VALUES) ? new ImageSizes(pipeline.inputColumns()) : null;
    List<TransformKernel> transforms = pipeline.transforms();
    for (int i = 0; i < transforms.size(); i++) {
      transforms.get(i).apply(cells, with.transforms(), row.slots);
    }
    List<ImageInput> images = pipeline.images();
    for (int i = 0; i < images.size(); i++) {
      prepareImages(images.get(i), cells, row, with);
    }
  }

  private void prepareImages(ImageInput input, Cells cells, RowState row, ImageWorker with) {
    List<?> images = cells.images(input.column());
    ImageCell cell = row.images[input.index()];
    cell.start(images.size());
    try {
      for (int i = 0; i < images.size(); i++) {
        prepareImage(input, row, i, images.get(i), with);
      }
    } catch (ScoringException e) {
      // A picture that was only slow must not score as a missing one: the load of the machine
      // would change the score.
      if (input.missing() == MissingImage.FAIL_ROW || e.reason() == Reason.IMAGE_TIMEOUT) {
        throw e;
      }
      cell.start(0);
      row.maps.removeIf(map -> map.stage() == input.index());
      row.imageProblem = row.imageProblem == null ? e : row.imageProblem;
    }
    if (cell.count() == 0 && input.missing() == MissingImage.FAIL_ROW) {
      throw new ScoringException(
          Reason.MISSING_IMAGE, input.columnName(), "has no image, and the model needs one");
    }
  }

  private void prepareImage(
      ImageInput input, RowState row, int position, Object image, ImageWorker with) {
    ImageCell cell = row.images[input.index()];
    byte[] file = with.read(input, image, row);
    Pixels pixels = row.sizes == null ? null : with.decode(input, image, file, row);
    if (row.sizes != null && pixels != null) {
      row.sizes.add(input.column(), pixels.width(), pixels.height());
    }
    boolean mapped = input.map().exists() && row.options.has(Part.ACTIVATION_MAPS);
    // No cache knows the feature map: who asks for it has the image run for itself.
    EmbeddingCache shared = mapped ? null : cache;
    String key = "";
    if (shared != null) {
      key = model.cacheKeys().key(input, file);
      float[] known = shared.get(key);
      if (known != null) {
        cell.set(position, known);
        return;
      }
      ImageJob same = batchJobs.get(key);
      if (same != null) {
        same.add(cell, position);
        return;
      }
    }
    pixels = pixels == null ? with.decode(input, image, file, row) : pixels;
    FeatureMap map = mapped ? new FeatureMap(input, position, with.view(input, pixels)) : null;
    ImageJob job = new ImageJob(input, shared, key, map);
    // Only an image that decodes is waited for, so that every cell that waits is served.
    ImageJob same = shared == null ? null : batchJobs.putIfAbsent(key, job);
    if (same != null) {
      same.add(cell, position);
      return;
    }
    job.add(cell, position);
    if (map != null) {
      row.maps.add(map);
    }
    NetworkLane lane = lane(input.lane());
    if (row.timed()) {
      lane.time();
    }
    for (View view : input.views()) {
      int offset = lane.reserve(job);
      try {
        with.preprocess(input, pixels, view, lane.input(), offset, row);
      } finally {
        lane.written();
      }
    }
  }

  /** Runs every network on the images waiting for it. */
  public void runNetworks() {
    for (NetworkLane lane : lanes) {
      if (lane != null) {
        lane.run();
      }
    }
  }

  /** Everything behind the networks: projections, scores, trees, linear models, blends. */
  public void finish(int index) {
    RowState row = row(index);
    Span span = model.observer().begin(ScoringStage.FINISH, row.timed());
    try {
      List<ImageInput> images = pipeline.images();
      for (int i = 0; i < images.size(); i++) {
        finishImages(images.get(i), row);
      }
      List<ModelStep> steps = pipeline.steps();
      for (int i = 0; i < steps.size(); i++) {
        steps.get(i).apply(row);
      }
    } finally {
      row.end(span, ScoringStage.FINISH, "");
    }
  }

  /**
   * Nanoseconds that the stages of a finished row took, if {@link #time} said so. The network's are
   * those of all runs of the batch, which each row waited for.
   */
  public Map<ScoringStage, Long> timings(int index) {
    Map<ScoringStage, Long> timings = row(index).timings;
    if (timings == null) {
      throw new IllegalStateException("row " + index + " has not been timed");
    }
    Map<ScoringStage, Long> all = new EnumMap<>(timings);
    for (NetworkLane lane : lanes) {
      all.merge(ScoringStage.NETWORK, lane == null ? 0 : lane.networkNs(), Long::sum);
    }
    return all;
  }

  private static void finishImages(ImageInput input, RowState row) {
    ImageCell cell = row.images[input.index()];
    boolean missing = cell.count() == 0;
    row.slots[input.missingSlot()] = missing ? 1 : 0;
    if (missing) {
      float fill = input.missing() == MissingImage.NAN_FEATURES ? Float.NaN : 0;
      Arrays.fill(row.slots, input.firstSlot(), input.missingSlot(), fill);
    } else {
      cell.mean(row.slots, input.firstSlot(), input.width());
    }
  }

  /** Slots of a finished row; overwritten by the next batch. */
  public float[] slots(int index) {
    return row(index).slots;
  }

  /** Margins of a finished row that go to the outputs; overwritten by the next batch. */
  public double[] margins(int index) {
    Integer model = pipeline.finalModel();
    if (model == null) {
      throw new IllegalStateException("a draft answers features only");
    }
    return row(index).margins[model];
  }

  /** Whether a linear margin of a finished row was clamped. */
  public boolean clamped(int index) {
    return row(index).clamped;
  }

  /** Why an image that was given to a row counts as missing; null when none does. */
  public @Nullable ScoringException imageProblem(int index) {
    return row(index).imageProblem;
  }

  /** Feature maps of a row whose networks have run, if {@link #prepare} was asked for them. */
  public List<FeatureMap> featureMaps(int index) {
    return row(index).maps;
  }

  /** Sizes of the images of a prepared row, if {@link #prepare} was asked for them. */
  public ImageSizes imageSizes(int index) {
    ImageSizes sizes = row(index).sizes;
    return sizes == null ? new ImageSizes(pipeline.inputColumns()) : sizes;
  }

  private RowState row(int index) {
    RowState row = rows[index];
    if (row == null) {
      throw new IllegalStateException("row " + index + " has not been prepared");
    }
    return row;
  }

  private synchronized NetworkLane lane(int index) {
    NetworkLane lane = lanes[index];
    if (lane == null) {
      Pipeline.LaneSpec spec = pipeline.lanes().get(index);
      try {
        lane =
            new NetworkLane(
                model.networks().get(spec.network()),
                model.networks().spec(spec.network()).getId(),
                spec,
                capacity(),
                model.observer());
      } catch (ArtifactException e) {
        throw new IllegalStateException("a network that was not loaded at open cannot be used", e);
      }
      lanes[index] = lane;
    }
    return lane;
  }

  @Override
  public void close() {
    for (NetworkLane lane : lanes) {
      if (lane != null) {
        lane.close();
      }
    }
  }
}
