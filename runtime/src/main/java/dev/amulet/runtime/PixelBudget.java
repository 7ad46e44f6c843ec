package dev.amulet.runtime;

import java.util.concurrent.Semaphore;

/**
 * How many pixels may be decoded at once, by all scorers that share it: what keeps many large
 * pictures that come together from exhausting the memory. Decoding takes up to 16 bytes per pixel.
 *
 * <p>Before anything is allocated for a picture, its thread waits until the pixels that its header
 * declares are free, in the order of coming. Nobody holds some while waiting for others, so that
 * all get their turn. Safe for concurrent use.
 */
public final class PixelBudget {
  private final int pixels;
  private final Semaphore free;

  /**
   * Of this many pixels; a larger picture is decoded when no other is.
   *
   * @throws IllegalArgumentException when there are none
   */
  public PixelBudget(int pixels) {
    if (pixels < 1) {
      throw new IllegalArgumentException("a budget of " + pixels + " pixels, expected at least 1");
    }
    this.pixels = pixels;
    free = new Semaphore(pixels, true);
  }

  /**
   * Waits for its turn.
   *
   * @return what is to be given back to {@link #release}
   */
  public int acquire(long wanted) {
    int taken = (int) Math.min(pixels, wanted);
    free.acquireUninterruptibly(taken);
    return taken;
  }

  /** Gives back what {@link #acquire} took. */
  public void release(int taken) {
    free.release(taken);
  }

  /** Pixels of the pictures that are being decoded. */
  public int inFlight() {
    return pixels - free.availablePermits();
  }
}
