package dev.amulet.cli;

import java.io.Serial;

/** Ends the command with an exit code and one to three lines: what, where, what to do. */
final class CommandFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The command line or an input is wrong. */
  static CommandFailure wrongInput(String message) {
    return new CommandFailure(Main.WRONG_INPUT, message);
  }

  /** The work was started and failed. */
  static CommandFailure workFailed(String message) {
    return new CommandFailure(Main.WORK_FAILED, message);
  }

  int exitCode() {
    return exitCode;
  }
}
