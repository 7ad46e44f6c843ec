package dev.amulet.training;

import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.ArtifactWriter;
import dev.amulet.format.v1.Kind;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Schema;
import dev.amulet.runtime.Device;
import dev.amulet.runtime.Features;
import dev.amulet.runtime.ImagePolicy;
import dev.amulet.runtime.ImageSource;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.runtime.ScorerOptions.NetworkLoading;
import dev.amulet.runtime.ScoringException;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.feature.PipelineBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Features for learners, by the runtime that will score them: a draft amulet is made of what has
 * been fitted so far and asked for the slots of the rows.
 */
final class Drafts {
  /** Rows between two progress reports. */
  private static final int CHUNK_ROWS = 64;

  /** A busy machine must not turn a slow picture into a missing one. */
  static final int PATIENT_DECODE_MS = 60_000;

  private final String name;
  private final Schema schema;
  private final List<NamedBackbone> backbones;
  private final ScorerOptions options;
  private final EmbeddingStore embeddings;

  Drafts(
      String name,
      Schema schema,
      List<NamedBackbone> backbones,
      ImageSource images,
      EmbeddingStore embeddings,
      int threads) {
    this(
        name,
        schema,
        backbones,
        ScorerOptions.builder()
            .imageSource(images)
            .embeddingCache(embeddings)
            .imagePolicy(ImagePolicy.builder().maxDecodeMs(PATIENT_DECODE_MS).build())
            .intraOpThreads(threads)
            // Most drafts find every image in the cache and need no network.
            .networkLoading(NetworkLoading.ON_FIRST_USE)
            .build(),
        embeddings);
  }

  private Drafts(
      String name,
      Schema schema,
      List<NamedBackbone> backbones,
      ScorerOptions options,
      EmbeddingStore embeddings) {
    this.embeddings = embeddings;
    this.name = name;
    this.schema = schema;
    this.backbones = List.copyOf(backbones);
    this.options = options;
  }

  /** The same for another schema that needs fewer networks. */
  Drafts with(Schema otherSchema, List<NamedBackbone> otherBackbones) {
    return new Drafts(name, otherSchema, otherBackbones, options, embeddings);
  }

  /** The same with networks run as the settings say. */
  Drafts running(ImageSettings settings) {
    ScorerOptions.Builder changed =
        ScorerOptions.builder()
            .imageSource(options.imageSource())
            .embeddingCache(embeddings)
            .imagePolicy(options.imagePolicy())
            .intraOpThreads(options.intraOpThreads())
            .networkLoading(options.networkLoading());
    if (settings.batchSize() != ImageSettings.AUTO_BATCH) {
      changed.batchSize(settings.batchSize());
    }
    if (!settings.useGpu()) {
      changed.device(Device.CPU);
    }
    return new Drafts(name, schema, backbones, changed.build(), embeddings);
  }

  /** Options that drafts and the final amulet are opened with. */
  ScorerOptions options() {
    return options;
  }

  /** The same for images from elsewhere. */
  ScorerOptions options(ImageSource images) {
    return ScorerOptions.builder()
        .imageSource(images)
        .imagePolicy(options.imagePolicy())
        .intraOpThreads(options.intraOpThreads())
        .batchSize(options.batchSize())
        .device(options.device())
        .embeddingCache(embeddings)
        .build();
  }

  /**
   * Slots of every row of the data under a pipeline, {@code [rows, slots]}. Says how quick the
   * networks were where they had to run.
   */
  FeatureMatrix features(
      PipelineBuilder pipeline, Dataset data, String phase, ProgressListener progress) {
    long before = embeddings.computed();
    long started = System.nanoTime();
    try (Scorer scorer = open(pipeline)) {
      FeatureMatrix features = features(scorer, data, phase, progress);
      long made = embeddings.computed() - before;
      if (made > 0) {
        double seconds = (System.nanoTime() - started) / 1e9;
        progress.message(
            "  %d embeddings made in %.0f s, %.1f a second"
                .formatted(made, seconds, made / seconds));
      }
      return features;
    }
  }

  /** How many embeddings networks had to make so far. */
  long embeddingsComputed() {
    return embeddings.computed();
  }

  /**
   * Nanoseconds for the features of some rows: the quickest of the passes that fit into a time,
   * after a first that warms everything up.
   */
  long featureNs(PipelineBuilder pipeline, Dataset rows, long spendNs) {
    try (Scorer scorer = open(pipeline)) {
      long end = System.nanoTime() + spendNs;
      features(scorer, rows, "probe", ProgressListener.silent());
      long quickest = Long.MAX_VALUE;
      long started = System.nanoTime();
      do {
        features(scorer, rows, "probe", ProgressListener.silent());
        long now = System.nanoTime();
        quickest = Math.min(quickest, now - started);
        started = now;
      } while (started < end);
      return quickest;
    }
  }

  static FeatureMatrix features(
      Scorer scorer, Dataset data, String phase, ProgressListener progress) {
    int width = scorer.slotNames().size();
    long size = (long) data.rows() * width;
    if (size > Integer.MAX_VALUE - 16) {
      throw new TrainingException(
          data.rows()
              + " rows of "
              + width
              + " features do not fit in memory; use fewer rows, fewer image columns or one network");
    }
    float[] values = new float[(int) size];
    for (int first = 0; first < data.rows(); first += CHUNK_ROWS) {
      int count = Math.min(CHUNK_ROWS, data.rows() - first);
      Features features = features(scorer, data, first, count);
      System.arraycopy(features.values(), 0, values, first * width, features.values().length);
      progress.progress(phase, first + count, data.rows());
    }
    return new FeatureMatrix(data.rows(), width, values);
  }

  private static Features features(Scorer scorer, Dataset data, int first, int count) {
    List<Row> rows = rows(scorer, data, first, count);
    try {
      return scorer.features(rows);
    } catch (ScoringException e) {
      for (int i = 0; i < count; i++) {
        refuse(scorer, rows.get(i), data, first + i);
      }
      throw e;
    }
  }

  /** Throws what is wrong with a row, when it is that one. */
  private static void refuse(Scorer scorer, Row row, Dataset data, int index) {
    try {
      scorer.features(List.of(row));
    } catch (ScoringException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String advice =
          e.reason() == ScoringException.Reason.IMAGE_TIMEOUT
              ? "try again when the machine is less busy"
              : "leave the row out of the data, or use missing_image = \"nan_features\"";
      throw new TrainingException(
          "%s row %d: %s\n%s"
              .formatted(data.name(), data.sourceRow(index) + 1, cause.getMessage(), advice),
          e);
    }
  }

  /** Rows of the data as the runtime takes them. */
  static List<Row> rows(Scorer scorer, Dataset data, int first, int count) {
    int[] positions = positions(scorer, data);
    List<Row> rows = new ArrayList<>(count);
    for (int r = first; r < first + count; r++) {
      try {
        rows.add(row(scorer, data, positions, r));
      } catch (ScoringException e) {
        throw new TrainingException(
            data.name() + " row " + (data.sourceRow(r) + 1) + ": " + e.getMessage(), e);
      }
    }
    return rows;
  }

  /** Where each input column is in the data. */
  static int[] positions(Scorer scorer, Dataset data) {
    return scorer.schema().columns().stream().mapToInt(c -> data.columnIndex(c.name())).toArray();
  }

  /**
   * One row of the data as the runtime takes it.
   *
   * @throws ScoringException when a cell does not fit its column
   */
  static Row row(Scorer scorer, Dataset data, int[] positions, int index) {
    Row row = scorer.newRow();
    for (int c = 0; c < positions.length; c++) {
      row.set(c, data.cell(index, positions[c]));
    }
    return row;
  }

  private Scorer open(PipelineBuilder pipeline) {
    ArtifactWriter writer = writer(pipeline, manifest(pipeline).setKind(Kind.DRAFT).build());
    try {
      return Scorer.open(Artifact.open(ByteBuffer.wrap(writer.toBytes()), "draft"), options);
    } catch (ArtifactException e) {
      throw new IllegalStateException("training made a draft that does not open", e);
    }
  }

  /** What drafts and the final amulet have in common. */
  Manifest.Builder manifest(PipelineBuilder pipeline) {
    Manifest.Builder manifest =
        Manifest.newBuilder().setName(name).setSchema(schema).setPipeline(pipeline.pipeline());
    backbones.forEach(named -> manifest.addNetworks(named.network()));
    return manifest;
  }

  /** The entries every amulet of this experiment has. */
  ArtifactWriter writer(PipelineBuilder pipeline, Manifest manifest) {
    ArtifactWriter writer = new ArtifactWriter(manifest);
    backbones.forEach(named -> writer.add(named.network().getEntry(), named.onnx()));
    pipeline.entries().forEach(writer::add);
    return writer;
  }
}
