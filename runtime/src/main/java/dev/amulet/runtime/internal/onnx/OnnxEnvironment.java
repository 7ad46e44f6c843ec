package dev.amulet.runtime.internal.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** ONNX Runtime's environment, of which a process has one. */
final class OnnxEnvironment {
  /**
   * While it starts, ONNX Runtime 1.29 matches the command line of the process with a regular
   * expression that recurses once per character, about 230 bytes of stack each (measured). On an
   * ordinary thread of 1 MiB a class path of 5,000 characters ends the process; this is room for
   * the longest command line Linux takes, and costs address space only.
   */
  private static final long STACK_BYTES = 512L << 20;

  private OnnxEnvironment() {}

  static OrtEnvironment get() {
    FutureTask<OrtEnvironment> start =
        new FutureTask<>(
            () -> OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "amulet"));
    Thread thread = new Thread(null, start, "amulet-onnx-start", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return start.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LinkageError missing) {
        throw new IllegalStateException(OnnxChecks.nativeAdvice(missing), missing);
      }
      throw new IllegalStateException("ONNX Runtime does not start: " + e.getCause(), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
