package dev.amulet.runtime.internal.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;

/** Reference values made with Pillow and PyTorch, and the rules their inputs are drawn by. */
public final class Golden {
  private Golden() {}

  /** A file of {@code src/test/resources/golden}. */
  public static JsonNode read(String name) {
    try (InputStream in =
        Objects.requireNonNull(Golden.class.getResourceAsStream("/golden/" + name), name)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(JsonNode base64) {
    return Base64.getDecoder().decode(base64.asText());
  }

  /** The picture a resize case starts from; one channel is repeated three times. */
  static Pixels source(String name, int width, int height, int channels) {
    byte[] rgb = new byte[3 * width * height];
    long seed = fnv1a64("resize." + name + "." + width + "x" + height + "x" + channels);
    for (int i = 0; i < rgb.length; i++) {
      int pixel = i / 3;
      int channel = channels == 1 ? 0 : i % 3;
      int x = pixel % width;
      int y = pixel / width;
      rgb[i] =
          (byte)
              (name.equals("noise")
                  ? mix(seed, (long) pixel * channels + channel) >>> 56
                  : x * 7 + y * 5 + channel * 40 + ((x * y) % 31) * 3);
    }
    return new Pixels(width, height, rgb);
  }

  public static long fnv1a64(String text) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return hash;
  }

  public static long mix(long seed, long i) {
    long z = seed + (i + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Uniform in [0,1). */
  public static double uniform(long seed, long i) {
    return (mix(seed, i) >>> 40) * 0x1p-24;
  }
}
