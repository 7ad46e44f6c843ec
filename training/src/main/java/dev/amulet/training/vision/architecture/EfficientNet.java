package dev.amulet.training.vision.architecture;

import dev.amulet.training.onnx.Convolution;
import dev.amulet.training.onnx.OnnxGraphBuilder;
import java.util.List;

/**
 * Networks of inverted residuals: MobileNetV2 (Sandler et al., 2018) and EfficientNet (Tan, Le,
 * 2019, with squeeze and excitation and SiLU). The {@code tf} ones are those trained in TensorFlow:
 * SAME padding where the size is halved, and another epsilon.
 */
public final class EfficientNet implements Architecture {
  /** Squeeze and excitation narrows to the block's input channels divided by this. */
  private static final int REDUCTION = 4;

  private final int stem;
  private final List<Stage> stages;
  private final int head;
  private final boolean gated;
  private final boolean tensorFlow;

  /** Blocks of one width; the first has the stride. */
  private record Stage(int expansion, int channels, int blocks, int stride, int kernel) {}

  private EfficientNet(int stem, List<Stage> stages, int head, boolean gated, boolean tensorFlow) {
    this.stem = stem;
    this.stages = stages;
    this.head = head;
    this.gated = gated;
    this.tensorFlow = tensorFlow;
  }

  public static Architecture mobilenetv2() {
    List<Stage> stages =
        List.of(
            new Stage(1, 16, 1, 1, 3),
            new Stage(6, 24, 2, 2, 3),
            new Stage(6, 32, 3, 2, 3),
            new Stage(6, 64, 4, 2, 3),
            new Stage(6, 96, 3, 1, 3),
            new Stage(6, 160, 3, 2, 3),
            new Stage(6, 320, 1, 1, 3));
    return new EfficientNet(32, stages, 1280, false, false);
  }

  public static Architecture efficientnetb0(boolean tensorFlow) {
    List<Stage> stages =
        List.of(
            new Stage(1, 16, 1, 1, 3),
            new Stage(6, 24, 2, 2, 3),
            new Stage(6, 40, 2, 2, 5),
            new Stage(6, 80, 3, 2, 3),
            new Stage(6, 112, 3, 1, 5),
            new Stage(6, 192, 4, 2, 5),
            new Stage(6, 320, 1, 1, 3));
    return new EfficientNet(32, stages, 1280, true, tensorFlow);
  }

  public static Architecture efficientnetb2(boolean tensorFlow) {
    List<Stage> stages =
        List.of(
            new Stage(1, 16, 2, 1, 3),
            new Stage(6, 24, 3, 2, 3),
            new Stage(6, 48, 3, 2, 5),
            new Stage(6, 88, 4, 2, 3),
            new Stage(6, 120, 4, 1, 5),
            new Stage(6, 208, 5, 2, 5),
            new Stage(6, 352, 2, 1, 3));
    return new EfficientNet(32, stages, 1408, true, tensorFlow);
  }

  @Override
  public String features(OnnxGraphBuilder net, String pixels) {
    String x = net.conv(pixels, "conv_stem", strided(Convolution.of(stem, 3), 2));
    x = activated(net, x, "bn1");
    for (int s = 0; s < stages.size(); s++) {
      Stage stage = stages.get(s);
      for (int i = 0; i < stage.blocks(); i++) {
        x = block(net, x, "blocks." + s + "." + i + ".", stage, i == 0 ? stage.stride() : 1);
      }
    }
    return activated(net, net.conv(x, "conv_head", Convolution.of(head, 1)), "bn2");
  }

  private String block(OnnxGraphBuilder net, String input, String name, Stage stage, int stride) {
    int in = net.channelsOf(input);
    boolean expands = stage.expansion() > 1;
    String x = input;
    if (expands) {
      x = net.conv(x, name + "conv_pw", Convolution.of(in * stage.expansion(), 1));
      x = activated(net, x, name + "bn1");
    }
    int width = net.channelsOf(x);
    Convolution depthwise = Convolution.of(width, stage.kernel()).withGroups(width);
    x = net.conv(x, name + "conv_dw", strided(depthwise, stride));
    x = activated(net, x, name + (expands ? "bn2" : "bn1"));
    if (gated) {
      x = gated(net, x, name + "se", in / REDUCTION);
    }
    x = net.conv(x, name + (expands ? "conv_pwl" : "conv_pw"), Convolution.of(stage.channels(), 1));
    x = net.batchNorm(x, name + (expands ? "bn3" : "bn2"), epsilon());
    return stride == 1 && in == stage.channels() ? net.add(x, input) : x;
  }

  private Convolution strided(Convolution shape, int stride) {
    Convolution strided = shape.withStride(stride);
    return tensorFlow && stride > 1 ? strided.withSamePadding() : strided;
  }

  private String activated(OnnxGraphBuilder net, String x, String name) {
    String normal = net.batchNorm(x, name, epsilon());
    return gated ? net.silu(normal) : net.relu6(normal);
  }

  private float epsilon() {
    return tensorFlow ? 1e-3f : 1e-5f;
  }

  private static String gated(OnnxGraphBuilder net, String x, String name, int narrow) {
    Convolution reduce = Convolution.of(narrow, 1).withBias();
    Convolution expand = Convolution.of(net.channelsOf(x), 1).withBias();
    String squeezed = net.silu(net.conv(net.globalAveragePool(x), name + ".conv_reduce", reduce));
    return net.mul(x, net.sigmoid(net.conv(squeezed, name + ".conv_expand", expand)));
  }
}
