package dev.amulet.training.vision.architecture;

import dev.amulet.training.onnx.Convolution;
import dev.amulet.training.onnx.OnnxGraphBuilder;
import java.util.List;

/**
 * Szegedy, Vanhoucke, Ioffe, Shlens, Wojna, "Rethinking the Inception Architecture for Computer
 * Vision", 2016, without the auxiliary classifier.
 */
public final class InceptionV3 implements Architecture {
  private static final float EPSILON = 1e-3f;

  private InceptionV3() {}

  public static Architecture inceptionV3() {
    return new InceptionV3();
  }

  @Override
  public String features(OnnxGraphBuilder builder, String pixels) {
    Block net = new Block(builder, "");
    String x = net.layer(pixels, "Conv2d_1a_3x3", unpadded(32).withStride(2));
    x = net.layer(x, "Conv2d_2a_3x3", unpadded(32));
    x = net.layer(x, "Conv2d_2b_3x3", Convolution.of(64, 3));
    x = builder.maxPool(x, 3, 2, 0);
    x = net.layer(x, "Conv2d_3b_1x1", Convolution.of(80, 1));
    x = net.layer(x, "Conv2d_4a_3x3", unpadded(192));
    x = builder.maxPool(x, 3, 2, 0);
    x = new Block(builder, "Mixed_5b.").small(x, 32);
    x = new Block(builder, "Mixed_5c.").small(x, 64);
    x = new Block(builder, "Mixed_5d.").small(x, 64);
    x = new Block(builder, "Mixed_6a.").firstHalving(x);
    x = new Block(builder, "Mixed_6b.").factorised(x, 128);
    x = new Block(builder, "Mixed_6c.").factorised(x, 160);
    x = new Block(builder, "Mixed_6d.").factorised(x, 160);
    x = new Block(builder, "Mixed_6e.").factorised(x, 192);
    x = new Block(builder, "Mixed_7a.").secondHalving(x);
    x = new Block(builder, "Mixed_7b.").wide(x);
    return new Block(builder, "Mixed_7c.").wide(x);
  }

  private static Convolution unpadded(int channels) {
    return Convolution.of(channels, 3).withPadding(0, 0, 0, 0);
  }

  private static Convolution row(int channels, int length) {
    return Convolution.of(channels, 1).withKernel(1, length);
  }

  private static Convolution column(int channels, int length) {
    return Convolution.of(channels, 1).withKernel(length, 1);
  }

  /** The mixed blocks, in the order of the paper; each joins its branches. */
  private record Block(OnnxGraphBuilder net, String prefix) {
    String layer(String x, String name, Convolution shape) {
      String convolved = net.conv(x, prefix + name + ".conv", shape);
      return net.relu(net.batchNorm(convolved, prefix + name + ".bn", EPSILON));
    }

    private String pooled(String x, int channels) {
      return layer(net.averagePool(x, 3, 1, 1), "branch_pool", Convolution.of(channels, 1));
    }

    String small(String x, int pool) {
      String one = layer(x, "branch1x1", Convolution.of(64, 1));
      String five = layer(x, "branch5x5_1", Convolution.of(48, 1));
      five = layer(five, "branch5x5_2", Convolution.of(64, 5));
      String twice = layer(x, "branch3x3dbl_1", Convolution.of(64, 1));
      twice = layer(twice, "branch3x3dbl_2", Convolution.of(96, 3));
      twice = layer(twice, "branch3x3dbl_3", Convolution.of(96, 3));
      return net.concat(List.of(one, five, twice, pooled(x, pool)));
    }

    String firstHalving(String x) {
      String three = layer(x, "branch3x3", unpadded(384).withStride(2));
      String twice = layer(x, "branch3x3dbl_1", Convolution.of(64, 1));
      twice = layer(twice, "branch3x3dbl_2", Convolution.of(96, 3));
      twice = layer(twice, "branch3x3dbl_3", unpadded(96).withStride(2));
      return net.concat(List.of(three, twice, net.maxPool(x, 3, 2, 0)));
    }

    String factorised(String x, int inner) {
      String one = layer(x, "branch1x1", Convolution.of(192, 1));
      String seven = layer(x, "branch7x7_1", Convolution.of(inner, 1));
      seven = layer(seven, "branch7x7_2", row(inner, 7));
      seven = layer(seven, "branch7x7_3", column(192, 7));
      String twice = layer(x, "branch7x7dbl_1", Convolution.of(inner, 1));
      twice = layer(twice, "branch7x7dbl_2", column(inner, 7));
      twice = layer(twice, "branch7x7dbl_3", row(inner, 7));
      twice = layer(twice, "branch7x7dbl_4", column(inner, 7));
      twice = layer(twice, "branch7x7dbl_5", row(192, 7));
      return net.concat(List.of(one, seven, twice, pooled(x, 192)));
    }

    String secondHalving(String x) {
      String three = layer(x, "branch3x3_1", Convolution.of(192, 1));
      three = layer(three, "branch3x3_2", unpadded(320).withStride(2));
      String seven = layer(x, "branch7x7x3_1", Convolution.of(192, 1));
      seven = layer(seven, "branch7x7x3_2", row(192, 7));
      seven = layer(seven, "branch7x7x3_3", column(192, 7));
      seven = layer(seven, "branch7x7x3_4", unpadded(192).withStride(2));
      return net.concat(List.of(three, seven, net.maxPool(x, 3, 2, 0)));
    }

    String wide(String x) {
      String one = layer(x, "branch1x1", Convolution.of(320, 1));
      String three = layer(x, "branch3x3_1", Convolution.of(384, 1));
      String threeRow = layer(three, "branch3x3_2a", row(384, 3));
      String threeColumn = layer(three, "branch3x3_2b", column(384, 3));
      String twice = layer(x, "branch3x3dbl_1", Convolution.of(448, 1));
      twice = layer(twice, "branch3x3dbl_2", Convolution.of(384, 3));
      String twiceRow = layer(twice, "branch3x3dbl_3a", row(384, 3));
      String twiceColumn = layer(twice, "branch3x3dbl_3b", column(384, 3));
      return net.concat(List.of(one, threeRow, threeColumn, twiceRow, twiceColumn, pooled(x, 192)));
    }
  }
}
