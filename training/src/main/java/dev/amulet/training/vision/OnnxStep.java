package dev.amulet.training.vision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Collection;
import java.util.Map;

/** One run through a graph: the values computed so far. */
final class OnnxStep {
  private final OnnxBlock block;
  private final NDManager manager;
  private final OnnxBlock.Mode mode;
  private final Map<String, NDArray> values;
  private final Collection<String> wanted;

  OnnxStep(
      OnnxBlock block,
      NDManager manager,
      OnnxBlock.Mode mode,
      Map<String, NDArray> values,
      Collection<String> wanted) {
    this.block = block;
    this.manager = manager;
    this.mode = mode;
    this.values = values;
    this.wanted = wanted;
  }

  /** A value computed in this run, or a parameter. */
  NDArray value(String name) {
    NDArray computed = values.get(name);
    return computed != null ? computed : block.parameter(name);
  }

  boolean computed(String name) {
    return values.containsKey(name);
  }

  /** Whether the caller wants this value itself. */
  boolean tapped(String name) {
    return wanted.contains(name);
  }

  NDManager manager() {
    return manager;
  }

  OnnxBlock.Mode mode() {
    return mode;
  }

  boolean frozen(String parameter) {
    return block.isFrozen(parameter);
  }
}
