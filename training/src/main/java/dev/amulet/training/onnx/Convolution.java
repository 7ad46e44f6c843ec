package dev.amulet.training.onnx;

import java.util.List;

/**
 * Shape of a two-dimensional convolution.
 *
 * @param channels output channels
 * @param kernel height and width of the kernel
 * @param stride in both directions
 * @param padding zeros added at top, left, bottom, right; empty for TensorFlow's SAME: as many as
 *     make the output's size that of the input divided by the stride, rounded up, the odd one at
 *     bottom and right
 * @param groups input channels are split into this many independent groups
 * @param bias whether a bias is added
 */
public record Convolution(
    int channels,
    List<Integer> kernel,
    int stride,
    List<Integer> padding,
    int groups,
    boolean bias) {

  public Convolution {
    kernel = List.copyOf(kernel);
    padding = List.copyOf(padding);
    if (channels < 1 || stride < 1 || groups < 1 || channels % groups != 0) {
      throw new IllegalArgumentException("channels, stride and groups must be positive and fit");
    }
    if (kernel.size() != 2 || (padding.size() != 4 && !padding.isEmpty())) {
      throw new IllegalArgumentException(
          "kernel is height, width; padding top, left, bottom, right, or nothing for SAME");
    }
  }

  /** A square kernel, stride 1, padded so that the size stays, without bias. */
  public static Convolution of(int channels, int kernel) {
    int pad = kernel / 2;
    return new Convolution(
        channels, List.of(kernel, kernel), 1, List.of(pad, pad, pad, pad), 1, false);
  }

  public Convolution withKernel(int height, int width) {
    List<Integer> pads = List.of(height / 2, width / 2, height / 2, width / 2);
    return new Convolution(channels, List.of(height, width), stride, pads, groups, bias);
  }

  public Convolution withStride(int stride) {
    return new Convolution(channels, kernel, stride, padding, groups, bias);
  }

  public Convolution withPadding(int top, int left, int bottom, int right) {
    return new Convolution(
        channels, kernel, stride, List.of(top, left, bottom, right), groups, bias);
  }

  public Convolution withSamePadding() {
    return new Convolution(channels, kernel, stride, List.of(), groups, bias);
  }

  public Convolution withGroups(int groups) {
    return new Convolution(channels, kernel, stride, padding, groups, bias);
  }

  public Convolution withBias() {
    return new Convolution(channels, kernel, stride, padding, groups, true);
  }
}
