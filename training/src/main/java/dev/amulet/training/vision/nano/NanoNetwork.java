package dev.amulet.training.vision.nano;

import dev.amulet.training.onnx.Convolution;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.OnnxGraphBuilder;
import java.util.List;

/**
 * The graph of {@code nano}: inverted residual blocks (Sandler et al., "MobileNetV2: inverted
 * residuals and linear bottlenecks", 2018), the first two with an ordinary convolution in place of
 * the depthwise one (Gupta and Akin, "Accelerator-aware neural network design using AutoML", 2020),
 * which trains faster on a CPU. The last feature map joins the network's last layer with two
 * earlier ones, averaged down to its size: fine patterns and colours beside shapes.
 *
 * <p>Input {@code [N,3,H,W] float32 RGB}, 64 pixels or more a side; outputs {@code feature_map
 * [N,368,H/16,W/16]} and its mean over all positions, {@code embedding [N,368]}. 0.45 million
 * parameters.
 */
public final class NanoNetwork {
  /** Native height and width of the input. */
  public static final int SIDE = 64;

  private static final int FINE = 40;
  private static final int MIDDLE = 72;
  private static final int COARSE = 128;
  private static final int LAST = 256;

  /** Length of the embedding. */
  public static final int WIDTH = LAST + MIDDLE + FINE;

  /** Name of the output of {@link #withAnswers}. */
  public static final String ANSWERS = "answers";

  private final OnnxGraphBuilder net;

  private NanoNetwork(OnnxGraphBuilder.Parameters parameters) {
    net = new OnnxGraphBuilder("nano", parameters);
  }

  /** The network with these weights, BatchNormalization unfolded. */
  public static OnnxGraph graph(OnnxGraphBuilder.Parameters parameters) {
    NanoNetwork network = new NanoNetwork(parameters);
    network.embedding();
    return network.net.build();
  }

  /** The same with a linear layer on the embedding, {@link #ANSWERS}, to learn by. */
  public static OnnxGraph withAnswers(OnnxGraphBuilder.Parameters parameters, int answers) {
    NanoNetwork network = new NanoNetwork(parameters);
    OnnxGraphBuilder net = network.net;
    net.output(ANSWERS, net.gemm(network.embedding(), "answers", answers));
    return net.build();
  }

  private String embedding() {
    String x = net.input("input", 3, SIDE, SIDE);
    x = layer(x, "stem", Convolution.of(24, 3).withStride(2));
    x = fused(x, "block1", 72, FINE, 2);
    x = net.add(x, fused(x, "block2", 80, FINE, 1));
    final String fine = net.relu(x);
    x = inverted(x, "block3", 160, MIDDLE, 2);
    x = net.add(x, inverted(x, "block4", 216, MIDDLE, 1));
    x = net.add(x, inverted(x, "block5", 216, MIDDLE, 1));
    final String middle = net.relu(x);
    x = inverted(x, "block6", 288, COARSE, 2);
    x = net.add(x, inverted(x, "block7", 384, COARSE, 1));
    x = net.add(x, inverted(x, "block8", 384, COARSE, 1));
    x = layer(x, "last", Convolution.of(LAST, 1));
    String map = net.concat(List.of(x, halved(middle), halved(halved(fine))));
    net.output("feature_map", map);
    String embedding = net.flatten(net.globalAveragePool(map));
    net.output("embedding", embedding);
    return embedding;
  }

  /** As a convolution of stride 2 does it, so that the sizes agree for every picture. */
  private String halved(String x) {
    return net.averagePool(x, 3, 2, 1);
  }

  private String layer(String x, String name, Convolution shape) {
    return net.relu(linear(x, name, shape));
  }

  private String linear(String x, String name, Convolution shape) {
    return net.batchNorm(net.conv(x, name + ".conv", shape), name + ".bn");
  }

  private String fused(String x, String name, int hidden, int channels, int stride) {
    String wide = layer(x, name + ".expand", Convolution.of(hidden, 3).withStride(stride));
    return linear(wide, name + ".project", Convolution.of(channels, 1));
  }

  private String inverted(String x, String name, int hidden, int channels, int stride) {
    String wide = layer(x, name + ".expand", Convolution.of(hidden, 1));
    Convolution depthwise = Convolution.of(hidden, 3).withStride(stride).withGroups(hidden);
    return linear(
        layer(wide, name + ".depthwise", depthwise),
        name + ".project",
        Convolution.of(channels, 1));
  }
}
