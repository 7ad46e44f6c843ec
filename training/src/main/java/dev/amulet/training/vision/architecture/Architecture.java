package dev.amulet.training.vision.architecture;

import dev.amulet.training.onnx.OnnxGraphBuilder;

/** Builds the layers of a network up to its last feature map. Stateless. */
@FunctionalInterface
public interface Architecture {
  /**
   * Adds all layers before the pooling.
   *
   * @param pixels the picture batch {@code [N,3,H,W]} in this graph
   * @return the feature map {@code [N,D,h,w]}
   */
  String features(OnnxGraphBuilder net, String pixels);
}
