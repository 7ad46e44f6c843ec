package dev.amulet.training.vision;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.amulet.training.TrainingException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts PyTorch through DJL. All numbers are float32: DJL 0.35.1 aborts the JVM on bfloat16 and
 * cuts the gradient on float16, so no other type is ever made here.
 */
final class Torch {
  private static final String OFFLINE = "ai.djl.offline";

  private Torch() {}

  /**
   * A manager of arrays on the GPU that DJL finds, else on the CPU; the caller closes it.
   *
   * @throws TrainingException when the native library is missing or does not load
   */
  static NDManager manager() {
    if (System.getProperty(OFFLINE) == null) {
      // Otherwise DJL asks the network for natives and reports its use.
      System.setProperty(OFFLINE, "true");
    }
    try {
      Engine engine = Engine.getEngine("PyTorch");
      Device device = engine.getGpuCount() > 0 ? Device.gpu() : Device.cpu();
      return NDManager.newBaseManager(device, "PyTorch");
    } catch (EngineException | UnsatisfiedLinkError | IllegalStateException e) {
      throw new TrainingException(
          "fine-tuning needs PyTorch, which did not start ("
              + e.getMessage()
              + ");\nput ai.djl.pytorch:pytorch-native-cpu 2.7.1 of this platform on the class path,"
              + " or leave fine-tuning off",
          e);
    }
  }

  /** Why {@link #manager()} would fail; empty when PyTorch runs here. */
  static Optional<String> whyNot() {
    try (NDManager manager = manager()) {
      manager.create(1f).close();
      return Optional.empty();
    } catch (TrainingException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Whether arrays live on a GPU. */
  static boolean onGpu(NDManager manager) {
    return manager.getDevice().isGpu();
  }

  /** Intra-operator threads of the CPU. */
  static int threads() {
    return JniUtils.getNumThreads();
  }

  /** Does something of which this thread keeps no record for gradients. */
  static <T> T withoutGradients(Supplier<T> work) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    try {
      return work.get();
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  /** The same, without a result. */
  static void withoutGradients(Runnable work) {
    boolean unused =
        withoutGradients(
            () -> {
              work.run();
              return true;
            });
  }

  /** Closes what may be null. */
  static void close(@Nullable AutoCloseable array) {
    if (array == null) {
      return;
    }
    try {
      array.close();
    } catch (Exception e) {
      throw new IllegalStateException("an array could not be released", e);
    }
  }
}
