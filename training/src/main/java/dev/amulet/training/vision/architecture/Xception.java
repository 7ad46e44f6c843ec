package dev.amulet.training.vision.architecture;

import dev.amulet.training.onnx.Convolution;
import dev.amulet.training.onnx.OnnxGraphBuilder;

/**
 * Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions", 2017: timm's {@code
 * legacy_xception}, the network of the paper.
 */
public final class Xception implements Architecture {
  private static final int MIDDLE = 728;
  private static final int MIDDLE_BLOCKS = 8;

  private Xception() {}

  public static Architecture xception() {
    return new Xception();
  }

  @Override
  public String features(OnnxGraphBuilder net, String pixels) {
    Convolution stem = Convolution.of(32, 3).withStride(2).withPadding(0, 0, 0, 0);
    String x = net.relu(net.batchNorm(net.conv(pixels, "conv1", stem), "bn1"));
    Convolution second = Convolution.of(64, 3).withPadding(0, 0, 0, 0);
    x = net.relu(net.batchNorm(net.conv(x, "conv2", second), "bn2"));
    x = entry(net, x, 1, 128, 128, 0);
    x = entry(net, x, 2, 256, 256, 1);
    x = entry(net, x, 3, MIDDLE, MIDDLE, 1);
    for (int i = 0; i < MIDDLE_BLOCKS; i++) {
      x = middle(net, x, "block" + (4 + i));
    }
    x = entry(net, x, 4 + MIDDLE_BLOCKS, MIDDLE, 1024, 1);
    x = net.relu(net.batchNorm(separable(net, x, "conv3", 1536), "bn3"));
    return net.relu(net.batchNorm(separable(net, x, "conv4", 2048), "bn4"));
  }

  /**
   * A block that halves the size.
   *
   * @param layer number of the first convolution in the block; 1 when a ReLU comes before it
   */
  private static String entry(
      OnnxGraphBuilder net, String input, int block, int first, int out, int layer) {
    String name = "block" + block;
    String x = layer > 0 ? net.relu(input) : input;
    x = layer(net, x, name, layer, first);
    x = layer(net, net.relu(x), name, layer + 3, out);
    x = net.maxPool(x, 3, 2, 1);
    String skip = net.conv(input, name + ".skip", Convolution.of(out, 1).withStride(2));
    return net.add(x, net.batchNorm(skip, name + ".skipbn"));
  }

  private static String middle(OnnxGraphBuilder net, String input, String name) {
    String x = input;
    for (int layer = 1; layer <= 7; layer += 3) {
      x = layer(net, net.relu(x), name, layer, MIDDLE);
    }
    return net.add(x, input);
  }

  private static String layer(
      OnnxGraphBuilder net, String x, String block, int number, int channels) {
    String convolved = separable(net, x, block + ".rep." + number, channels);
    return net.batchNorm(convolved, block + ".rep." + (number + 1));
  }

  private static String separable(OnnxGraphBuilder net, String x, String name, int channels) {
    int in = net.channelsOf(x);
    String spatial = net.conv(x, name + ".conv1", Convolution.of(in, 3).withGroups(in));
    return net.conv(spatial, name + ".pointwise", Convolution.of(channels, 1));
  }
}
