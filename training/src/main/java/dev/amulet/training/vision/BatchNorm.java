package dev.amulet.training.vision;

import ai.djl.ndarray.NDArray;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.amulet.training.onnx.Attributes;
import java.util.List;

/** A BatchNormalization node: its parameters, and the two ways to compute it. */
final class BatchNorm {
  private final String scale;
  private final String shift;
  private final String mean;
  private final String variance;
  private final float epsilon;
  private final float momentum;

  BatchNorm(OnnxBlock block, NodeProto node) {
    scale = node.getInput(1);
    shift = node.getInput(2);
    mean = node.getInput(3);
    variance = node.getInput(4);
    epsilon = Attributes.real(node, "epsilon", 1e-5f);
    momentum = Attributes.real(node, "momentum", 0.9f);
    for (int i = 1; i < 5; i++) {
      OnnxNodes.stored(block, node, i);
    }
    block.learn(scale);
    block.learn(shift);
    block.load(mean);
    block.load(variance);
  }

  List<String> statistics() {
    return List.of(mean, variance);
  }

  private boolean followsBatch(OnnxStep step) {
    return step.mode() == OnnxBlock.Mode.BATCH && !step.frozen(scale);
  }

  /** On its own. */
  OnnxNode.Operator operator(String input) {
    return step -> normalise(step, step.value(input));
  }

  /** Behind a Conv that nothing else reads. */
  OnnxNode.Operator operator(OnnxWindows.Conv conv) {
    return step -> {
      if (followsBatch(step)) {
        return normalise(step, conv.apply(step));
      }
      NDArray factor = factor(step);
      NDArray weight = factor.reshape(-1, 1, 1, 1).mul(step.value(conv.weight()));
      NDArray bias = factor.mul(step.value(mean)).neg().add(step.value(shift));
      if (conv.bias() != null) {
        bias = bias.add(factor.mul(step.value(conv.bias())));
      }
      return conv.apply(step, weight, bias);
    };
  }

  private NDArray factor(OnnxStep step) {
    NDArray deviation = step.manager().create(epsilon).add(step.value(variance)).sqrt();
    return deviation.pow(-1).mul(step.value(scale));
  }

  private NDArray normalise(OnnxStep step, NDArray x) {
    return x.getNDArrayInternal()
        .batchNorm(
            x,
            step.value(mean),
            step.value(variance),
            step.value(scale),
            step.value(shift),
            -1, // channels second, as PyTorch has them: no axes are swapped
            momentum,
            epsilon,
            followsBatch(step))
        .singletonOrThrow();
  }
}
