package dev.amulet.runtime;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Least recently used vectors leave first. */
final class MemoryEmbeddingCache implements EmbeddingCache {
  /** Key text, map node and array headers, roughly. */
  private static final long ENTRY_OVERHEAD_BYTES = 200;

  private final long maxBytes;
  private final Map<String, float[]> vectors = new LinkedHashMap<>(64, 0.75f, true);
  private long bytes;

  MemoryEmbeddingCache(long maxBytes) {
    if (maxBytes < 0) {
      throw new IllegalArgumentException("maxBytes is " + maxBytes + ", must not be negative");
    }
    this.maxBytes = maxBytes;
  }

  @Override
  public synchronized float @Nullable [] get(String key) {
    return vectors.get(key);
  }

  @Override
  public synchronized void put(String key, float[] vector) {
    float[] old = vectors.put(key, vector);
    bytes += size(vector) - (old == null ? 0 : size(old));
    Iterator<float[]> eldest = vectors.values().iterator();
    while (bytes > maxBytes && eldest.hasNext()) {
      bytes -= size(eldest.next());
      eldest.remove();
    }
  }

  private static long size(float[] vector) {
    return ENTRY_OVERHEAD_BYTES + 4L * vector.length;
  }
}
