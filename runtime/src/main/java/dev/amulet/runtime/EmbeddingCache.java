package dev.amulet.runtime;

import java.io.IOException;
import java.nio.file.Path;
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
   * @param key digests of all that the vector depends on: the network with its session options, the
   *     preprocessing, the image's bytes, the versions of Amulet, Java and ONNX Runtime, the kind
   *     of CPU and of device; 128 hexadecimal digits
   */
  float @Nullable [] get(String key);

  /** Stores a vector; the caller does not change it afterwards. */
  void put(String key, float[] vector);

  /** A cache on the heap that drops the least recently used vectors beyond {@code maxBytes}. */
  static EmbeddingCache inMemory(long maxBytes) {
    return new MemoryEmbeddingCache(maxBytes);
  }

  /**
   * A cache in a folder, which is made where it is missing: see {@link DiskEmbeddingCache}.
   *
   * @param maxBytes most bytes all its files may have; the oldest are dropped
   */
  static DiskEmbeddingCache onDisk(Path folder, long maxBytes) throws IOException {
    return new DiskEmbeddingCache(folder, maxBytes);
  }
}
