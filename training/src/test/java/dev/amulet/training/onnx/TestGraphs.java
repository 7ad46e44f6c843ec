package dev.amulet.training.onnx;

import java.util.List;
import java.util.SplittableRandom;

/** Small networks with random parameters. */
public final class TestGraphs {
  private TestGraphs() {}

  /** conv, bn, relu, global average pool, flatten = embedding [N,8], gemm = logits [N,5]. */
  public static OnnxGraph classifier(long seed) {
    OnnxGraphBuilder net = new OnnxGraphBuilder("classifier", parameters(seed));
    String x = net.input("input", 3, 16, 16);
    x = net.relu(net.batchNorm(net.conv(x, "conv1", Convolution.of(8, 3)), "bn1"));
    x = net.flatten(net.globalAveragePool(x));
    net.output("embedding", x);
    net.output("logits", net.gemm(x, "fc", 5));
    return net.build();
  }

  /** One of every layer the builder knows, on 33x29 pixels. */
  public static OnnxGraph everyLayer() {
    OnnxGraphBuilder net = new OnnxGraphBuilder("every", parameters(5));
    String x = net.input("input", 3, 33, 29);
    x = net.conv(x, "stem", Convolution.of(8, 3).withStride(2).withPadding(0, 0, 1, 1).withBias());
    x = net.relu6(net.batchNorm(x, "stem_bn", 1e-3f));
    String y = net.conv(x, "depthwise", Convolution.of(8, 3).withGroups(8));
    y = net.silu(net.batchNorm(y, "depthwise_bn"));
    x = net.relu(net.add(x, y));
    String wide = net.conv(x, "wide", Convolution.of(4, 1).withKernel(1, 7));
    x = net.concat(List.of(x, wide, net.averagePool(x, 3, 1, 1)));
    x = net.maxPool(x, 3, 2, 1);
    String gate = net.sigmoid(net.conv(net.globalAveragePool(x), "gate", Convolution.of(20, 1)));
    x = net.flatten(net.globalAveragePool(net.mul(x, gate)));
    net.output("embedding", x);
    net.output("logits", net.gemm(x, "fc", 4));
    return net.build();
  }

  /** Uniform weights; variances and scales from 0.5 to 1.5. */
  static OnnxGraphBuilder.Parameters parameters(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return (name, shape) -> {
      float[] values = new float[shape.stream().reduce(1, Math::multiplyExact)];
      boolean positive = name.endsWith("running_var") || (shape.size() == 1 && name.contains("bn"));
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (positive ? random.nextDouble(0.5, 1.5) : random.nextDouble(-0.5, 0.5));
      }
      return values;
    };
  }

  public static float[] noise(int count) {
    SplittableRandom random = new SplittableRandom(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-2, 2);
    }
    return values;
  }
}
