package dev.amulet.runtime.internal.pipeline;

import dev.amulet.runtime.internal.onnx.Binding;
import dev.amulet.runtime.internal.onnx.OnnxNetwork;
import dev.amulet.runtime.internal.pipeline.Pipeline.LaneSpec;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** Images waiting for one network at one tensor size, each already in its place in the batch. */
final class NetworkLane implements AutoCloseable {
  private final Binding binding;
  private final int capacity;
  private final int tensorLength;
  private final List<ImageJob> pending = new ArrayList<>();

  NetworkLane(OnnxNetwork network, LaneSpec spec, int capacity) {
    this.capacity = capacity;
    tensorLength = 3 * spec.height() * spec.width();
    binding = network.newBinding(capacity, spec.height(), spec.width());
  }

  /**
   * Takes the next place in the batch; a full batch runs first.
   *
   * @return offset of the image's tensor in {@link #input()}
   */
  int reserve(ImageJob job) {
    if (pending.size() == capacity) {
      run();
    }
    pending.add(job);
    return (pending.size() - 1) * tensorLength;
  }

  FloatBuffer input() {
    return binding.input();
  }

  void run() {
    if (pending.isEmpty()) {
      return;
    }
    binding.run(pending.size());
    for (int position = 0; position < pending.size(); position++) {
      pending.get(position).accept(binding, position);
    }
    pending.clear();
  }

  void clear() {
    pending.clear();
  }

  @Override
  public void close() {
    binding.close();
  }
}
