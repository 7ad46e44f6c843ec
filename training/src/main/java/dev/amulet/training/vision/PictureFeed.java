package dev.amulet.training.vision;

import dev.amulet.format.v1.ChannelOrder;
import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.runtime.ImagePolicy;
import dev.amulet.runtime.Picture;
import dev.amulet.training.vision.augment.AugmentationPipeline;
import dev.amulet.training.vision.augment.BatchMixing;
import dev.amulet.training.vision.augment.PixelGrid;
import dev.amulet.training.vision.augment.RandomStream;
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
  /**
   * What happens to training pictures.
   *
   * @param augmentations of single pictures
   * @param mixup alpha of mixup, 0 for none
   * @param cutmix alpha of cutmix, 0 for none
   */
  record Changes(AugmentationPipeline augmentations, double mixup, double cutmix) {
    boolean mixes() {
      return mixup > 0 || cutmix > 0;
    }
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
    Source source = prepared(rows.images(), spec, policy);
    return new PictureFeed(rows.rows(), rows.imageColumns(), spec, source, cacheBytes, threads);
  }

  /** Encoded pictures as a network sees them. */
  static Source prepared(TuningRows.Images images, ImagePreprocessing spec, ImagePolicy policy) {
    return (row, column) -> {
      byte[] file = images.read(row, column);
      return file == null ? MISSING : Picture.prepared(file, spec, policy).rgb();
    };
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
   * @param mixing which pictures were mixed; null for none
   */
  @SuppressWarnings("ArrayRecordComponent") // handed from thread to thread, compared by nobody
  record Batch(
      int[] rows,
      int count,
      int[] row,
      int[] column,
      int width,
      FloatBuffer pixels,
      @Nullable BatchMixing mixing) {}

  /**
   * The batches of a pass, in order. Only one pass at a time.
   *
   * @param changes to each picture and batch; null for none
   * @param epoch that random numbers depend on
   */
  Pass pass(List<int[]> batches, @Nullable Changes changes, int epoch) {
    return new Pass(batches, changes, epoch);
  }

  /** One way through some batches. */
  final class Pass implements AutoCloseable {
    private final List<int[]> batches;
    private final @Nullable Changes changes;
    private final int epoch;
    private final Deque<Future<Batch>> running = new ArrayDeque<>();
    private int submitted;
    private long waitedNanos;

    Pass(List<int[]> batches, @Nullable Changes changes, int epoch) {
      this.batches = batches;
      this.changes = changes;
      this.epoch = epoch;
      fill();
    }

    private void fill() {
      while (submitted < batches.size() && running.size() < ahead) {
        int number = submitted++;
        int[] wanted = batches.get(number);
        running.add(workers.submit(() -> batch(wanted, changes, epoch, number)));
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

  private Batch batch(int[] wanted, @Nullable Changes changes, int epoch, int number) {
    byte[][] pictures = new byte[wanted.length * columns][];
    int[] row = new int[pictures.length];
    int[] column = new int[pictures.length];
    int count = 0;
    for (int i = 0; i < wanted.length; i++) {
      for (int c = 0; c < columns; c++) {
        byte[] picture = picture(wanted[i], c);
        if (picture.length > 0) {
          long index = (long) wanted[i] * columns + c;
          pictures[count] = changes == null ? picture : changed(picture, changes, index, epoch);
          row[count] = i;
          column[count++] = c;
        }
      }
    }
    float[] values = new float[count * size()];
    for (int i = 0; i < count; i++) {
      normalise(pictures[i], values, i * size());
    }
    BatchMixing mixing = null;
    // A picture stands for its row only where each row has one.
    if (changes != null && changes.mixes() && columns == 1 && count == wanted.length) {
      RandomStream random = RandomStream.of(changes.augmentations().seed(), -1, epoch, number);
      float[] planes = planar(values);
      mixing =
          BatchMixing.mix(planes, height(), width(), changes.mixup(), changes.cutmix(), random);
      interleave(planes, values);
    }
    FloatBuffer pixels =
        ByteBuffer.allocateDirect(4 * values.length).order(ByteOrder.nativeOrder()).asFloatBuffer();
    pixels.put(values).flip();
    return new Batch(wanted, count, row, column, width(), pixels, mixing);
  }

  private byte[] changed(byte[] picture, Changes changes, long index, int epoch) {
    PixelGrid grid = new PixelGrid(width(), height(), picture);
    PixelGrid changed = changes.augmentations().augment(grid, index, epoch);
    // A quarter turn of a picture that is not square would not fit the batch.
    return changed.width() == width() ? changed.rgb() : picture;
  }

  private int size() {
    return 3 * width() * height();
  }

  /** From {@code [N,H,W,3]} to {@code [N,3,H,W]}. */
  private float[] planar(float[] values) {
    float[] planes = new float[values.length];
    int area = width() * height();
    for (int i = 0; i < values.length; i++) {
      int picture = i / size();
      int at = i % size();
      planes[picture * size() + at % 3 * area + at / 3] = values[i];
    }
    return planes;
  }

  private void interleave(float[] planes, float[] values) {
    int area = width() * height();
    for (int i = 0; i < values.length; i++) {
      int picture = i / size();
      int at = i % size();
      values[i] = planes[picture * size() + at % 3 * area + at / 3];
    }
  }

  private void normalise(byte[] rgb, float[] to, int offset) {
    int red = spec.getChannelOrder() == ChannelOrder.BGR ? 2 : 0;
    for (int at = 0; at < rgb.length; at += 3) {
      to[offset + at] = tables[0][rgb[at + red] & 0xFF];
      to[offset + at + 1] = tables[1][rgb[at + 1] & 0xFF];
      to[offset + at + 2] = tables[2][rgb[at + 2 - red] & 0xFF];
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
