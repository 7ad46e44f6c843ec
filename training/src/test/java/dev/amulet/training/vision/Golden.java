package dev.amulet.training.vision;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;

/** Reference values made with PyTorch, and the generator of the numbers they were made from. */
final class Golden {
  private Golden() {}

  static JsonNode resource(String name) {
    try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name)) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in, name));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A file of the shared golden folder; skips the test where there is none. */
  static JsonNode shared(String name) {
    Path file = Path.of("..", "..", "shared", "golden").resolve(name);
    assumeTrue(Files.isRegularFile(file), () -> "skipped: no " + file);
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Uniform in [-bound, bound). */
  static float[] symmetric(String name, int count, double bound) {
    long seed = RandomParameters.fnv1a64(name);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (bound * (2 * unit(seed, i) - 1));
    }
    return values;
  }

  /** Uniform in [0.5, 1.5). */
  static float[] positive(String name, int count) {
    long seed = RandomParameters.fnv1a64(name);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (0.5 + unit(seed, i));
    }
    return values;
  }

  /** A parameter of a reference network; a running variance is scaled by 2^exponent. */
  static float[] parameter(String name, List<Integer> shape, int exponent) {
    int count = shape.stream().reduce(1, Math::multiplyExact);
    if (name.endsWith("running_var")) {
      float[] values = positive(name, count);
      for (int i = 0; i < count; i++) {
        values[i] = Math.scalb(values[i], exponent);
      }
      return values;
    }
    if (name.endsWith("weight") && shape.size() > 1) {
      return symmetric(name, count, Math.sqrt(3.0 / (count / shape.get(0))));
    }
    return name.endsWith("weight") ? positive(name, count) : symmetric(name, count, 0.1);
  }

  /** The reference picture of this name, {@code [3,h,w]}. */
  static float[] picture(String name, int h, int w) {
    long coarse = RandomParameters.fnv1a64(name + ".coarse");
    long fine = RandomParameters.fnv1a64(name + ".fine");
    int ch = (h + 15) / 16;
    int cw = (w + 15) / 16;
    float[] values = new float[3 * h * w];
    int at = 0;
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++, at++) {
          double block = 1.5 * (2 * unit(coarse, (long) (c * ch + y / 16) * cw + x / 16) - 1);
          values[at] = (float) (block + 0.5 * (2 * unit(fine, (long) (c * h + y) * w + x) - 1));
        }
      }
    }
    return values;
  }

  private static double unit(long seed, long i) {
    return (RandomParameters.splitMix64(seed, i) >>> 40) * 0x1.0p-24;
  }

  static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).asDouble();
    }
    return values;
  }

  static List<Integer> ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asInt).toList();
  }
}
