package dev.amulet.runtime.internal.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.GraphOptimization;
import dev.amulet.format.v1.Network;
import dev.amulet.runtime.Device;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;

/**
 * One network, loaded into ONNX Runtime. Thread-safe: any number of bindings, one per thread, run
 * at the same time, and give the same bits whatever the batch size.
 *
 * <p>Closing is idempotent and safe at any time: runs under way end, later ones fail with
 * IllegalStateException.
 */
public final class OnnxNetwork implements AutoCloseable {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Network spec;
  private final long[] inputShape;
  private final UseCount uses;

  private OnnxNetwork(
      OrtEnvironment environment, OrtSession session, Network spec, long[] inputShape) {
    this.environment = environment;
    this.session = session;
    this.spec = spec;
    this.inputShape = inputShape;
    this.uses = new UseCount("network \"" + spec.getId() + "\"", () -> close(session));
  }

  /**
   * Loads {@code onnx} (from its position to its limit, best memory-mapped; not used after the
   * call) and checks names, types and shapes against {@code spec}.
   *
   * @param intraOpThreads threads one run may use; 1 is best for many rows at once
   * @param device where it runs, as {@link OnnxDevices#resolve} found it
   */
  public static OnnxNetwork open(ByteBuffer onnx, Network spec, int intraOpThreads, Device device)
      throws ArtifactException {
    OrtEnvironment environment = OnnxEnvironment.get();
    try (OrtSession.SessionOptions options = options(spec, intraOpThreads)) {
      OnnxDevices.add(options, device);
      OrtSession session = environment.createSession(direct(onnx), options);
      try {
        long[] inputShape = OnnxChecks.input(session.getInputInfo(), spec);
        OnnxChecks.outputs(session.getOutputInfo(), spec);
        return new OnnxNetwork(environment, session, spec, inputShape);
      } catch (OrtException | ArtifactException | RuntimeException e) {
        close(session);
        throw e;
      }
    } catch (OrtException e) {
      throw new ArtifactException(
          "network \"" + spec.getId() + "\" cannot be loaded by ONNX Runtime: " + e.getMessage(),
          e);
    }
  }

  /**
   * Buffers and tensors to run up to {@code maxBatch} pictures of {@code height x width} at once.
   * The caller closes the binding before or after the network. IllegalArgumentException when the
   * network has another fixed input size.
   */
  public Binding newBinding(int maxBatch, int height, int width) {
    if (maxBatch <= 0 || height <= 0 || width <= 0 || !accepts(height, width)) {
      throw new IllegalArgumentException(
          "network \""
              + spec.getId()
              + "\" reads "
              + Arrays.toString(inputShape)
              + ", asked for ["
              + maxBatch
              + ", 3, "
              + height
              + ", "
              + width
              + "]");
    }
    return new Binding(this, environment, spec, maxBatch, height, width);
  }

  /** Version of ONNX Runtime that is loaded. */
  public static String runtimeVersion() {
    return OnnxEnvironment.get().getVersion();
  }

  /** Whether the network reads pictures of this size. */
  public boolean accepts(int height, int width) {
    return (inputShape[2] < 0 || inputShape[2] == height)
        && (inputShape[3] < 0 || inputShape[3] == width);
  }

  @Override
  public void close() {
    uses.close();
  }

  void run(Map<String, OnnxTensor> input, Map<String, OnnxTensor> outputs) {
    uses.enter();
    try (OrtSession.Result result = session.run(input, Collections.emptySet(), outputs, null)) {
      if (result.size() != outputs.size()) {
        throw new IllegalStateException(
            "network \""
                + spec.getId()
                + "\" returned "
                + result.size()
                + " outputs, expected "
                + outputs.size());
      }
    } catch (OrtException e) {
      throw new IllegalStateException(
          "network \"" + spec.getId() + "\" failed: " + e.getMessage(), e);
    } finally {
      uses.leave();
    }
  }

  private static OrtSession.SessionOptions options(Network spec, int intraOpThreads)
      throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setOptimizationLevel(level(spec.getSession().getGraphOptimization()));
    options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
    options.setIntraOpNumThreads(intraOpThreads);
    options.setInterOpNumThreads(1);
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    options.addConfigEntry(
        "session.set_denormal_as_zero", spec.getSession().getFlushDenormals() ? "1" : "0");
    return options;
  }

  private static OrtSession.SessionOptions.OptLevel level(GraphOptimization optimization) {
    return switch (optimization) {
      case NONE -> OrtSession.SessionOptions.OptLevel.NO_OPT;
      case BASIC -> OrtSession.SessionOptions.OptLevel.BASIC_OPT;
      case EXTENDED -> OrtSession.SessionOptions.OptLevel.EXTENDED_OPT;
      default -> OrtSession.SessionOptions.OptLevel.ALL_OPT;
    };
  }

  private static ByteBuffer direct(ByteBuffer onnx) {
    if (onnx.isDirect()) {
      return onnx.slice();
    }
    ByteBuffer copy = ByteBuffer.allocateDirect(onnx.remaining());
    return copy.put(onnx.duplicate()).flip();
  }

  private static void close(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("a network could not be closed: " + e.getMessage(), e);
    }
  }
}
