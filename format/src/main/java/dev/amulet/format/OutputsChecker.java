package dev.amulet.format;

import dev.amulet.format.v1.Calibration;
import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.IntervalOffsets;
import dev.amulet.format.v1.Isotonic;
import dev.amulet.format.v1.Link;
import dev.amulet.format.v1.Outputs;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.Schema;
import dev.amulet.format.v1.Task;
import java.util.HashSet;
import java.util.Set;

/** The rules of how margins become a prediction. */
final class OutputsChecker {
  private OutputsChecker() {}

  /** Margins of every model stage: one, or one per class of a multiclass task. */
  static int margins(Outputs outputs) {
    return outputs.getTask() == Task.MULTICLASS ? outputs.getClassesCount() : 1;
  }

  static void check(Outputs outputs, Schema schema, Where where) throws ArtifactException {
    if (outputs.getTarget().isEmpty()) {
      throw where.at("target").bad("empty, expected the name of the target");
    }
    for (Column column : schema.getColumnsList()) {
      if (column.getRole() == Role.TARGET && !column.getName().equals(outputs.getTarget())) {
        throw where
            .at("target")
            .bad(
                Where.quote(outputs.getTarget())
                    + ", expected "
                    + Where.quote(column.getName())
                    + ", the column of role TARGET");
      }
    }
    classes(outputs, where);
    link(outputs, where);
    transform(outputs, where);
    if (outputs.hasCalibration()) {
      calibration(outputs.getCalibration(), outputs.getTask(), where.at("calibration"));
    }
    intervals(outputs, where);
  }

  private static void classes(Outputs outputs, Where where) throws ArtifactException {
    int count = outputs.getClassesCount();
    boolean fits =
        switch (outputs.getTask()) {
          case REGRESSION -> count == 0;
          case BINARY -> count == 2;
          default -> count >= 3 && count <= Limits.CLASSES;
        };
    if (!fits) {
      throw where
          .at("classes")
          .bad(
              count
                  + " classes for the task "
                  + outputs.getTask()
                  + ", expected none for REGRESSION, 2 for BINARY, 3 to "
                  + Limits.CLASSES
                  + " for MULTICLASS");
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < count; i++) {
      if (!seen.add(outputs.getClasses(i))) {
        throw where
            .at("classes", i)
            .named(outputs.getClasses(i))
            .bad("occurs twice, expected distinct labels");
      }
    }
    double threshold = outputs.getLabelThreshold();
    boolean binary = outputs.getTask() == Task.BINARY;
    if (binary ? !(threshold > 0 && threshold < 1) : threshold != 0) {
      throw where
          .at("label_threshold")
          .bad(threshold + ", expected " + (binary ? "more than 0 and less than 1" : "0, unset"));
    }
  }

  private static void link(Outputs outputs, Where where) throws ArtifactException {
    Link expected =
        switch (outputs.getTask()) {
          case REGRESSION -> Link.LINK_IDENTITY;
          case BINARY -> Link.LINK_LOGISTIC;
          default -> Link.LINK_SOFTMAX;
        };
    if (outputs.getLink() != expected) {
      throw where
          .at("link")
          .bad(outputs.getLink() + ", expected " + expected + " for the task " + outputs.getTask());
    }
  }

  private static void transform(Outputs outputs, Where where) throws ArtifactException {
    Where at = where.at("target_transform");
    boolean regression = outputs.getTask() == Task.REGRESSION;
    if (outputs.hasTargetTransform() != regression) {
      throw at.bad(
          regression
              ? "not set, expected one for REGRESSION (identity: TARGET_IDENTITY, mean 0, scale 1)"
              : "set for the task " + outputs.getTask() + ", expected none");
    }
    double scale = outputs.getTargetTransform().getScale();
    if (regression && scale <= 0) {
      throw at.at("scale").bad(scale + ", expected more than 0");
    }
  }

  private static void calibration(Calibration calibration, Task task, Where where)
      throws ArtifactException {
    Task expected =
        switch (calibration.getMethodCase()) {
          case PLATT, ISOTONIC -> Task.BINARY;
          case TEMPERATURE -> Task.MULTICLASS;
          case METHOD_NOT_SET -> throw where.bad("no method set, expected one or no calibration");
        };
    if (task != expected) {
      throw where.bad(
          calibration.getMethodCase()
              + " for the task "
              + task
              + ", expected it for "
              + expected
              + " only");
    }
    if (calibration.hasTemperature() && calibration.getTemperature().getTemperature() <= 0) {
      throw where
          .at("temperature")
          .bad(calibration.getTemperature().getTemperature() + ", expected more than 0");
    }
    if (calibration.hasIsotonic()) {
      isotonic(calibration.getIsotonic(), where.at("isotonic"));
    }
  }

  private static void isotonic(Isotonic points, Where where) throws ArtifactException {
    int count = points.getProbabilityCount();
    if (count == 0 || count != points.getCalibratedCount()) {
      throw where.bad(
          count
              + " probabilities and "
              + points.getCalibratedCount()
              + " calibrated values, expected as many of each, at least one");
    }
    for (int i = 0; i < count; i++) {
      double x = points.getProbability(i);
      double y = points.getCalibrated(i);
      boolean rises =
          i == 0 || (x > points.getProbability(i - 1) && y >= points.getCalibrated(i - 1));
      if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1 && rises)) {
        throw where.bad(
            "point "
                + i
                + " is ("
                + x
                + ", "
                + y
                + "), expected rising points with both values in 0 to 1");
      }
    }
  }

  private static void intervals(Outputs outputs, Where where) throws ArtifactException {
    if (outputs.getIntervalsCount() > 0 && outputs.getTask() != Task.REGRESSION) {
      throw where
          .at("intervals")
          .bad("set for the task " + outputs.getTask() + ", expected for REGRESSION only");
    }
    Set<Double> coverages = new HashSet<>();
    for (int i = 0; i < outputs.getIntervalsCount(); i++) {
      IntervalOffsets interval = outputs.getIntervals(i);
      Where at = where.at("intervals", i);
      double coverage = interval.getCoverage();
      if (!(coverage > 0 && coverage < 1) || !coverages.add(coverage)) {
        throw at.at("coverage")
            .bad(coverage + ", expected more than 0 and less than 1, each coverage once");
      }
      if (interval.getLower() > interval.getUpper()) {
        throw at.bad("lower " + interval.getLower() + " is above upper " + interval.getUpper());
      }
    }
  }
}
