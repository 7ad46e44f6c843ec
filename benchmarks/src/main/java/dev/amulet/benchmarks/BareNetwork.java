package dev.amulet.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.amulet.format.v1.Network;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;

/** ONNX Runtime by itself: one session, pinned tensors, the session options of the runtime. */
final class BareNetwork implements AutoCloseable {
  private final OrtSession session;
  private final FloatBuffer input;
  private final FloatBuffer output;
  private final Map<String, OnnxTensor> inputs;
  private final Map<String, OnnxTensor> outputs;

  BareNetwork(byte[] onnx, Network spec, int batch, int height, int width) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.addConfigEntry(
          "session.set_denormal_as_zero", spec.getSession().getFlushDenormals() ? "1" : "0");
      session = environment.createSession(onnx, options);
    }
    int outputWidth = spec.getOutputs(0).getShape(0);
    input = direct(batch * 3 * height * width);
    output = direct(batch * outputWidth);
    inputs =
        Map.of(
            spec.getInput(),
            OnnxTensor.createTensor(environment, input, new long[] {batch, 3, height, width}));
    outputs =
        Map.of(
            spec.getOutputs(0).getName(),
            OnnxTensor.createTensor(environment, output, new long[] {batch, outputWidth}));
  }

  /** Absolute positions only. */
  FloatBuffer input() {
    return input;
  }

  /** What the last run gave; absolute positions only. */
  FloatBuffer output() {
    return output;
  }

  void run() throws OrtException {
    session.run(inputs, Set.of(), outputs, null).close();
  }

  @Override
  public void close() throws OrtException {
    inputs.values().forEach(OnnxTensor::close);
    outputs.values().forEach(OnnxTensor::close);
    session.close();
  }

  private static FloatBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(floats * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
