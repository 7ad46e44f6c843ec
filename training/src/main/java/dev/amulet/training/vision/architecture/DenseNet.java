package dev.amulet.training.vision.architecture;

import dev.amulet.training.onnx.Convolution;
import dev.amulet.training.onnx.OnnxGraphBuilder;
import java.util.List;

/** Huang, Liu, van der Maaten, Weinberger, "Densely Connected Convolutional Networks", 2017. */
public final class DenseNet implements Architecture {
  private static final int STEM = 64;
  private static final int GROWTH = 32;
  private static final int BOTTLENECK = 4 * GROWTH;

  private final List<Integer> layers;

  private DenseNet(List<Integer> layers) {
    this.layers = layers;
  }

  public static Architecture densenet121() {
    return new DenseNet(List.of(6, 12, 24, 16));
  }

  @Override
  public String features(OnnxGraphBuilder net, String pixels) {
    String x = net.conv(pixels, "features.conv0", Convolution.of(STEM, 7).withStride(2));
    x = net.maxPool(net.relu(net.batchNorm(x, "features.norm0")), 3, 2, 1);
    for (int block = 1; block <= layers.size(); block++) {
      for (int layer = 1; layer <= layers.get(block - 1); layer++) {
        String name = "features.denseblock" + block + ".denselayer" + layer;
        x = net.concat(List.of(x, layer(net, x, name)));
      }
      if (block < layers.size()) {
        x = transition(net, x, "features.transition" + block);
      }
    }
    return net.relu(net.batchNorm(x, "features.norm5"));
  }

  private static String layer(OnnxGraphBuilder net, String input, String name) {
    String x = net.relu(net.batchNorm(input, name + ".norm1"));
    x = net.conv(x, name + ".conv1", Convolution.of(BOTTLENECK, 1));
    x = net.relu(net.batchNorm(x, name + ".norm2"));
    return net.conv(x, name + ".conv2", Convolution.of(GROWTH, 3));
  }

  private static String transition(OnnxGraphBuilder net, String input, String name) {
    String x = net.relu(net.batchNorm(input, name + ".norm"));
    x = net.conv(x, name + ".conv", Convolution.of(net.channelsOf(input) / 2, 1));
    return net.averagePool(x, 2, 2, 0);
  }
}
