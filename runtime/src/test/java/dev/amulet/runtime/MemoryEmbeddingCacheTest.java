package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MemoryEmbeddingCacheTest {
  /** A vector of 50 numbers counts as 200 bytes and as much again around it. */
  private static final int ENTRY = 400;

  @Test
  void theLeastRecentlyUsedVectorLeavesFirst() {
    EmbeddingCache cache = EmbeddingCache.inMemory(3 * ENTRY);
    put(cache, "a", "b", "c");
    assertThat(cache.get("a")).isNotNull();
    put(cache, "d");
    assertThat(cache.get("b")).isNull();
    assertThat(cache.get("a")).isNotNull();
    assertThat(cache.get("c")).isNotNull();
    assertThat(cache.get("d")).isNotNull();
  }

  @Test
  void puttingAVectorAgainCountsItOnce() {
    EmbeddingCache cache = EmbeddingCache.inMemory(2 * ENTRY);
    put(cache, "a", "b", "b", "b", "b");
    assertThat(cache.get("a")).isNotNull();
    float[] longer = new float[60];
    cache.put("b", longer);
    assertThat(cache.get("a")).as("b grew").isNull();
    assertThat(cache.get("b")).isSameAs(longer);
  }

  @Test
  void whatNeverFitsIsNotKept() {
    EmbeddingCache cache = EmbeddingCache.inMemory(ENTRY);
    put(cache, "a");
    cache.put("b", new float[51]);
    assertThat(cache.get("b")).isNull();
    EmbeddingCache none = EmbeddingCache.inMemory(0);
    put(none, "a");
    assertThat(none.get("a")).isNull();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmbeddingCache.inMemory(-1))
        .withMessageContaining("-1");
  }

  @Test
  @Timeout(60)
  void threadsFindOnlyWhatBelongsToTheKey() throws InterruptedException, ExecutionException {
    EmbeddingCache cache = EmbeddingCache.inMemory(20 * ENTRY);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Integer>> calls = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int seed = t;
        calls.add(
            () -> {
              int hits = 0;
              for (int i = 0; i < 20_000; i++) {
                int key = (i * 7 + seed * 13) % 40;
                float[] found = cache.get("k" + key);
                if (found == null) {
                  float[] vector = new float[50];
                  vector[0] = key;
                  cache.put("k" + key, vector);
                } else {
                  assertThat(found[0]).isEqualTo(key);
                  hits++;
                }
              }
              return hits;
            });
      }
      int hits = 0;
      for (Future<Integer> future : threads.invokeAll(calls)) {
        hits += future.get();
      }
      assertThat(hits).isPositive();
    } finally {
      threads.shutdownNow();
    }
    int kept = 0;
    for (int key = 0; key < 40; key++) {
      kept += cache.get("k" + key) == null ? 0 : 1;
    }
    assertThat(kept).isEqualTo(20);
  }

  private static void put(EmbeddingCache cache, String... keys) {
    for (String key : keys) {
      cache.put(key, new float[50]);
    }
  }
}
