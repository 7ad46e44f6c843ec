package dev.amulet.runtime.internal.output;

import dev.amulet.format.v1.Calibration;
import dev.amulet.format.v1.IntervalOffsets;
import dev.amulet.format.v1.IntervalSpace;
import dev.amulet.format.v1.Isotonic;
import dev.amulet.format.v1.Outputs;
import dev.amulet.format.v1.TargetFunction;
import dev.amulet.format.v1.Task;
import java.util.List;

/** Margins to the numbers a caller sees. Immutable, thread-safe, allocates nothing. */
public final class OutputKernel {
  private final Task task;
  private final double threshold;
  private final TargetFunction function;
  private final double mean;
  private final double scale;
  private final Calibration calibration;
  private final double[] isotonicFrom;
  private final double[] isotonicTo;
  private final List<IntervalOffsets> intervals;

  public OutputKernel(Outputs outputs) {
    task = outputs.getTask();
    threshold = outputs.getLabelThreshold();
    function = outputs.getTargetTransform().getFunction();
    mean = outputs.getTargetTransform().getMean();
    scale = outputs.getTargetTransform().getScale();
    calibration = outputs.getCalibration();
    intervals = outputs.getIntervalsList();
    Isotonic isotonic = calibration.getIsotonic();
    isotonicFrom = isotonic.getProbabilityList().stream().mapToDouble(d -> d).toArray();
    isotonicTo = isotonic.getCalibratedList().stream().mapToDouble(d -> d).toArray();
  }

  /** Regression: the value in the target's unit. */
  public double value(double[] margins) {
    return value(margins[0]);
  }

  /** Regression: intervals around the value, one per coverage of the manifest. */
  public int intervals() {
    return intervals.size();
  }

  /** Target coverage of an interval. */
  public double coverage(int interval) {
    return intervals.get(interval).getCoverage();
  }

  /** Lower end of an interval, in the target's unit. */
  public double lower(double[] margins, int interval) {
    return end(margins[0], intervals.get(interval), intervals.get(interval).getLower());
  }

  /** Upper end of an interval, in the target's unit. */
  public double upper(double[] margins, int interval) {
    return end(margins[0], intervals.get(interval), intervals.get(interval).getUpper());
  }

  private double end(double margin, IntervalOffsets interval, double offset) {
    return interval.getSpace() == IntervalSpace.MARGIN
        ? value(margin + offset)
        : value(margin) + offset;
  }

  private double value(double margin) {
    double y = margin * scale + mean;
    return switch (function) {
      case TARGET_LOG -> Math.expm1(y);
      case TARGET_SQRT -> y < 0 ? 0 : y * y;
      default -> y;
    };
  }

  /**
   * Classification: fills the probabilities.
   *
   * @return index of the predicted class
   */
  public int probabilities(double[] margins, double[] probabilities) {
    if (task == Task.BINARY) {
      double p = binary(margins[0]);
      probabilities[0] = 1 - p;
      probabilities[1] = p;
      return p >= threshold ? 1 : 0;
    }
    double temperature =
        calibration.hasTemperature() ? calibration.getTemperature().getTemperature() : 1;
    return softmax(margins, temperature, probabilities);
  }

  private double binary(double margin) {
    if (calibration.hasPlatt()) {
      return logistic(
          calibration.getPlatt().getSlope() * margin + calibration.getPlatt().getIntercept());
    }
    double p = logistic(margin);
    return calibration.hasIsotonic() ? interpolate(p) : p;
  }

  private static double logistic(double margin) {
    return 1 / (1 + Math.exp(-margin));
  }

  private double interpolate(double p) {
    int last = isotonicFrom.length - 1;
    if (p <= isotonicFrom[0]) {
      return isotonicTo[0];
    }
    if (p >= isotonicFrom[last]) {
      return isotonicTo[last];
    }
    int right = 1;
    while (isotonicFrom[right] < p) {
      right++;
    }
    double share = (p - isotonicFrom[right - 1]) / (isotonicFrom[right] - isotonicFrom[right - 1]);
    return isotonicTo[right - 1] + share * (isotonicTo[right] - isotonicTo[right - 1]);
  }

  private static int softmax(double[] margins, double temperature, double[] probabilities) {
    int best = 0;
    for (int k = 1; k < margins.length; k++) {
      if (margins[k] > margins[best]) {
        best = k;
      }
    }
    double sum = 0;
    for (int k = 0; k < margins.length; k++) {
      // Relative to the largest, so that exp never overflows.
      probabilities[k] = Math.exp((margins[k] - margins[best]) / temperature);
      sum += probabilities[k];
    }
    for (int k = 0; k < margins.length; k++) {
      probabilities[k] /= sum;
    }
    return best;
  }
}
