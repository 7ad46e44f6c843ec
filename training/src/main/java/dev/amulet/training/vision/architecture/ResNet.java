package dev.amulet.training.vision.architecture;

import dev.amulet.training.onnx.Convolution;
import dev.amulet.training.onnx.OnnxGraphBuilder;
import java.util.List;

/**
 * He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", 2016, with the stride on the
 * 3x3 convolution; squeeze and excitation: Hu, Shen, Sun, 2018; grouped: Xie et al., "Aggregated
 * Residual Transformations", 2017. The {@code legacy} ones are those of Cadene's collection: other
 * parameter names, another pooling after the stem and, ungrouped, the stride on the first 1x1.
 */
public final class ResNet implements Architecture {
  private static final List<Integer> LAYERS = List.of(3, 4, 6, 3);
  private static final int STEM = 64;
  private static final int EXPANSION = 4;
  private static final int REDUCTION = 16;

  private final boolean bottleneck;
  private final int groups;
  private final String gate;
  private final boolean legacy;

  private ResNet(boolean bottleneck, int groups, String gate, boolean legacy) {
    this.bottleneck = bottleneck;
    this.groups = groups;
    this.gate = gate;
    this.legacy = legacy;
  }

  public static Architecture resnet34() {
    return new ResNet(false, 1, "", false);
  }

  public static Architecture resnet50() {
    return new ResNet(true, 1, "", false);
  }

  public static Architecture seresnet50() {
    return new ResNet(true, 1, ".se", false);
  }

  public static Architecture seresnext50() {
    return new ResNet(true, 32, ".se", false);
  }

  public static Architecture legacySeresnet50() {
    return new ResNet(true, 1, ".se_module", true);
  }

  public static Architecture legacySeresnext50() {
    return new ResNet(true, 32, ".se_module", true);
  }

  @Override
  public String features(OnnxGraphBuilder net, String pixels) {
    String stem = legacy ? "layer0." : "";
    String x = net.conv(pixels, stem + "conv1", Convolution.of(STEM, 7).withStride(2));
    x = net.relu(net.batchNorm(x, stem + "bn1"));
    x = legacy ? net.maxPool(x, 3, 2, 0, true) : net.maxPool(x, 3, 2, 1);
    for (int stage = 0; stage < LAYERS.size(); stage++) {
      int channels = STEM << stage;
      for (int i = 0; i < LAYERS.get(stage); i++) {
        int stride = stage > 0 && i == 0 ? 2 : 1;
        x = block(net, x, "layer" + (stage + 1) + "." + i, channels, stride);
      }
    }
    return x;
  }

  private String block(OnnxGraphBuilder net, String input, String name, int channels, int stride) {
    int out = bottleneck ? EXPANSION * channels : channels;
    String x =
        bottleneck
            ? narrow(net, input, name, channels, stride)
            : plain(net, input, name, channels, stride);
    if (!gate.isEmpty()) {
      x = gated(net, x, name + gate);
    }
    String skip = input;
    if (stride > 1 || net.channelsOf(input) != out) {
      skip = net.conv(input, name + ".downsample.0", Convolution.of(out, 1).withStride(stride));
      skip = net.batchNorm(skip, name + ".downsample.1");
    }
    return net.relu(net.add(x, skip));
  }

  private static String plain(
      OnnxGraphBuilder net, String input, String name, int channels, int stride) {
    String x = net.conv(input, name + ".conv1", Convolution.of(channels, 3).withStride(stride));
    x = net.relu(net.batchNorm(x, name + ".bn1"));
    x = net.conv(x, name + ".conv2", Convolution.of(channels, 3));
    return net.batchNorm(x, name + ".bn2");
  }

  private String narrow(OnnxGraphBuilder net, String input, String name, int channels, int stride) {
    int width = groups > 1 ? 2 * channels : channels;
    boolean early = legacy && groups == 1;
    Convolution first = Convolution.of(width, 1).withStride(early ? stride : 1);
    Convolution middle = Convolution.of(width, 3).withStride(early ? 1 : stride).withGroups(groups);
    String x = net.relu(net.batchNorm(net.conv(input, name + ".conv1", first), name + ".bn1"));
    x = net.relu(net.batchNorm(net.conv(x, name + ".conv2", middle), name + ".bn2"));
    x = net.conv(x, name + ".conv3", Convolution.of(EXPANSION * channels, 1));
    return net.batchNorm(x, name + ".bn3");
  }

  private static String gated(OnnxGraphBuilder net, String x, String name) {
    int channels = net.channelsOf(x);
    Convolution reduce = Convolution.of(channels / REDUCTION, 1).withBias();
    Convolution expand = Convolution.of(channels, 1).withBias();
    String squeezed = net.relu(net.conv(net.globalAveragePool(x), name + ".fc1", reduce));
    return net.mul(x, net.sigmoid(net.conv(squeezed, name + ".fc2", expand)));
  }
}
