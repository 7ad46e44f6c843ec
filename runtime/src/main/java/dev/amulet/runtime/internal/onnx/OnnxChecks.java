package dev.amulet.runtime.internal.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Network;
import dev.amulet.format.v1.NetworkOutput;
import java.util.Arrays;
import java.util.Map;

/** Compares what a network declares with what the manifest says about it. */
final class OnnxChecks {
  private OnnxChecks() {}

  /** Shape of the input, -1 where free. */
  static long[] input(Map<String, NodeInfo> inputs, Network spec) throws ArtifactException {
    if (inputs.size() != 1 || !inputs.containsKey(spec.getInput())) {
      throw new ArtifactException(
          "network \""
              + spec.getId()
              + "\" has inputs "
              + inputs.keySet()
              + ", expected only \""
              + spec.getInput()
              + "\"");
    }
    long[] shape = shape(inputs, spec.getInput(), spec);
    if (shape.length != 4 || shape[0] >= 0 || (shape[1] >= 0 && shape[1] != 3)) {
      throw new ArtifactException(
          "network \""
              + spec.getId()
              + "\" input \""
              + spec.getInput()
              + "\" has shape "
              + Arrays.toString(shape)
              + ", expected [N,3,H,W] with a free N");
    }
    return shape;
  }

  static void outputs(Map<String, NodeInfo> outputs, Network spec) throws ArtifactException {
    for (NetworkOutput expected : spec.getOutputsList()) {
      if (!outputs.containsKey(expected.getName())) {
        throw new ArtifactException(
            "network \""
                + spec.getId()
                + "\" has outputs "
                + outputs.keySet()
                + ", expected \""
                + expected.getName()
                + "\" among them");
      }
      long[] shape = shape(outputs, expected.getName(), spec);
      boolean equal = shape.length == expected.getShapeCount() + 1 && shape[0] < 0;
      for (int i = 1; equal && i < shape.length; i++) {
        equal = shape[i] < 0 || shape[i] == expected.getShape(i - 1);
      }
      if (!equal) {
        throw new ArtifactException(
            "network \""
                + spec.getId()
                + "\" output \""
                + expected.getName()
                + "\" has shape "
                + Arrays.toString(shape)
                + ", expected a free N and then "
                + expected.getShapeList());
      }
    }
  }

  private static long[] shape(Map<String, NodeInfo> nodes, String name, Network spec)
      throws ArtifactException {
    NodeInfo node = nodes.get(name);
    if (node != null
        && node.getInfo() instanceof TensorInfo tensor
        && tensor.type == OnnxJavaType.FLOAT) {
      return tensor.getShape();
    }
    throw new ArtifactException(
        "network \""
            + spec.getId()
            + "\" \""
            + name
            + "\" is "
            + (node == null ? "absent" : node.getInfo())
            + ", expected a float32 tensor");
  }

  /** One sentence for a native library that does not load. */
  static String nativeAdvice(LinkageError error) {
    StringBuilder causes = new StringBuilder();
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      causes.append(cause.getMessage()).append(' ');
    }
    if (causes.indexOf("libgomp") >= 0) {
      return "ONNX Runtime needs the library libgomp.so.1, which this machine lacks; install it "
          + "(Debian, Ubuntu: libgomp1; Red Hat, Alpine: libgomp)";
    }
    return "ONNX Runtime's native library cannot be loaded on "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.arch")
        + ": "
        + causes.toString().strip();
  }
}
