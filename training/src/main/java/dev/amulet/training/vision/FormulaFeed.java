package dev.amulet.training.vision;

import dev.amulet.training.vision.augment.PixelGrid;
import dev.amulet.training.vision.nano.FormulaPictures;
import dev.amulet.training.vision.nano.Sketch;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Draws the next batches on a thread of its own while the network works on one. */
final class FormulaFeed implements AutoCloseable {
  private static final int BATCHES_AHEAD = 4;

  private final FormulaPictures pictures;
  private final int size;
  private final BlockingQueue<Batch> ready = new ArrayBlockingQueue<>(BATCHES_AHEAD);
  private final Thread painter;
  private volatile @Nullable RuntimeException failure;

  /** Pictures and what is to be said about them. */
  static final class Batch {
    final int side;

    /** {@code [N,side,side,3]}, normalised. */
    final float[] pixels;

    /** Right answer to each question, for each picture. */
    final int[][] answers;

    /** {@code [N,Sketch.LENGTH]}. */
    final float[] sketches;

    private Batch(int pictures, int side) {
      this.side = side;
      pixels = new float[pictures * side * side * 3];
      answers = new int[pictures][];
      sketches = new float[pictures * Sketch.LENGTH];
    }
  }

  /**
   * @param size pictures a batch
   * @param steps batches in all
   * @param side of the pictures of a step, pixels
   */
  FormulaFeed(FormulaPictures pictures, int size, int steps, IntUnaryOperator side) {
    this.pictures = pictures;
    this.size = size;
    painter = new Thread(() -> paint(steps, side), "nano-pictures");
    painter.setDaemon(true);
    painter.start();
  }

  private void paint(int steps, IntUnaryOperator side) {
    try {
      for (int step = 0; step < steps; step++) {
        ready.put(batch((long) step * size, side.applyAsInt(step)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private Batch batch(long first, int side) {
    Batch batch = new Batch(size, side);
    for (int i = 0; i < size; i++) {
      PixelGrid picture = pictures.draw(first + i, side);
      byte[] rgb = picture.rgb();
      for (int j = 0; j < rgb.length; j++) {
        batch.pixels[i * rgb.length + j] =
            ((rgb[j] & 0xFF) / 255f - NanoBackbone.MEAN) / NanoBackbone.STD;
      }
      Sketch.of(picture, batch.sketches, i * Sketch.LENGTH);
      batch.answers[i] = pictures.answers(first + i);
    }
    return batch;
  }

  /** The next batch, in order; waits for it. */
  Batch next() {
    try {
      while (true) {
        Batch batch = ready.poll(1, TimeUnit.SECONDS);
        if (batch != null) {
          return batch;
        }
        RuntimeException failed = failure;
        if (failed != null) {
          throw failed;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while pictures were drawn", e);
    }
  }

  @Override
  public void close() {
    painter.interrupt();
  }
}
