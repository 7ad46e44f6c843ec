package dev.amulet.training;

import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

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
  private volatile boolean stopped;
  private volatile @Nullable Budget budget;
  private volatile @Nullable ExperimentFolder open;

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
      open = folder;
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

  /**
   * Reads and checks the data and the networks and says what {@link #run} would do and about what
   * it would cost. Writes nothing.
   *
   * @throws TrainingException when the data or the settings cannot be trained on
   */
  public void plan(ProgressListener listener) {
    try {
      ExperimentFolder.requireWritable(config);
      Plan.of(config, Groundwork.lay(config, listener)).report(listener);
    } catch (UncheckedIOException e) {
      throw new TrainingException(e.getMessage() + ": " + e.getCause(), e);
    }
  }

  /**
   * Lets the run end soon: no other candidate is begun or finished, and the best of those that are
   * complete is made the model; where none is, the first is completed. To be called from another
   * thread; does nothing when all are tried.
   */
  public void stop() {
    stopped = true;
    Budget running = budget;
    if (running != null) {
      running.stop();
    }
  }

  /**
   * Gives the run up: nothing is published from now on, and what is half written is removed. To be
   * called from another thread, before the process ends: the run itself is not interrupted.
   *
   * @return whether there was anything to give up; false when the run has published, or has not
   *     begun
   */
  public boolean abandon() {
    ExperimentFolder running = open;
    return running != null && running.abandon();
  }

  private ExperimentResult run(ExperimentFolder folder) {
    ProgressListener progress = folder.progress();
    Budget given = new Budget(config.timeBudgetMinutes());
    budget = given;
    if (stopped) {
      given.stop();
    }
    try (EmbeddingStore embeddings = EmbeddingStore.open(config.images(), progress)) {
      ExperimentResult result = new ExperimentRun(config, folder, embeddings, given).run();
      embeddings.report(progress);
      return result;
    }
  }
}
