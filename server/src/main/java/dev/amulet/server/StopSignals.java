package dev.amulet.server;

/**
 * Runs something when the process is told to stop (SIGTERM, SIGINT), while the virtual machine
 * still runs as ever. A shutdown hook comes too late for that: all hooks run at once, ONNX
 * Runtime's own among them, which takes the environment away under requests that are being scored.
 */
final class StopSignals {
  private StopSignals() {}

  // There is no other way to hear of a signal before the hooks do.
  static void onStop(Runnable stop) {
    for (String name : new String[] {"TERM", "INT"}) {
      sun.misc.Signal.handle(
          new sun.misc.Signal(name),
          signal -> new Thread(stop, "amulet-stop-" + signal.getName()).start());
    }
  }
}
