package dev.amulet.training;

import dev.amulet.runtime.DiskEmbeddingCache;
import dev.amulet.runtime.EmbeddingCache;
import dev.amulet.training.download.UserCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The embeddings an experiment has: in memory, and behind that in a folder that other runs share,
 * so that a network sees each distinct picture once in all. A folder that cannot be used costs time
 * and no result. Safe for concurrent use.
 */
final class EmbeddingStore implements EmbeddingCache, AutoCloseable {
  /** Room for 1.5 million embeddings of 1280 values. */
  private static final long DISK_BYTES = 8L << 30;

  private final EmbeddingCache memory;
  private final @Nullable DiskEmbeddingCache disk;
  private final AtomicLong computed = new AtomicLong();

  private EmbeddingStore(long memoryBytes, @Nullable DiskEmbeddingCache disk) {
    memory = EmbeddingCache.inMemory(memoryBytes);
    this.disk = disk;
  }

  /** Of a run that leaves nothing behind. */
  static EmbeddingStore inMemory(long maxBytes) {
    return new EmbeddingStore(maxBytes, null);
  }

  /** Opens the folder that the settings name. */
  static EmbeddingStore open(ImageSettings settings, ProgressListener progress) {
    // Room for 400,000 embeddings of 1280 values, where there is that much memory.
    long memoryBytes = Math.min(2L << 30, Runtime.getRuntime().maxMemory() / 4);
    String named = settings.cache();
    if (named != null && named.equals(ImageSettings.NO_CACHE)) {
      return inMemory(memoryBytes);
    }
    Path folder = named == null ? UserCache.folder("embeddings") : Path.of(named);
    try {
      return new EmbeddingStore(memoryBytes, EmbeddingCache.onDisk(folder, DISK_BYTES));
    } catch (IOException e) {
      progress.message(
          "embeddings will be forgotten when the run ends: %s cannot be used: %s"
              .formatted(folder, e));
      return inMemory(memoryBytes);
    }
  }

  @Override
  public float @Nullable [] get(String key) {
    float[] vector = memory.get(key);
    if (vector == null && disk != null) {
      vector = disk.get(key);
      if (vector != null) {
        memory.put(key, vector);
      }
    }
    return vector;
  }

  @Override
  public void put(String key, float[] vector) {
    computed.incrementAndGet();
    memory.put(key, vector);
    if (disk != null) {
      disk.put(key, vector);
    }
  }

  /** How many embeddings networks had to make so far. */
  long computed() {
    return computed.get();
  }

  /** Says so when some embeddings could not be kept. */
  void report(ProgressListener progress) {
    IOException problem = disk == null ? null : disk.problem();
    if (problem != null) {
      progress.message("not all embeddings could be kept for another run: " + problem);
    }
  }

  @Override
  public void close() {
    if (disk != null) {
      disk.close();
    }
  }
}
