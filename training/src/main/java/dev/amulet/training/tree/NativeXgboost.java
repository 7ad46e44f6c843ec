package dev.amulet.training.tree;

import dev.amulet.training.TrainingException;
import dev.amulet.training.feature.FeatureMatrix;
import java.util.regex.Pattern;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** Runs calls into XGBoost's native library and says in one sentence why one cannot work. */
final class NativeXgboost {
  /** {@code [12:00:00] /build/src/learner.cc:123: } */
  private static final Pattern SOURCE = Pattern.compile("^(\\[[0-9:]+] )?(\\S+:\\d+: )?");

  private NativeXgboost() {}

  /** A call that reaches native code. */
  interface Call<T> {
    T run() throws XGBoostError;
  }

  static <T> T call(Call<T> call) {
    try {
      return call.run();
    } catch (XGBoostError e) {
      throw new TrainingException("XGBoost: " + firstLine(String.valueOf(e.getMessage())), e);
    } catch (LinkageError e) {
      throw new TrainingException(adviceFor(e), e);
    }
  }

  /** Without time and source line; the lines after it are addresses in the native library. */
  static String firstLine(String message) {
    String first = message.lines().filter(line -> !line.isBlank()).findFirst().orElse(message);
    return SOURCE.matcher(first.strip()).replaceFirst("");
  }

  /**
   * A matrix {@code [rows, slots]} as XGBoost takes it, NaN = missing; the caller disposes of it.
   * XGBoost refuses infinite values, so they become the largest finite ones: on the same side of
   * every threshold.
   */
  static DMatrix matrix(FeatureMatrix features, int[] slots) throws XGBoostError {
    FeatureMatrix selected = features.selectColumns(slots);
    float[] values = selected.values();
    for (int i = 0; i < values.length; i++) {
      if (Float.isInfinite(values[i])) {
        values[i] = Math.copySign(Float.MAX_VALUE, values[i]);
      }
    }
    return new DMatrix(values, selected.rows(), selected.columns(), Float.NaN);
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
