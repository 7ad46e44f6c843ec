package dev.amulet.runtime;

import org.jspecify.annotations.Nullable;

/**
 * Remembers what a network made of an image, so that it runs once per distinct image: across folds
 * and repeated runs when training, across requests when serving.
 *
 * <p>Implementations must be safe for concurrent use. A cache may forget anything at any time.
 */
public interface EmbeddingCache {
  /**
   * The vector put under a key, or null; the caller does not change it.
   *
   * @param key digest of the network, the preprocessing and the image bytes together
   */
  float @Nullable [] get(String key);

  /** Stores a vector; the caller does not change it afterwards. */
  void put(String key, float[] vector);

  /** A cache on the heap that drops the least recently used vectors beyond {@code maxBytes}. */
  static EmbeddingCache inMemory(long maxBytes) {
    return new MemoryEmbeddingCache(maxBytes);
  }
}
