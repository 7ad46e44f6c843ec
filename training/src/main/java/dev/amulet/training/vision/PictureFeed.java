package dev.amulet.training.vision;

import dev.amulet.format.v1.ChannelOrder;
import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.runtime.ImagePolicy;
import dev.amulet.runtime.Picture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Reads, decodes and changes pictures on threads of its own while the network works on those
 * before. Decoded and resized pictures stay in memory up to a bound, the others are decoded again
 * each time.
 */
final class PictureFeed implements AutoCloseable {
  /** Changes a prepared picture; the same for the same arguments. */
  @FunctionalInterface
  interface Change {
    /**
     * Changes one picture.
     *
     * @param rgb the picture, {@code [height,width,3]}; not to be written to
     * @return a picture of the same size
     */
    byte[] apply(byte[] rgb, int width, int height, long index, int epoch);
  }

  /** Prepared pictures. Called from several threads at once. */
  @FunctionalInterface
  interface Source {
    /**
     * The picture of a cell as the network sees it, {@code [height,width,3]} bytes; empty where
     * there is none.
     *
     * @throws IOException when it cannot be had; the picture then counts as missing
     */
    byte[] prepared(int row, int column) throws IOException;
  }

  private static final byte[] MISSING = new byte[0];

  private final int columns;
  private final ImagePreprocessing spec;
  private final Source source;
  private final long cacheBytes;
  private final AtomicReferenceArray<byte @Nullable []> cache;
  private final AtomicLong cachedBytes = new AtomicLong();
  private final AtomicInteger unreadable = new AtomicInteger();
  private final AtomicReference<@Nullable String> firstProblem = new AtomicReference<>();
  private final float[][] tables = new float[3][256];
  private final ExecutorService workers;
  private final int ahead;

  /**
   * Pictures of a table with so many rows and picture columns.
   *
   * @param cacheBytes memory for prepared pictures; 0 keeps none
   */
  PictureFeed(
      int rows, int columns, ImagePreprocessing spec, Source source, long cacheBytes, int threads) {
    this.columns = columns;
    this.spec = spec;
    this.source = source;
    this.cacheBytes = cacheBytes;
    this.cache =
        new AtomicReferenceArray<>(cacheBytes == 0 ? 0 : Math.multiplyExact(rows, columns));
    this.ahead = threads + 1;
    for (int p = 0; p < 3; p++) {
      for (int sample = 0; sample < 256; sample++) {
        tables[p][sample] = (sample / spec.getDivisor() - spec.getMean(p)) / spec.getStd(p);
      }
    }
    AtomicInteger count = new AtomicInteger();
    this.workers =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "amulet-pictures-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** The pictures of rows to tune on. */
  static PictureFeed of(
      TuningRows rows, ImagePreprocessing spec, ImagePolicy policy, long cacheBytes, int threads) {
    Source source =
        (row, column) -> {
          byte[] file = rows.images().read(row, column);
          return file == null ? MISSING : Picture.prepared(file, spec, policy).rgb();
        };
    return new PictureFeed(rows.rows(), rows.imageColumns(), spec, source, cacheBytes, threads);
  }

  int width() {
    return spec.getWidth();
  }

  int height() {
    return spec.getHeight();
  }

  /** Pictures that could not be read or decoded, and count as missing. */
  int unreadable() {
    return unreadable.get();
  }

  @Nullable String firstProblem() {
    return firstProblem.get();
  }

  /**
   * Pictures of some rows, ready for the network.
   *
   * @param rows of the table
   * @param count pictures that are there
   * @param row of each picture, as an index into {@code rows}
   * @param column of each picture
   * @param width of the pictures
   * @param pixels {@code [count,height,width,3]} float32, direct
   */
  @SuppressWarnings("ArrayRecordComponent") // handed from thread to thread, compared by nobody
  record Batch(int[] rows, int count, int[] row, int[] column, int width, FloatBuffer pixels) {}

  /**
   * The batches of a pass, in order. Only one pass at a time.
   *
   * @param change what to do to each picture; null for nothing
   * @param epoch given to the change
   */
  Pass pass(List<int[]> batches, @Nullable Change change, int epoch) {
    return new Pass(batches, change, epoch);
  }

  /** One way through some batches. */
  final class Pass implements AutoCloseable {
    private final List<int[]> batches;
    private final @Nullable Change change;
    private final int epoch;
    private final Deque<Future<Batch>> running = new ArrayDeque<>();
    private int submitted;
    private long waitedNanos;

    Pass(List<int[]> batches, @Nullable Change change, int epoch) {
      this.batches = batches;
      this.change = change;
      this.epoch = epoch;
      fill();
    }

    private void fill() {
      while (submitted < batches.size() && running.size() < ahead) {
        int[] wanted = batches.get(submitted++);
        running.add(workers.submit(() -> batch(wanted, change, epoch)));
      }
    }

    /** The next batch; null after the last. */
    @Nullable Batch next() {
      Future<Batch> first = running.poll();
      if (first == null) {
        return null;
      }
      long before = System.nanoTime();
      try {
        Batch batch = first.get();
        waitedNanos += System.nanoTime() - before;
        fill();
        return batch;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted while reading pictures");
      } catch (ExecutionException e) {
        throw new IllegalStateException("pictures could not be prepared", e.getCause());
      }
    }

    /** How long the network has waited for pictures so far. */
    double waitedSeconds() {
      return waitedNanos / 1e9;
    }

    @Override
    public void close() {
      running.forEach(future -> future.cancel(false));
    }
  }

  private Batch batch(int[] wanted, @Nullable Change change, int epoch) {
    byte[][] pictures = new byte[wanted.length * columns][];
    int[] row = new int[pictures.length];
    int[] column = new int[pictures.length];
    int count = 0;
    for (int i = 0; i < wanted.length; i++) {
      for (int c = 0; c < columns; c++) {
        byte[] picture = picture(wanted[i], c);
        if (picture.length > 0) {
          long index = (long) wanted[i] * columns + c;
          pictures[count] =
              change == null ? picture : change.apply(picture, width(), height(), index, epoch);
          row[count] = i;
          column[count++] = c;
        }
      }
    }
    int size = 3 * width() * height();
    FloatBuffer pixels =
        ByteBuffer.allocateDirect(4 * count * size).order(ByteOrder.nativeOrder()).asFloatBuffer();
    float[] line = new float[size];
    for (int i = 0; i < count; i++) {
      normalise(pictures[i], line);
      pixels.put(line);
    }
    return new Batch(wanted, count, row, column, width(), pixels.flip());
  }

  private void normalise(byte[] rgb, float[] to) {
    boolean bgr = spec.getChannelOrder() == ChannelOrder.BGR;
    int red = bgr ? 2 : 0;
    for (int at = 0; at < rgb.length; at += 3) {
      to[at] = tables[0][rgb[at + red] & 0xFF];
      to[at + 1] = tables[1][rgb[at + 1] & 0xFF];
      to[at + 2] = tables[2][rgb[at + 2 - red] & 0xFF];
    }
  }

  /** The prepared picture of a cell, {@code [height,width,3]}; empty where there is none. */
  byte[] picture(int row, int column) {
    if (cacheBytes == 0) {
      return prepare(row, column);
    }
    int index = row * columns + column;
    byte[] known = cache.get(index);
    if (known != null) {
      return known;
    }
    byte[] picture = prepare(row, column);
    if (cachedBytes.addAndGet(picture.length) <= cacheBytes) {
      cache.set(index, picture);
    } else {
      cachedBytes.addAndGet(-picture.length);
    }
    return picture;
  }

  private byte[] prepare(int row, int column) {
    try {
      return source.prepared(row, column);
    } catch (IOException e) {
      unreadable.incrementAndGet();
      firstProblem.compareAndSet(null, e.getMessage());
      return MISSING;
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }
}
