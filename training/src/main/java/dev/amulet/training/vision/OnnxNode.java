package dev.amulet.training.vision;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * One node, ready to run.
 *
 * @param output the value it computes
 * @param inputs the computed values it reads; stored tensors are not among them
 * @param statistics running mean and variance it owns, if it is a BatchNormalization
 * @param operator computes the output; the result belongs to the step's manager
 */
record OnnxNode(String output, List<String> inputs, List<String> statistics, Operator operator) {
  /** What a node does. */
  @FunctionalInterface
  interface Operator {
    NDArray apply(OnnxStep step);
  }

  OnnxNode {
    inputs = List.copyOf(inputs);
    statistics = List.copyOf(statistics);
  }
}
