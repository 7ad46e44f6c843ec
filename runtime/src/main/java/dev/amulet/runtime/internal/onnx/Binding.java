package dev.amulet.runtime.internal.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.amulet.format.v1.Network;
import dev.amulet.format.v1.NetworkOutput;
import dev.amulet.format.v1.OutputRole;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The input and outputs of one network, in direct memory that ONNX Runtime reads and writes in
 * place. Used by one thread at a time; may be closed by any. Write {@code [batch,3,H,W]} float32 to
 * {@link #input}, call {@link #run}, read {@link #output}; contents last until the next run.
 */
public final class Binding implements AutoCloseable {
  private static final int ALIGNMENT_BYTES = 64;

  private final OnnxNetwork network;
  private final OrtEnvironment environment;
  private final Network spec;
  private final int height;
  private final int width;
  private final FloatBuffer input;
  private final Map<String, FloatBuffer> outputs = new LinkedHashMap<>();

  /** By batch size, without and with feature maps; made when first used. */
  private final @Nullable Tensors[] tensors;

  private final @Nullable Tensors[] tensorsWithMaps;

  private final UseCount uses = new UseCount("a network binding", this::release);

  Binding(
      OnnxNetwork network,
      OrtEnvironment environment,
      Network spec,
      int maxBatch,
      int height,
      int width) {
    this.network = network;
    this.environment = environment;
    this.spec = spec;
    this.height = height;
    this.width = width;
    this.tensors = new Tensors[maxBatch + 1];
    this.tensorsWithMaps = new Tensors[maxBatch + 1];
    this.input = floats(3L * height * width * maxBatch);
    for (NetworkOutput output : spec.getOutputsList()) {
      if (output.getRole() != OutputRole.FEATURE_MAP) {
        outputs.put(output.getName(), floats((long) maxBatch * size(output)));
      }
    }
  }

  private record Tensors(Map<String, OnnxTensor> input, Map<String, OnnxTensor> outputs) {}

  /** {@code [maxBatch,3,H,W]}; use absolute positions. */
  public FloatBuffer input() {
    return input;
  }

  /** {@code [maxBatch, shape of the output...]}; use absolute positions. */
  public FloatBuffer output(String name) {
    FloatBuffer output = outputs.get(name);
    if (output == null) {
      throw new IllegalArgumentException(
          "network \""
              + spec.getId()
              + "\" has no output \""
              + name
              + "\", only "
              + outputs.keySet());
    }
    return output;
  }

  /** Most pictures of one run. */
  public int maxBatch() {
    return tensors.length - 1;
  }

  /** As {@link #run(int, boolean)} without feature maps. */
  public void run(int batch) {
    run(batch, false);
  }

  /**
   * Runs the first {@code batch} pictures of the input; IllegalStateException once closed.
   *
   * @param maps whether feature maps are copied out too
   */
  public void run(int batch, boolean maps) {
    if (batch <= 0 || batch > maxBatch()) {
      throw new IllegalArgumentException(
          "a batch of " + batch + " pictures, expected 1 to " + maxBatch());
    }
    uses.enter();
    try {
      @Nullable Tensors[] known = maps ? tensorsWithMaps : tensors;
      Tensors views = known[batch];
      if (views == null) {
        views = tensors(batch, maps);
        known[batch] = views;
      }
      network.run(views.input, views.outputs);
    } finally {
      uses.leave();
    }
  }

  @Override
  public void close() {
    uses.close();
  }

  private Tensors tensors(int batch, boolean maps) {
    Map<String, OnnxTensor> written = new LinkedHashMap<>();
    for (NetworkOutput output : spec.getOutputsList()) {
      if (output.getRole() == OutputRole.FEATURE_MAP) {
        if (!maps) {
          continue;
        }
        outputs.computeIfAbsent(output.getName(), name -> floats((long) maxBatch() * size(output)));
      }
      long[] shape = new long[output.getShapeCount() + 1];
      shape[0] = batch;
      for (int i = 1; i < shape.length; i++) {
        shape[i] = output.getShape(i - 1);
      }
      written.put(output.getName(), tensor(output(output.getName()), shape));
    }
    OnnxTensor read = tensor(input, new long[] {batch, 3, height, width});
    return new Tensors(Map.of(spec.getInput(), read), written);
  }

  private OnnxTensor tensor(FloatBuffer memory, long[] shape) {
    long size = 1;
    for (long side : shape) {
      size *= side;
    }
    try {
      return OnnxTensor.createTensor(environment, memory.slice(0, (int) size), shape);
    } catch (OrtException e) {
      throw new IllegalStateException(
          "network \"" + spec.getId() + "\": no tensor over its buffer: " + e.getMessage(), e);
    }
  }

  private void release() {
    release(tensors);
    release(tensorsWithMaps);
  }

  private static void release(@Nullable Tensors[] made) {
    for (Tensors views : made) {
      if (views != null) {
        views.input.values().forEach(OnnxTensor::close);
        views.outputs.values().forEach(OnnxTensor::close);
      }
    }
  }

  private static long size(NetworkOutput output) {
    long size = 1;
    for (int side : output.getShapeList()) {
      size *= side;
    }
    return size;
  }

  private static FloatBuffer floats(long count) {
    long blocks = (count * Float.BYTES + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES;
    return ByteBuffer.allocateDirect(Math.toIntExact((blocks + 1) * ALIGNMENT_BYTES))
        .alignedSlice(ALIGNMENT_BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer()
        .slice(0, (int) count);
  }
}
