package dev.amulet.runtime.internal.pipeline;

import dev.amulet.runtime.internal.onnx.Binding;
import java.nio.FloatBuffer;

/**
 * The feature map of one image, averaged over its views, and the picture as the network saw it.
 * Filled by the network's run.
 */
public final class FeatureMap {
  private final ImageInput input;
  private final int image;
  private final byte[] picture;
  private final float[] values;

  FeatureMap(ImageInput input, int image, byte[] picture) {
    this.input = input;
    this.image = image;
    this.picture = picture;
    values = new float[input.map().channels() * input.map().height() * input.map().width()];
  }

  /** Adds a view; a mirrored one is turned back. */
  void add(Binding binding, int position, boolean mirrored) {
    ImageInput.MapShape shape = input.map();
    FloatBuffer output = binding.output(shape.name());
    int views = input.views().size();
    int width = shape.width();
    int base = position * values.length;
    for (int i = 0; i < values.length; i++) {
      int from = mirrored ? i - i % width + (width - 1 - i % width) : i;
      values[i] += output.get(base + from) / views;
    }
  }

  /** Position of its stage among the image stages. */
  public int stage() {
    return input.index();
  }

  /** Position in its cell. */
  public int image() {
    return image;
  }

  /** {@code [channels, height, width]} row-major. */
  public float[] values() {
    return values;
  }

  public int height() {
    return input.map().height();
  }

  public int width() {
    return input.map().width();
  }

  /** {@code [pictureHeight, pictureWidth, 3]}: red, green and blue after resizing. */
  public byte[] picture() {
    return picture;
  }

  public int pictureHeight() {
    return input.preprocessing().getHeight();
  }

  public int pictureWidth() {
    return input.preprocessing().getWidth();
  }
}
