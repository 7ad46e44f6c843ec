package dev.amulet.training;

import java.io.UncheckedIOException;

/**
 * One run from a table to an amulet: read and profile the data, cross-validate, train on all rows,
 * assemble, reopen, check against the trainer, publish.
 *
 * <p>Everything random follows the seed: the same configuration on the same machine gives the same
 * scores. One run at a time; bad data or settings end in {@link TrainingException}, and an amulet
 * that an earlier run left in the experiment's folder is then still there.
 */
public final class Experiment {
  private final ExperimentConfig config;

  private Experiment(ExperimentConfig config) {
    this.config = config;
  }

  public static Experiment of(ExperimentConfig config) {
    return new Experiment(config);
  }

  /**
   * Runs to the end and publishes.
   *
   * @throws TrainingException when the data or the settings cannot be trained on
   * @throws UnpublishedException when the finished amulet does not give the trainer's predictions
   */
  public ExperimentResult run(ProgressListener listener) {
    try (ExperimentFolder folder = ExperimentFolder.open(config, listener)) {
      try {
        return run(folder);
      } catch (UncheckedIOException e) {
        TrainingException unreadable =
            new TrainingException(e.getMessage() + ": " + e.getCause(), e);
        folder.failed(unreadable);
        throw unreadable;
      } catch (RuntimeException | Error e) {
        folder.failed(e);
        throw e;
      }
    }
  }

  private ExperimentResult run(ExperimentFolder folder) {
    ProgressListener progress = folder.progress();
    try (EmbeddingStore embeddings = EmbeddingStore.open(config.images(), progress)) {
      ExperimentResult result = new ExperimentRun(config, folder, embeddings).run();
      embeddings.report(progress);
      return result;
    }
  }
}
