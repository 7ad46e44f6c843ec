package dev.amulet.runtime.internal.image;

import dev.amulet.format.v1.ChannelOrder;
import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.runtime.internal.image.Resampler.Window;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Resizes, crops or pads a decoded picture and writes it as float32 {@code [3,height,width]},
 * channels in the order the manifest states, {@code (sample / divisor - mean) / std}.
 *
 * <p>Owns its scratch: one instance per thread. After the first picture of a size it allocates
 * nothing that grows with the picture.
 */
public final class Preprocessor {
  private final ImagePreprocessing spec;
  private final int width;
  private final int height;
  private final Resampler resampler;

  /** Red, green and blue, whatever the order in the tensor: the value of each sample. */
  private final float[][] values;

  private final byte[] resized;
  private final byte[] fitted;
  private final float[] line;

  /** The manifest checker has seen {@code spec}; a field left unset fails here all the same. */
  public Preprocessor(ImagePreprocessing spec) {
    this.spec = spec;
    this.width = spec.getWidth();
    this.height = spec.getHeight();
    if (width <= 0 || height <= 0 || spec.getMeanCount() != 3 || spec.getStdCount() != 3) {
      throw new IllegalArgumentException(
          "image preprocessing needs a width, a height, 3 means and 3 standard deviations");
    }
    this.resampler = new Resampler(spec.getInterpolation());
    this.values = new float[3][];
    for (int channel = 0; channel < 3; channel++) {
      int position = plane(channel);
      values[channel] = table(spec.getDivisor(), spec.getMean(position), spec.getStd(position));
    }
    this.resized = new byte[3 * width * height];
    this.fitted = new byte[3 * width * height];
    this.line = new float[width];
    switch (spec.getResize()) {
      case SQUASH, PAD -> {}
      case SHORTER_SIDE_CROP -> {
        if (spec.getShorterSide() < Math.max(width, height)) {
          throw new IllegalArgumentException(
              "a crop of "
                  + width
                  + " x "
                  + height
                  + " needs a shorter side at least as long, found "
                  + spec.getShorterSide());
        }
      }
      default -> throw new IllegalArgumentException("no resize mode is called " + spec.getResize());
    }
  }

  /** Values one picture takes in the tensor: {@code 3 * height * width}. */
  public int size() {
    return 3 * width * height;
  }

  /**
   * Writes {@link #size()} values from index {@code offset} on; the buffer's position is neither
   * used nor moved. {@code mirrored} swaps left and right after resizing.
   */
  public void apply(Pixels picture, boolean mirrored, FloatBuffer tensor, int offset) {
    byte[] samples = resize(picture);
    for (int channel = 0; channel < 3; channel++) {
      float[] value = values[channel];
      int at = offset + plane(channel) * width * height;
      int from = channel;
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++, from += 3) {
          line[mirrored ? width - 1 - x : x] = value[samples[from] & 0xFF];
        }
        tensor.put(at, line, 0, width);
        at += width;
      }
    }
  }

  /** A copy of the picture resized, cropped or padded: {@code [height,width,3]}, RGB. */
  public byte[] view(Pixels picture) {
    return resize(picture).clone();
  }

  /** Resized, cropped or padded samples {@code [height,width,3]}, valid until the next call. */
  byte[] resize(Pixels picture) {
    return switch (spec.getResize()) {
      case SHORTER_SIDE_CROP -> crop(picture);
      case PAD -> pad(picture);
      default -> {
        resampler.resize(picture, width, height, new Window(0, 0, width, height), resized);
        yield resized;
      }
    };
  }

  /** As timm and torchvision do it: the longer side is rounded down, the crop's corner to even. */
  private byte[] crop(Pixels picture) {
    int shorter = Math.min(picture.width(), picture.height());
    long side = spec.getShorterSide();
    int toWidth = Math.toIntExact(side * picture.width() / shorter);
    int toHeight = Math.toIntExact(side * picture.height() / shorter);
    int left = (int) Math.rint((toWidth - width) / 2.0);
    int top = (int) Math.rint((toHeight - height) / 2.0);
    resampler.resize(picture, toWidth, toHeight, new Window(left, top, width, height), resized);
    return resized;
  }

  /** As Pillow's {@code ImageOps.pad}: the whole picture, its ratio kept, centred on the border. */
  private byte[] pad(Pixels picture) {
    int toWidth = width;
    int toHeight = height;
    double ratio = (double) picture.width() / picture.height();
    double wanted = (double) width / height;
    if (ratio > wanted) {
      toHeight = Math.max(1, (int) Math.rint((double) picture.height() / picture.width() * width));
    } else if (ratio < wanted) {
      toWidth = Math.max(1, (int) Math.rint((double) picture.width() / picture.height() * height));
    }
    resampler.resize(picture, toWidth, toHeight, new Window(0, 0, toWidth, toHeight), resized);
    int left = (int) Math.rint((width - toWidth) * 0.5);
    int top = (int) Math.rint((height - toHeight) * 0.5);
    fill(fitted, spec.getPadRgb());
    for (int y = 0; y < toHeight; y++) {
      System.arraycopy(
          resized, y * toWidth * 3, fitted, ((top + y) * width + left) * 3, toWidth * 3);
    }
    return fitted;
  }

  private static void fill(byte[] samples, int rgb) {
    byte red = (byte) (rgb >> 16);
    byte green = (byte) (rgb >> 8);
    byte blue = (byte) rgb;
    if (red == green && green == blue) {
      Arrays.fill(samples, red);
      return;
    }
    for (int i = 0; i < samples.length; i += 3) {
      samples[i] = red;
      samples[i + 1] = green;
      samples[i + 2] = blue;
    }
  }

  private int plane(int channel) {
    return spec.getChannelOrder() == ChannelOrder.BGR ? 2 - channel : channel;
  }

  private static float[] table(float divisor, float mean, float std) {
    float[] table = new float[256];
    for (int sample = 0; sample < 256; sample++) {
      table[sample] = (sample / divisor - mean) / std;
    }
    return table;
  }
}
