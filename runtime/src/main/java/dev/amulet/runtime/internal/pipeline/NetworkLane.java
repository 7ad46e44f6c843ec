package dev.amulet.runtime.internal.pipeline;

import dev.amulet.runtime.ScoringStage;
import dev.amulet.runtime.internal.observe.StageObserver;
import dev.amulet.runtime.internal.observe.StageObserver.Span;
import dev.amulet.runtime.internal.onnx.Binding;
import dev.amulet.runtime.internal.onnx.OnnxNetwork;
import dev.amulet.runtime.internal.pipeline.Pipeline.LaneSpec;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Images waiting for one network at one tensor size, each in its place in the batch. Several
 * threads may reserve places and write into them at once; the rest is for one thread.
 */
final class NetworkLane implements AutoCloseable {
  private final Binding binding;
  private final String network;
  private final StageObserver observer;
  private final int capacity;
  private final int tensorLength;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition settled = lock.newCondition();
  private final List<ImageJob> pending = new ArrayList<>();

  /** Places that are reserved and not yet written. */
  private int writing;

  private boolean timed;
  private long networkNs;

  NetworkLane(OnnxNetwork network, String id, LaneSpec spec, int capacity, StageObserver observer) {
    this.network = id;
    this.observer = observer;
    this.capacity = capacity;
    tensorLength = 3 * spec.height() * spec.width();
    binding = network.newBinding(capacity, spec.height(), spec.width());
  }

  /**
   * Takes the next place in the batch; a full batch runs first, once all of it is written. {@link
   * #written} must follow before the same thread reserves again.
   *
   * @return offset of the image's tensor in {@link #input()}
   */
  int reserve(ImageJob job) {
    lock.lock();
    try {
      while (pending.size() == capacity) {
        if (writing > 0) {
          settled.awaitUninterruptibly();
        } else {
          run();
        }
      }
      pending.add(job);
      writing++;
      return (pending.size() - 1) * tensorLength;
    } finally {
      settled.signalAll();
      lock.unlock();
    }
  }

  /** Says that the image of the last {@link #reserve} is in its place. */
  void written() {
    lock.lock();
    try {
      writing--;
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  FloatBuffer input() {
    return binding.input();
  }

  void run() {
    if (pending.isEmpty()) {
      return;
    }
    Span span = observer.begin(ScoringStage.NETWORK, timed);
    try {
      binding.run(pending.size(), wantsMaps());
    } finally {
      networkNs += span == null ? 0 : span.end(network, pending.size());
    }
    for (int position = 0; position < pending.size(); position++) {
      pending.get(position).accept(binding, position);
    }
    pending.clear();
  }

  private boolean wantsMaps() {
    for (int i = 0; i < pending.size(); i++) {
      if (pending.get(i).wantsMap()) {
        return true;
      }
    }
    return false;
  }

  void clear() {
    pending.clear();
    writing = 0;
    timed = false;
    networkNs = 0;
  }

  /** Has the runs of this batch timed. */
  void time() {
    lock.lock();
    try {
      timed = true;
    } finally {
      lock.unlock();
    }
  }

  /** How long the runs of this batch took, if they were timed. */
  long networkNs() {
    return networkNs;
  }

  @Override
  public void close() {
    binding.close();
  }
}
