package dev.amulet.training;

import dev.amulet.format.v1.Calibration;
import dev.amulet.format.v1.IntervalOffsets;
import dev.amulet.format.v1.IntervalSpace;
import dev.amulet.format.v1.Link;
import dev.amulet.format.v1.Outputs;
import dev.amulet.format.v1.TargetFunction;
import dev.amulet.format.v1.TargetTransform;
import dev.amulet.format.v1.Task;
import dev.amulet.training.data.Target;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Between the target as the table holds it and the margins that learners are trained on. */
final class TargetCoding {
  /** Largest number a learner is trained on; they work in float32. */
  static final double LARGEST = 1e37;

  private final Target target;
  private final TargetFunction function;

  /**
   * @param transformer where automatic, the target is learned as it is until something else has
   *     been found to do better
   */
  TargetCoding(Target target, ExperimentConfig.TargetTransformer transformer) {
    this.target = target;
    function =
        switch (transformer) {
          case LOG -> TargetFunction.TARGET_LOG;
          case SQRT -> TargetFunction.TARGET_SQRT;
          case IDENTITY, AUTO -> TargetFunction.TARGET_IDENTITY;
        };
    if (target.task() != Task.REGRESSION && function != TargetFunction.TARGET_IDENTITY) {
      throw new TrainingException(
          "setting target_transformer is \""
              + transformer.name().toLowerCase(Locale.ROOT)
              + "\", but \""
              + target.column()
              + "\" is a class label; only a regression target can be transformed");
    }
  }

  /** The function the target is learned through. */
  ExperimentConfig.TargetTransformer transformer() {
    return switch (function) {
      case TARGET_LOG -> ExperimentConfig.TargetTransformer.LOG;
      case TARGET_SQRT -> ExperimentConfig.TargetTransformer.SQRT;
      default -> ExperimentConfig.TargetTransformer.IDENTITY;
    };
  }

  Task task() {
    return target.task();
  }

  int classes() {
    return target.classes().size();
  }

  /** Margins of a model: one, or one per class. */
  int margins() {
    return task() == Task.MULTICLASS ? classes() : 1;
  }

  /** Labels a learner is trained on: the target in margin space, or the class index. */
  double[] encode(double[] values) {
    double[] encoded = values.clone();
    for (int i = 0; i < encoded.length; i++) {
      encoded[i] = encode(encoded[i]);
      if (Math.abs(encoded[i]) > LARGEST) {
        throw new TrainingException(
            "target \"%s\" holds %s, expected numbers within ±%s; correct it or use other units"
                .formatted(target.column(), values[i], LARGEST));
      }
    }
    return encoded;
  }

  private double encode(double value) {
    return switch (function) {
      case TARGET_LOG -> {
        requireAtLeast(value, -1, "log");
        yield Math.log1p(value);
      }
      case TARGET_SQRT -> {
        requireAtLeast(value, 0, "sqrt");
        yield Math.sqrt(value);
      }
      default -> value;
    };
  }

  private void requireAtLeast(double value, double least, String name) {
    if (value < least || (least < 0 && value == least)) {
      throw new TrainingException(
          "setting target_transformer is \""
              + name
              + "\", but target \""
              + target.column()
              + "\" holds "
              + value
              + "; use identity");
    }
  }

  /**
   * The outputs a model with this target has.
   *
   * @param labelThreshold from which probability on the second of two classes is predicted
   * @param calibration of the probabilities; without a method for none
   * @param intervals of a regression, or null
   */
  Outputs outputs(
      double labelThreshold, Calibration calibration, @Nullable IntervalOffsets intervals) {
    Outputs.Builder outputs =
        Outputs.newBuilder()
            .setTask(task())
            .setTarget(target.column())
            .addAllClasses(target.classes());
    switch (task()) {
      case REGRESSION ->
          outputs
              .setLink(Link.LINK_IDENTITY)
              .setTargetTransform(
                  TargetTransform.newBuilder().setFunction(function).setMean(0).setScale(1));
      case BINARY -> outputs.setLink(Link.LINK_LOGISTIC).setLabelThreshold(labelThreshold);
      case MULTICLASS -> outputs.setLink(Link.LINK_SOFTMAX);
      default -> throw new IllegalStateException("no such task: " + task());
    }
    if (calibration.getMethodCase() != Calibration.MethodCase.METHOD_NOT_SET) {
      outputs.setCalibration(calibration);
    }
    if (intervals != null) {
      outputs.addIntervals(intervals);
    }
    return outputs.build();
  }

  /** Where offsets of intervals are added: before the inverse transform, where there is one. */
  IntervalSpace intervalSpace() {
    return function == TargetFunction.TARGET_IDENTITY
        ? IntervalSpace.RESPONSE
        : IntervalSpace.MARGIN;
  }

  /**
   * Predictions from margins, row by row: regression {@code [rows][1]} values, classification
   * {@code [rows][classes]} probabilities.
   */
  double[][] decode(double[][] margins) {
    return decode(margins, Calibration.getDefaultInstance());
  }

  /** As {@link #decode(double[][])}, with calibrated probabilities. */
  double[][] decode(double[][] margins, Calibration calibration) {
    double[][] decoded = new double[margins.length][];
    for (int i = 0; i < margins.length; i++) {
      decoded[i] = decode(margins[i], calibration);
    }
    return decoded;
  }

  /** One row of {@link #decode(double[][], Calibration)}. */
  double[] decode(double[] margins, Calibration calibration) {
    return switch (task()) {
      case BINARY -> {
        double margin =
            calibration.hasPlatt()
                ? calibration.getPlatt().getSlope() * margins[0]
                    + calibration.getPlatt().getIntercept()
                : margins[0];
        double p = 1 / (1 + Math.exp(-margin));
        yield new double[] {1 - p, p};
      }
      case MULTICLASS ->
          softmax(
              margins,
              calibration.hasTemperature() ? calibration.getTemperature().getTemperature() : 1);
      default -> new double[] {inverse(margins[0])};
    };
  }

  private double inverse(double margin) {
    return switch (function) {
      case TARGET_LOG -> Math.expm1(margin);
      case TARGET_SQRT -> margin < 0 ? 0 : margin * margin;
      default -> margin;
    };
  }

  private static double[] softmax(double[] margins, double temperature) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double margin : margins) {
      largest = Math.max(largest, margin);
    }
    double[] probabilities = new double[margins.length];
    double sum = 0;
    for (int k = 0; k < margins.length; k++) {
      probabilities[k] = Math.exp((margins[k] - largest) / temperature);
      sum += probabilities[k];
    }
    for (int k = 0; k < margins.length; k++) {
      probabilities[k] /= sum;
    }
    return probabilities;
  }
}
