package dev.amulet.runtime.internal.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.amulet.runtime.Device;
import java.util.HexFormat;

/** Finds out which device networks can run on. */
public final class OnnxDevices {
  /** One {@code Identity} of a float, IR version 8, opset 13: loads wherever anything loads. */
  static final byte[] PROBE =
      HexFormat.of()
          .parseHex(
              "0808" // IR version
                  + "3a37" // graph
                  + "0a100a017812017922084964656e74697479" // node y = Identity(x)
                  + "120170" // name
                  + "5a0f0a0178120a0a08080112040a020801" // input x: float [1]
                  + "620f0a0179120a0a08080112040a020801" // output y: float [1]
                  + "42040a00100d"); // opset

  private OnnxDevices() {}

  /**
   * The device that a wish comes to.
   *
   * @throws IllegalStateException when CUDA is asked for by name and does not work here
   */
  public static Device resolve(Device wish) {
    return switch (wish.kind()) {
      case CPU -> Device.CPU;
      case CUDA -> {
        String trouble = trouble(wish.index());
        if (!trouble.isEmpty()) {
          throw new IllegalStateException(
              "device "
                  + wish
                  + " cannot be used: "
                  + trouble
                  + "; use device auto or cpu, or put onnxruntime_gpu in the place of onnxruntime"
                  + " on the class path and install the CUDA libraries it needs");
        }
        yield wish;
      }
      case AUTO -> trouble(0).isEmpty() ? Device.cuda(0) : Device.CPU;
    };
  }

  /** Why a GPU cannot be used, or empty. */
  private static String trouble(int index) {
    OrtEnvironment environment = OnnxEnvironment.get();
    if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
      return "this ONNX Runtime is built for " + OrtEnvironment.getAvailableProviders();
    }
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      add(options, Device.cuda(index));
      environment.createSession(PROBE, options).close();
      return "";
    } catch (OrtException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Has a session run on the device. */
  static void add(OrtSession.SessionOptions options, Device device) throws OrtException {
    if (device.kind() != Device.Kind.CUDA) {
      return;
    }
    try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device.index())) {
      // TF32 keeps 10 bits of a product's factors, too few for the tolerance of verification.
      cuda.add("use_tf32", "0");
      options.addCUDA(cuda);
    }
  }
}
