package dev.amulet.server.wire;

import dev.amulet.format.v1.Task;
import dev.amulet.runtime.Contributions;
import dev.amulet.runtime.FeatureSpace;
import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.Schema;
import dev.amulet.runtime.ScoreOptions;
import dev.amulet.runtime.ScoreOptions.Part;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.server.model.ModelVersion;
import dev.amulet.server.model.RequestException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One result of an Open Inference Protocol answer. A regression gives {@code <target>} FP64 [N]; a
 * classification {@code <target>} BYTES [N], the labels, and {@code <target>.probabilities} FP64
 * [N,K] in the order of the property {@code classes}. On request: {@code <target>.lower} and {@code
 * .upper} FP64 [N], and {@code contributions} FP64 [N,F+1] or [N,K,F+1], the bias last.
 *
 * @param labels elements of BYTES; empty for FP64
 * @param numbers elements of FP64, row-major; empty for BYTES
 */
@SuppressWarnings("ArrayRecordComponent") // Thousands of values: a list would box them.
public record OutputTensor(
    String name, Datatype datatype, List<Long> shape, List<String> labels, double[] numbers) {
  private static final String CONTRIBUTIONS = "contributions";

  /** Name, type and shape of what a model can give, -1 for the rows; the flag: unasked, too. */
  public record Spec(String name, Datatype datatype, List<Long> shape, boolean always) {}

  /** What a model can give. */
  public static List<Spec> specs(ModelVersion model) {
    Schema schema = model.schema();
    Set<Part> parts = model.scorer().available();
    List<Spec> specs = new ArrayList<>();
    String target = schema.target();
    long classes = schema.classes().size();
    if (schema.task() == Task.REGRESSION) {
      specs.add(new Spec(target, Datatype.FP64, List.of(-1L), true));
    } else {
      specs.add(new Spec(target, Datatype.BYTES, List.of(-1L), true));
      specs.add(new Spec(target + ".probabilities", Datatype.FP64, List.of(-1L, classes), true));
    }
    if (parts.contains(Part.INTERVALS)) {
      specs.add(new Spec(target + ".lower", Datatype.FP64, List.of(-1L), false));
      specs.add(new Spec(target + ".upper", Datatype.FP64, List.of(-1L), false));
    }
    if (parts.contains(Part.CONTRIBUTIONS_ORIGINAL)) {
      long features = schema.columns().size() + 1L;
      specs.add(
          new Spec(
              CONTRIBUTIONS,
              Datatype.FP64,
              schema.task() == Task.MULTICLASS
                  ? List.of(-1L, classes, features)
                  : List.of(-1L, features),
              false));
    }
    return specs;
  }

  /**
   * The outputs asked for.
   *
   * @param names in the order wanted; empty: those that a model gives unasked
   * @throws RequestException when the model has none of that name, or one is asked for twice
   */
  public static List<Spec> asked(ModelVersion model, List<String> names) {
    Map<String, Spec> known = new LinkedHashMap<>();
    specs(model).forEach(spec -> known.put(spec.name(), spec));
    if (names.isEmpty()) {
      return known.values().stream().filter(Spec::always).toList();
    }
    Set<String> once = new HashSet<>();
    List<Spec> asked = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Spec spec = known.get(names.get(i));
      String place = "outputs[" + i + "].name";
      if (spec == null) {
        throw RequestException.invalid(
            place,
            "no output \""
                + names.get(i)
                + "\"; the model's outputs are "
                + String.join(", ", known.keySet()));
      }
      if (!once.add(spec.name())) {
        throw RequestException.invalid(place, "\"" + spec.name() + "\" is asked for twice");
      }
      asked.add(spec);
    }
    return asked;
  }

  /** What the runtime must be asked for. */
  public static ScoreOptions options(List<Spec> asked) {
    ScoreOptions.Builder options = ScoreOptions.builder();
    for (Spec spec : asked) {
      if (spec.name().equals(CONTRIBUTIONS)) {
        options.contributions(FeatureSpace.ORIGINAL);
      } else if (!spec.always()) {
        options.intervals();
      }
    }
    return options.build();
  }

  /**
   * The results of rows.
   *
   * @throws RequestException when a row has none
   */
  public static List<OutputTensor> of(ModelVersion model, List<Spec> asked, List<ScoredRow> rows) {
    Problems.requireScores(rows);
    List<OutputTensor> tensors = new ArrayList<>();
    for (Spec spec : asked) {
      List<String> labels = new ArrayList<>();
      int width = 1;
      List<Long> shape = new ArrayList<>(spec.shape());
      shape.set(0, (long) rows.size());
      for (int i = 1; i < shape.size(); i++) {
        width *= shape.get(i).intValue();
      }
      double[] numbers = new double[spec.datatype() == Datatype.BYTES ? 0 : rows.size() * width];
      for (int i = 0; i < rows.size(); i++) {
        Prediction prediction = rows.get(i).prediction();
        if (prediction == null) {
          throw new IllegalStateException("every row has a score");
        }
        if (spec.datatype() == Datatype.BYTES) {
          labels.add(prediction.label());
        } else {
          fill(model, spec, prediction, numbers, i * width);
        }
      }
      tensors.add(new OutputTensor(spec.name(), spec.datatype(), shape, labels, numbers));
    }
    return tensors;
  }

  private static void fill(
      ModelVersion model, Spec spec, Prediction prediction, double[] numbers, int first) {
    String target = model.schema().target();
    if (spec.name().equals(target)) {
      numbers[first] = prediction.value();
    } else if (spec.name().equals(target + ".probabilities")) {
      double[] probabilities = prediction.probabilities();
      System.arraycopy(probabilities, 0, numbers, first, probabilities.length);
    } else if (spec.name().equals(target + ".lower")) {
      numbers[first] = prediction.lower();
    } else if (spec.name().equals(target + ".upper")) {
      numbers[first] = prediction.upper();
    } else {
      Contributions contributions = prediction.contributions(FeatureSpace.ORIGINAL);
      int at = first;
      for (int output = 0; output < contributions.outputs(); output++) {
        double[] values = contributions.values(output);
        System.arraycopy(values, 0, numbers, at, values.length);
        at += values.length;
        numbers[at++] = contributions.bias(output);
      }
    }
  }
}
