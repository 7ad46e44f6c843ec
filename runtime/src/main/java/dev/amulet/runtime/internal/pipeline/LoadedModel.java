package dev.amulet.runtime.internal.pipeline;

import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.NetworkOutput;
import dev.amulet.runtime.Device;
import dev.amulet.runtime.EmbeddingCache;
import dev.amulet.runtime.ImagePolicy;
import dev.amulet.runtime.ImageSource;
import dev.amulet.runtime.PixelBudget;
import dev.amulet.runtime.ScoringListener;
import dev.amulet.runtime.internal.explain.ActivationHead;
import dev.amulet.runtime.internal.explain.ColumnRollUp;
import dev.amulet.runtime.internal.explain.MarginExplainer;
import dev.amulet.runtime.internal.observe.StageObserver;
import dev.amulet.runtime.internal.output.OutputKernel;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An amulet ready to score: compiled pipeline and networks. Thread-safe. */
public final class LoadedModel implements AutoCloseable {
  private final Artifact artifact;
  private final Pipeline pipeline;
  private final OutputKernel outputs;
  private final Networks networks;
  private final Settings settings;
  private @Nullable MarginExplainer marginExplainer;
  private @Nullable ColumnRollUp columnRollUp;
  private @Nullable Map<Integer, ActivationHead> activationHeads;
  private final CacheKeys cacheKeys;
  private final StageObserver observer;

  /**
   * What a host decides about scoring.
   *
   * @param images where references are read
   * @param imagePolicy limits on images
   * @param pixelBudget what decoding may take at once, or null
   * @param batchSize most rows, and most images per network run, in one batch
   * @param intraOpThreads threads of one network run
   * @param device where networks run
   * @param loadNetworks whether networks load at open, or when the first image needs them
   * @param cache remembers network outputs, or null
   * @param listener hears how long stages take, or null
   * @param cpu the kind of CPU, on which bits depend
   */
  public record Settings(
      ImageSource images,
      ImagePolicy imagePolicy,
      @Nullable PixelBudget pixelBudget,
      int batchSize,
      int intraOpThreads,
      Device device,
      boolean loadNetworks,
      @Nullable EmbeddingCache cache,
      @Nullable ScoringListener listener,
      String cpu) {}

  private LoadedModel(
      Artifact artifact,
      Pipeline pipeline,
      OutputKernel outputs,
      Networks networks,
      Settings settings) {
    this.artifact = artifact;
    this.pipeline = pipeline;
    this.outputs = outputs;
    this.networks = networks;
    this.settings = settings;
    observer = new StageObserver(settings.listener());
    cacheKeys =
        settings.cache() == null
            ? CacheKeys.none()
            : CacheKeys.of(pipeline, settings.cpu(), networks.device());
  }

  /**
   * Compiles the pipeline and, if the settings say so, loads the networks.
   *
   * @throws ArtifactException when the pipeline needs what this runtime lacks or a network does not
   *     load
   */
  public static LoadedModel load(Artifact artifact, Settings settings) throws ArtifactException {
    Implemented.require(artifact.manifest().getRequiredCapabilitiesList());
    Pipeline pipeline = PipelineCompiler.compile(artifact);
    Networks networks = new Networks(artifact, settings.intraOpThreads(), settings.device());
    if (settings.loadNetworks()) {
      try {
        networks.loadAll();
      } catch (ArtifactException | RuntimeException e) {
        networks.close();
        throw e;
      }
    }
    return new LoadedModel(
        artifact, pipeline, new OutputKernel(artifact.manifest().getOutputs()), networks, settings);
  }

  public PipelineSession newSession() {
    return new PipelineSession(this);
  }

  /** Scratch for one more thread that prepares rows. */
  public ImageWorker newImageWorker() {
    return new ImageWorker(pipeline, settings, observer);
  }

  /** Direct memory of one session whose batches have been full, in bytes. */
  public long bufferBytes() {
    long floats = 0;
    for (Pipeline.LaneSpec lane : pipeline.lanes()) {
      floats += 3L * lane.height() * lane.width();
      for (NetworkOutput output : networks.spec(lane.network()).getOutputsList()) {
        floats +=
            output.getShapeList().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
      }
    }
    return Float.BYTES * floats * settings.batchSize();
  }

  /** Whether rows have images, so that preparing one is worth a thread of its own. */
  public boolean readsImages() {
    return !pipeline.images().isEmpty();
  }

  public List<String> slotNames() {
    return pipeline.slotNames();
  }

  /** Margins per model stage. */
  public int margins() {
    return pipeline.margins();
  }

  public OutputKernel outputs() {
    return outputs;
  }

  /** Explains margins; made when first asked for, since most callers never do. */
  public synchronized MarginExplainer marginExplainer() {
    if (marginExplainer == null) {
      marginExplainer = MarginExplainer.of(artifact);
    }
    return marginExplainer;
  }

  /** Sums slots to columns; made when first asked for. */
  public synchronized ColumnRollUp columnRollUp() {
    if (columnRollUp == null) {
      columnRollUp = ColumnRollUp.of(artifact);
    }
    return columnRollUp;
  }

  /** Where the networks run. */
  public Device device() {
    return networks.device();
  }

  /** Heads of the activation maps by image stage; made when first asked for. */
  public synchronized Map<Integer, ActivationHead> activationHeads() {
    if (activationHeads == null) {
      activationHeads = ActivationHead.of(artifact);
    }
    return activationHeads;
  }

  Pipeline pipeline() {
    return pipeline;
  }

  Networks networks() {
    return networks;
  }

  StageObserver observer() {
    return observer;
  }

  CacheKeys cacheKeys() {
    return cacheKeys;
  }

  Settings settings() {
    return settings;
  }

  /** Frees the networks; runs under way finish first. */
  @Override
  public void close() {
    networks.close();
  }
}
