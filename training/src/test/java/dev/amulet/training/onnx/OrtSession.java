package dev.amulet.training.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.Result;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs a graph in ONNX Runtime, to compare with. */
public final class OrtSession implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final ai.onnxruntime.OrtSession session;

  private OrtSession(OnnxGraph graph, OptLevel level) {
    try (SessionOptions options = new SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setOptimizationLevel(level);
      session = environment.createSession(graph.toBytes(), options);
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }

  public static OrtSession of(OnnxGraph graph) {
    return new OrtSession(graph, OptLevel.ALL_OPT);
  }

  /** Without ONNX Runtime's own optimisations (it would fold BatchNormalization itself). */
  public static OrtSession plain(OnnxGraph graph) {
    return new OrtSession(graph, OptLevel.NO_OPT);
  }

  /** Every output by name, row-major. */
  public Map<String, float[]> run(float[] input, long... shape) {
    String name = session.getInputNames().iterator().next();
    try (OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(input), shape);
        Result result = session.run(Map.of(name, tensor))) {
      Map<String, float[]> outputs = new LinkedHashMap<>();
      for (var entry : result) {
        FloatBuffer values = ((OnnxTensor) entry.getValue()).getFloatBuffer();
        float[] copy = new float[values.remaining()];
        values.get(copy);
        outputs.put(entry.getKey(), copy);
      }
      return outputs;
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }
}
