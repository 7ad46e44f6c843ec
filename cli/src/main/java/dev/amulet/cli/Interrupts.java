package dev.amulet.cli;

import dev.amulet.training.Experiment;
import dev.amulet.training.ExperimentResult;
import dev.amulet.training.ProgressListener;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ctrl-C while an experiment runs: pressed once, the best candidate that is complete becomes the
 * model; pressed again, the run is given up and nothing of it stays. However the process ends,
 * files that were not published go.
 */
final class Interrupts {
  private final Experiment experiment;
  private final Terminal terminal;
  private final AtomicInteger pressed = new AtomicInteger();
  private final Thread tidying;
  private final CtrlC ctrlC;

  private Interrupts(Experiment experiment, Terminal terminal) {
    this.experiment = experiment;
    this.terminal = terminal;
    tidying = new Thread(experiment::abandon, "tidying");
    Runtime.getRuntime().addShutdownHook(tidying);
    ctrlC = CtrlC.listen(this::press);
  }

  /** Runs an experiment and listens until it ends. */
  static ExperimentResult during(
      Experiment experiment, Terminal terminal, ProgressListener progress) {
    Interrupts interrupts = new Interrupts(experiment, terminal);
    try {
      return experiment.run(progress);
    } finally {
      interrupts.end();
    }
  }

  private void press() {
    if (pressed.incrementAndGet() == 1) {
      terminal
          .err()
          .println(
              "\nstopping: the best candidate that is complete becomes the model; press Ctrl-C again"
                  + " to give up");
      experiment.stop();
    } else {
      boolean gone = experiment.abandon();
      terminal
          .err()
          .println(gone ? "\ngiven up: nothing is published" : "\ngiven up after publishing");
      System.exit(Main.INTERRUPTED);
    }
  }

  private void end() {
    ctrlC.close();
    try {
      Runtime.getRuntime().removeShutdownHook(tidying);
    } catch (IllegalStateException e) {
      // The process is ending already, and the hook with it.
      terminal.err().flush();
    }
  }
}
