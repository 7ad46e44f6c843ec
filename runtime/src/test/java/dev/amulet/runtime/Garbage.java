package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What a piece of code costs in garbage on the calling thread. */
public final class Garbage {
  /** Bytes per run; the smallest object there is takes 16. */
  public static final double NONE = 0.1;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Rounds without a pause, and those after which a machine is given up. */
  private static final int QUICK_ROUNDS = 6;

  private static final int MOST_ROUNDS = 100;
  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);

  private Garbage() {}

  /** What is measured. */
  @FunctionalInterface
  public interface Run {
    void run(int i);
  }

  /**
   * Checks the bytes per run of the best of several rounds: code that is not compiled yet makes
   * objects that compiled code does not, and the virtual machine itself now and then puts a few
   * bytes down to the thread (a method recompiled, a class linked). How late both end depends on
   * the machine, so a round that is too dear is only the last word when many were.
   */
  public static void assertLessThan(double bytesPerRun, int runs, Run run) {
    double least = Double.MAX_VALUE;
    for (int round = 0; round < MOST_ROUNDS && least >= bytesPerRun; round++) {
      if (round >= QUICK_ROUNDS) {
        // Leaves the processor to the compiler.
        LockSupport.parkNanos(PAUSE_NS);
      }
      least = Math.min(least, bytesPerRun(runs, run));
    }
    assertThat(least).as("bytes per run").isLessThan(bytesPerRun);
  }

  private static double bytesPerRun(int runs, Run run) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    long own = THREADS.getCurrentThreadAllocatedBytes() - before;
    before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < runs; i++) {
      run.run(i);
    }
    return (double) (THREADS.getCurrentThreadAllocatedBytes() - before - own) / runs;
  }
}
