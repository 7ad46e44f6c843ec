package dev.amulet.server.model;

import dev.amulet.format.ArtifactException;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.runtime.VerificationReport;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Opens amulets for serving: checked, verified with their own rows, and warm from that. */
public final class ModelLoader {
  private final Supplier<ScorerOptions.Builder> options;
  private final boolean verify;
  private final WorkQueue queue;
  private final MicroBatcher.Limits limits;
  private final ServerMetrics metrics;
  private final Map<String, ModelMetrics> byModel = new ConcurrentHashMap<>();

  /**
   * Loads with these settings.
   *
   * @param options how scorers run, but for their listener
   * @param verify whether an amulet must first score its own rows as it says
   */
  public ModelLoader(
      Supplier<ScorerOptions.Builder> options,
      boolean verify,
      WorkQueue queue,
      MicroBatcher.Limits limits,
      ServerMetrics metrics) {
    this.options = options;
    this.verify = verify;
    this.queue = queue;
    this.limits = limits;
    this.metrics = metrics;
  }

  /** Takes as long as reading the file and scoring its rows; the caller's thread does it. */
  ModelVersion load(ModelFiles.ModelKey key, Path file) throws ArtifactException {
    Scorer scorer = Scorer.open(file, options.get().listener(metrics.stages(key.name())).build());
    try {
      check(scorer, file);
      ModelMetrics counts =
          byModel.computeIfAbsent(key.name(), name -> new ModelMetrics(metrics, name));
      MicroBatcher batcher = new MicroBatcher(queue, scorer, limits, counts);
      return new ModelVersion(key.name(), key.version(), file, scorer, batcher, counts);
    } catch (ArtifactException | RuntimeException e) {
      scorer.close();
      throw e;
    }
  }

  private void check(Scorer scorer, Path file) throws ArtifactException {
    if (scorer.schema().target().isEmpty()) {
      throw new ArtifactException(file + ": a draft, which answers features only; serve a model");
    }
    if (verify) {
      VerificationReport report = scorer.verify();
      if (!report.passed()) {
        throw new ArtifactException(
            file
                + ": its own rows do not score here as it says; run: amulet verify "
                + file.getFileName());
      }
    }
  }
}
