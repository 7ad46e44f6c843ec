package dev.amulet.training;

/** Hears how an experiment goes. Called from the thread that runs it. */
public interface ProgressListener {
  /** A line for the user. */
  void message(String line);

  /**
   * How far a phase is.
   *
   * @param phase short name, the same until the phase ends
   * @param done units finished
   * @param total units in all
   */
  void progress(String phase, long done, long total);

  /** Hears nothing. */
  static ProgressListener silent() {
    return new ProgressListener() {
      @Override
      public void message(String line) {}

      @Override
      public void progress(String phase, long done, long total) {}
    };
  }
}
