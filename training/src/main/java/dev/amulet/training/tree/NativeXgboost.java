package dev.amulet.training.tree;

import dev.amulet.training.TrainingException;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** Runs calls into XGBoost's native library and says in one sentence why one cannot work. */
final class NativeXgboost {
  private NativeXgboost() {}

  /** A call that reaches native code. */
  interface Call<T> {
    T run() throws XGBoostError;
  }

  static <T> T call(Call<T> call) {
    try {
      return call.run();
    } catch (XGBoostError e) {
      throw new TrainingException("XGBoost: " + e.getMessage(), e);
    } catch (LinkageError e) {
      throw new TrainingException(adviceFor(e), e);
    }
  }

  /** A second failure arrives as NoClassDefFoundError, with the first one's text in its cause. */
  static String adviceFor(LinkageError error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (message.contains("libgomp")) {
        return "XGBoost cannot start: the system library libgomp.so.1 is missing; install the"
            + " package libgomp1 (Debian, Ubuntu) or libgomp (Fedora, Red Hat)";
      }
      if (message.contains("libomp")) {
        return "XGBoost cannot start: the system library libomp is missing; install the package"
            + " libomp (macOS: brew install libomp)";
      }
    }
    return "XGBoost cannot start: its native library does not load on this system ("
        + error
        + "); expected Linux with glibc and the package libgomp1, or macOS with libomp";
  }
}
