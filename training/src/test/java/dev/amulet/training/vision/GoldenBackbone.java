package dev.amulet.training.vision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.OnnxGraphBuilder.Parameters;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One architecture with generated weights, five generated pictures and the embeddings that timm
 * computes from them in float64. The generator is that of the golden files: SplitMix64 started at
 * FNV-1a of a tensor's name.
 */
public final class GoldenBackbone implements Parameters {
  /** Largest error allowed, as a share of the root mean square of the embedding. */
  public static final double TOLERANCE = 5e-5;

  private static final double GAIN = 3;

  private final JsonNode golden;
  private final BackboneSpec spec;
  private final Map<String, float[]> values = new HashMap<>();

  private GoldenBackbone(JsonNode golden, BackboneSpec spec) {
    this.golden = golden;
    this.spec = spec;
  }

  /** The golden file of a catalogue name, from the test resources. */
  public static GoldenBackbone of(String name) {
    try (InputStream in =
        GoldenBackbone.class.getResourceAsStream("/golden/backbones/" + name + ".json")) {
      JsonNode golden = new ObjectMapper().readTree(in);
      return new GoldenBackbone(golden, BackboneCatalogue.find(name).orElseThrow());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public BackboneSpec spec() {
    return spec;
  }

  /** The golden file itself. */
  JsonNode json() {
    return golden;
  }

  /** The catalogue's graph with the generated weights, for pictures of this size. */
  public OnnxGraph graph(int height, int width) {
    return spec.graph(this).withInputSize(height, width);
  }

  /** Generated weights; exponents of the running variances come from the golden file. */
  @Override
  public float[] values(String name, List<Integer> shape) {
    return values.computeIfAbsent(name, key -> generate(key, shape));
  }

  private float[] generate(String name, List<Integer> shape) {
    int count = shape.stream().reduce(1, Math::multiplyExact);
    if (name.endsWith(".running_var")) {
      String norm = name.substring(0, name.length() - ".running_var".length());
      float factor = (float) Math.pow(2, golden.get("var_exp").get(norm).intValue());
      float[] variance = uniform(name, count, 0.5, 1.5);
      for (int i = 0; i < count; i++) {
        variance[i] *= factor;
      }
      return variance;
    }
    if (!name.endsWith(".weight")) {
      return symmetric(name, count, 0.1);
    }
    return shape.size() > 1
        ? symmetric(name, count, Math.sqrt(GAIN / (count / shape.get(0))))
        : uniform(name, count, 0.5, 1.5);
  }

  /** Generated values in [-bound, bound). */
  public static float[] symmetric(String name, int count, double bound) {
    long seed = RandomParameters.fnv1a64(name);
    float[] result = new float[count];
    for (int i = 0; i < count; i++) {
      result[i] = (float) (bound * (2.0 * unit(seed, i) - 1.0));
    }
    return result;
  }

  private static float[] uniform(String name, int count, double low, double high) {
    long seed = RandomParameters.fnv1a64(name);
    float[] result = new float[count];
    for (int i = 0; i < count; i++) {
      result[i] = (float) (low + (high - low) * unit(seed, i));
    }
    return result;
  }

  private static double unit(long seed, long i) {
    return (RandomParameters.splitMix64(seed, i) >>> 40) * 0x1.0p-24;
  }

  /** SHA-256 over all parameters in the order of the golden file, little-endian float32. */
  String digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      shapes()
          .forEach(
              (name, shape) -> {
                float[] floats = values(name, shape);
                ByteBuffer bytes =
                    ByteBuffer.allocate(4 * floats.length).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(floats);
                digest.update(bytes);
              });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Shapes of timm's parameters by name, in its order. */
  Map<String, List<Integer>> shapes() {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    for (JsonNode parameter : golden.get("params")) {
      List<Integer> shape = new ArrayList<>();
      parameter.get(1).forEach(size -> shape.add(size.intValue()));
      shapes.put(parameter.get(0).asText(), shape);
    }
    return shapes;
  }

  /** The five pictures with what timm makes of them. */
  public List<Picture> pictures() {
    List<Picture> pictures = new ArrayList<>();
    golden.get("inputs").forEach(input -> pictures.add(new Picture(input)));
    return pictures;
  }

  /** A generated picture {@code [1,3,height,width]} and its reference embedding. */
  public record Picture(JsonNode json) {
    public String name() {
      return json.get("name").asText();
    }

    public int height() {
      return json.get("h").intValue();
    }

    public int width() {
      return json.get("w").intValue();
    }

    /** Blocks of 16 pixels plus noise. */
    public float[] pixels() {
      long coarse = RandomParameters.fnv1a64(name() + ".coarse");
      long fine = RandomParameters.fnv1a64(name() + ".fine");
      int rows = (height() + 15) / 16;
      int columns = (width() + 15) / 16;
      float[] pixels = new float[3 * height() * width()];
      int i = 0;
      for (int c = 0; c < 3; c++) {
        for (int y = 0; y < height(); y++) {
          for (int x = 0; x < width(); x++, i++) {
            long block = (long) (c * rows + y / 16) * columns + x / 16;
            pixels[i] =
                (float) (1.5 * (2 * unit(coarse, block) - 1) + 0.5 * (2 * unit(fine, i) - 1));
          }
        }
      }
      return pixels;
    }

    /** Reference values: the first 64. */
    public double[] embedding() {
      JsonNode stored = json.get("embedding_first64");
      double[] values = new double[stored.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = stored.get(i).doubleValue();
      }
      return values;
    }

    /**
     * The largest error of an embedding as a share of its root mean square: of each value that the
     * reference lists, and of the norm and the sum over all.
     */
    public double error(float[] found) {
      double rms = json.get("l2").doubleValue() / Math.sqrt(found.length);
      double squares = 0;
      double sum = 0;
      for (float value : found) {
        squares += (double) value * value;
        sum += value;
      }
      double worst = Math.abs(Math.sqrt(squares) - json.get("l2").doubleValue()) / rms;
      worst = worst / Math.sqrt(found.length);
      worst = Math.max(worst, Math.abs(sum - json.get("sum").doubleValue()) / rms / found.length);
      double[] expected = embedding();
      for (int i = 0; i < expected.length; i++) {
        worst = Math.max(worst, Math.abs(found[i] - expected[i]) / rms);
      }
      return worst;
    }
  }
}
