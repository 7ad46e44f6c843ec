package dev.amulet.training.vision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Moves parameters along their gradients: AdamW (Loshchilov and Hutter, "Decoupled Weight Decay
 * Regularization", 2019) or SGD with momentum, each as PyTorch has it. Every parameter has its own
 * factor on the learning rate and its own weight decay. Not for several threads.
 */
final class Optimiser implements AutoCloseable {
  /**
   * What moves a parameter.
   *
   * @param adam AdamW, else SGD
   * @param momentum of SGD; AdamW's first moment otherwise
   * @param second AdamW's second moment
   * @param epsilon AdamW's
   */
  record Rule(boolean adam, double momentum, double second, double epsilon) {
    static Rule adamW() {
      return new Rule(true, 0.9, 0.999, 1e-8);
    }

    static Rule sgd(double momentum) {
      return new Rule(false, momentum, 0, 0);
    }
  }

  /**
   * One parameter.
   *
   * @param rate factor on the learning rate
   * @param decay weight decay
   */
  record Group(String name, NDArray parameter, double rate, double decay) {
    static Group of(String name, NDArray parameter) {
      return new Group(name, parameter, 1, 0);
    }
  }

  private static final String STEPS = "steps";

  private final List<Group> groups;
  private final Rule rule;
  private final NDManager state;
  private final List<NDArray> first = new ArrayList<>();
  private final List<NDArray> second = new ArrayList<>();
  private int steps;

  Optimiser(List<Group> groups, Rule rule, NDManager parent) {
    this.groups = List.copyOf(groups);
    this.rule = rule;
    this.state = parent.newSubManager();
    for (Group group : groups) {
      first.add(state.zeros(group.parameter().getShape()));
      if (rule.adam()) {
        second.add(state.zeros(group.parameter().getShape()));
      }
    }
  }

  /** Length of all gradients together; not finite where the loss was not. */
  double gradientNorm() {
    return Torch.withoutGradients(
        () -> {
          try (NDManager scratch = state.newSubManager()) {
            NDArray total = scratch.create(0f);
            for (Group group : groups) {
              NDArray flat = gradient(group, scratch).flatten();
              total.addi(flat.dot(flat));
            }
            return Math.sqrt(total.getFloat());
          }
        });
  }

  private static NDArray gradient(Group group, NDManager scratch) {
    NDArray gradient = group.parameter().getGradient();
    gradient.attach(scratch);
    return gradient;
  }

  /**
   * One step; gradients are zero afterwards.
   *
   * @param learningRate before each parameter's own factor
   * @param scale factor on all gradients, less than 1 to clip them
   */
  void update(double learningRate, double scale) {
    steps++;
    Torch.withoutGradients(
        () -> {
          for (int i = 0; i < groups.size(); i++) {
            move(i, learningRate * groups.get(i).rate(), scale);
          }
        });
  }

  private void move(int i, double rate, double scale) {
    try (NDManager scratch = state.newSubManager()) {
      NDArray gradient = gradient(groups.get(i), scratch);
      if (scale != 1) {
        gradient.muli(scale);
      }
      if (rule.adam()) {
        adam(i, gradient, rate);
      } else {
        momentum(i, gradient, rate);
      }
      JniUtils.zeroGrad((PtNDArray) groups.get(i).parameter());
    }
  }

  private void momentum(int i, NDArray gradient, double rate) {
    NDArray parameter = groups.get(i).parameter();
    double decay = groups.get(i).decay();
    if (decay > 0) {
      gradient.addi(gradient.getManager().create((float) decay).mul(parameter));
    }
    NDArray velocity = first.get(i);
    velocity.muli(rule.momentum()).addi(gradient);
    parameter.subi(gradient.getManager().create((float) rate).mul(velocity));
  }

  private void adam(int i, NDArray gradient, double rate) {
    NDArray parameter = groups.get(i).parameter();
    double decay = groups.get(i).decay();
    NDManager scratch = gradient.getManager();
    if (decay > 0) {
      parameter.muli(1 - rate * decay);
    }
    NDArray mean = first.get(i);
    NDArray square = second.get(i);
    square.muli(rule.second()).addi(gradient.mul(gradient).muli(1 - rule.second()));
    mean.muli(rule.momentum()).addi(gradient.muli(1 - rule.momentum()));
    double bias1 = 1 - Math.pow(rule.momentum(), steps);
    double bias2 = Math.sqrt(1 - Math.pow(rule.second(), steps));
    NDArray root = square.sqrt();
    root.attach(scratch);
    root.addi((float) (rule.epsilon() * bias2));
    parameter.subi(scratch.create((float) (rate * bias2 / bias1)).mul(mean).divi(root));
  }

  /** Moments by parameter name, and the number of steps as "steps". */
  Map<String, float[]> snapshot() {
    Map<String, float[]> values = new LinkedHashMap<>();
    values.put(STEPS, new float[] {steps});
    for (int i = 0; i < groups.size(); i++) {
      values.put(groups.get(i).name() + "/1", first.get(i).toFloatArray());
      if (rule.adam()) {
        values.put(groups.get(i).name() + "/2", second.get(i).toFloatArray());
      }
    }
    return values;
  }

  /** Puts {@link #snapshot()} back. */
  void restore(Map<String, float[]> values) {
    steps = (int) require(values, STEPS)[0];
    for (int i = 0; i < groups.size(); i++) {
      first.get(i).set(require(values, groups.get(i).name() + "/1"));
      if (rule.adam()) {
        second.get(i).set(require(values, groups.get(i).name() + "/2"));
      }
    }
  }

  private static float[] require(Map<String, float[]> values, String name) {
    float[] found = values.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no moments of \"" + name + "\"");
    }
    return found;
  }

  @Override
  public void close() {
    state.close();
  }
}
