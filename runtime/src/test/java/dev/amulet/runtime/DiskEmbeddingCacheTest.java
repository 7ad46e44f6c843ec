package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Task;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DiskEmbeddingCacheTest {
  private static final long ROOMY = 1 << 20;

  @TempDir private Path folder;

  @Test
  void vectorsOutliveTheProcess() throws IOException {
    try (DiskEmbeddingCache cache = EmbeddingCache.onDisk(folder.resolve("new/one"), ROOMY)) {
      for (int i = 0; i < 40; i++) {
        cache.put("key" + i, vector(i, 60 + i));
      }
      cache.put("odd", new float[] {Float.NaN, -0f, Float.MIN_VALUE, Float.NEGATIVE_INFINITY});
      cache.put("none", new float[0]);
      assertThat(cache.get("key3")).isEqualTo(vector(3, 63));
    }
    try (DiskEmbeddingCache cache = EmbeddingCache.onDisk(folder.resolve("new/one"), ROOMY)) {
      assertThat(cache.size()).isEqualTo(42);
      for (int i = 0; i < 40; i++) {
        assertThat(cache.get("key" + i)).isEqualTo(vector(i, 60 + i));
      }
      assertThat(cache.get("odd"))
          .isEqualTo(new float[] {Float.NaN, -0f, Float.MIN_VALUE, Float.NEGATIVE_INFINITY});
      assertThat(cache.get("none")).isEmpty();
      assertThat(cache.get("key40")).isNull();
      assertThat(cache.problem()).isNull();
    }
  }

  @Test
  void theOldestAreDroppedAndTheBoundHolds() throws IOException {
    long maxBytes = 40_000;
    try (DiskEmbeddingCache cache = EmbeddingCache.onDisk(folder, maxBytes)) {
      for (int i = 0; i < 500; i++) {
        cache.put("key" + i, vector(i, 100));
        assertThat(bytesInFolder()).isLessThanOrEqualTo(maxBytes).isEqualTo(cache.sizeBytes());
        assertThat(cache.get("key" + i)).isNotNull();
      }
      assertThat(cache.get("key0")).isNull();
      assertThat(cache.get("key450")).isEqualTo(vector(450, 100));
      assertThat(cache.size()).isBetween(60, 100);
      cache.put("too long", new float[2_000]);
      assertThat(cache.get("too long")).isNull();
    }
    try (DiskEmbeddingCache smaller = EmbeddingCache.onDisk(folder, 10_000)) {
      assertThat(bytesInFolder()).isLessThanOrEqualTo(10_000);
      assertThat(smaller.get("key499")).isEqualTo(vector(499, 100));
    }
    try (DiskEmbeddingCache none = EmbeddingCache.onDisk(folder, 0)) {
      none.put("a", new float[1]);
      assertThat(none.get("a")).isNull();
      assertThat(bytesInFolder()).isZero();
    }
    assertThatIllegalArgumentException().isThrownBy(() -> EmbeddingCache.onDisk(folder, -1));
  }

  @Test
  void aTornRecordIsIgnoredAtEveryLength() throws IOException {
    Path segment = written("a", "b", "c");
    byte[] whole = Files.readAllBytes(segment);
    for (int length = 0; length <= whole.length; length += 13) {
      Files.write(segment, Arrays.copyOf(whole, length));
      try (DiskEmbeddingCache cache = EmbeddingCache.onDisk(folder, ROOMY)) {
        assertThat(cache.size()).as("%d bytes", length).isLessThanOrEqualTo(3);
        assertThat(cache.size()).isEqualTo(wholeRecords(length, whole.length));
        for (String key : List.of("a", "b", "c")) {
          float[] found = cache.get(key);
          assertThat(found == null || Arrays.equals(found, vector(key.hashCode(), 50))).isTrue();
        }
      }
    }
  }

  @Test
  void aFlippedBitIsNeverReturned() throws IOException {
    Path segment = written("a", "b", "c");
    byte[] whole = Files.readAllBytes(segment);
    for (int i = 0; i < whole.length; i += i < 100 ? 1 : 9) {
      byte[] damaged = whole.clone();
      damaged[i] ^= (byte) (1 << (i % 8));
      Files.write(segment, damaged);
      try (DiskEmbeddingCache cache = EmbeddingCache.onDisk(folder, ROOMY)) {
        for (String key : List.of("a", "b", "c")) {
          float[] found = cache.get(key);
          assertThat(found == null || Arrays.equals(found, vector(key.hashCode(), 50)))
              .as("byte %d", i)
              .isTrue();
        }
        assertThat(cache.size()).isLessThan(3);
      }
    }
  }

  @Test
  void damageAfterOpeningIsNoticedOnReading() throws IOException {
    Path segment = written("a");
    try (DiskEmbeddingCache cache = EmbeddingCache.onDisk(folder, ROOMY)) {
      assertThat(cache.get("a")).isNotNull();
      try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
        file.seek(60);
        file.write(99);
      }
      assertThat(cache.get("a")).isNull();
      cache.put("a", vector("a".hashCode(), 50));
      assertThat(cache.get("a")).isEqualTo(vector("a".hashCode(), 50));
    }
  }

  @Test
  void whatIsNoSegmentIsLeftAlone() throws IOException {
    Random random = new Random(5);
    String name = "000001700000000-" + "0123456789abcdef".repeat(2) + ".embeddings";
    byte[] noise = new byte[100_000];
    random.nextBytes(noise);
    Files.write(folder.resolve(name), noise);
    Files.write(folder.resolve("notes.txt"), noise);
    Files.write(folder.resolve(name.replace("17", "18")), new byte[0]);
    Files.createDirectory(folder.resolve(name.replace("17", "19")));
    Path elsewhere = folder.resolve("elsewhere");
    Files.write(elsewhere, noise);
    Files.createSymbolicLink(folder.resolve(name.replace("17", "20")), elsewhere);
    try (DiskEmbeddingCache cache = EmbeddingCache.onDisk(folder, 50_000)) {
      cache.put("a", vector(1, 50));
      assertThat(cache.get("a")).isEqualTo(vector(1, 50));
      assertThat(cache.size()).isEqualTo(1);
      assertThat(folder.resolve(name)).as("too large: dropped as the oldest").doesNotExist();
    }
    assertThat(folder.resolve("notes.txt")).hasBinaryContent(noise);
    assertThat(elsewhere).hasBinaryContent(noise);
  }

  @Test
  void recordsWithLyingLengthsAreRefused() throws IOException {
    Path segment = written("a", "b");
    byte[] whole = Files.readAllBytes(segment);
    for (int lie : new int[] {-1, 0, 1025, Integer.MAX_VALUE, Integer.MIN_VALUE, 4_000_000}) {
      for (int field : new int[] {4, 8}) {
        byte[] lying = whole.clone();
        ByteBuffer.wrap(lying).putInt(EmbeddingSegment.HEADER_BYTES + field, lie);
        Files.write(segment, lying);
        try (DiskEmbeddingCache cache = EmbeddingCache.onDisk(folder, ROOMY)) {
          assertThat(cache.size()).isZero();
        }
      }
    }
  }

  @Test
  void twoSeeWhatTheOtherWrites() throws IOException {
    try (DiskEmbeddingCache one = new DiskEmbeddingCache(folder, ROOMY, 0);
        DiskEmbeddingCache other = new DiskEmbeddingCache(folder, ROOMY, 0)) {
      one.put("a", vector(1, 50));
      assertThat(other.get("a")).isEqualTo(vector(1, 50));
      one.put("b", vector(2, 50));
      other.put("c", vector(3, 50));
      assertThat(other.get("b")).isEqualTo(vector(2, 50));
      assertThat(one.get("c")).isEqualTo(vector(3, 50));
      assertThat(one.size()).isEqualTo(3);
    }
  }

  @Test
  void aFolderThatVanishesCostsVectorsAndNoScore() throws IOException {
    Path vanishing = folder.resolve("vanishing");
    try (DiskEmbeddingCache cache = EmbeddingCache.onDisk(vanishing, 8 * 1024)) {
      cache.put("a", vector(1, 50));
      try (Stream<Path> files = Files.list(vanishing)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(vanishing);
      assertThat(cache.get("a")).isNull();
      for (int i = 0; i < 40; i++) {
        cache.put("b" + i, vector(i, 50));
      }
      assertThat(cache.problem()).isNotNull();
    }
  }

  @Test
  void threadsFindOnlyWhatBelongsToTheKey()
      throws IOException, InterruptedException, ExecutionException {
    try (DiskEmbeddingCache one = EmbeddingCache.onDisk(folder, 60_000);
        DiskEmbeddingCache other = EmbeddingCache.onDisk(folder, 60_000)) {
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
          EmbeddingCache cache = t % 2 == 0 ? one : other;
          int seed = t;
          calls.add(() -> hits(cache, seed));
        }
        int hits = 0;
        for (Future<Integer> future : threads.invokeAll(calls)) {
          hits += future.get();
        }
        assertThat(hits).isPositive();
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private static int hits(EmbeddingCache cache, int seed) {
    int hits = 0;
    for (int i = 0; i < 1_500; i++) {
      int key = (i * 7 + seed * 13) % 200;
      float[] found = cache.get("k" + key);
      if (found == null) {
        cache.put("k" + key, vector(key, 50));
      } else {
        assertThat(found).isEqualTo(vector(key, 50));
        hits++;
      }
    }
    return hits;
  }

  @Test
  void aScorerFindsItsVectorsAgain() throws IOException, ArtifactException {
    AmuletBuilder amulet = GoldenAmulet.of(Task.MULTICLASS);
    List<double[]> expected;
    try (Scorer scorer = amulet.open()) {
      expected = margins(scorer);
    }
    int vectors;
    try (DiskEmbeddingCache cache = EmbeddingCache.onDisk(folder, ROOMY);
        Scorer scorer = amulet.open(ScorerOptions.builder().embeddingCache(cache).build())) {
      assertThat(margins(scorer)).usingRecursiveComparison().isEqualTo(expected);
      vectors = cache.size();
      assertThat(vectors).isPositive();
    }
    try (DiskEmbeddingCache cache = EmbeddingCache.onDisk(folder, ROOMY);
        Scorer scorer = amulet.open(ScorerOptions.builder().embeddingCache(cache).build())) {
      assertThat(margins(scorer)).usingRecursiveComparison().isEqualTo(expected);
      assertThat(cache.size()).isEqualTo(vectors);
    }
  }

  private static List<double[]> margins(Scorer scorer) {
    return new RandomRows(9)
        .take(scorer, 30).stream().map(row -> scorer.score(row).margins()).toList();
  }

  /** The one segment these keys are in. */
  private Path written(String... keys) throws IOException {
    try (DiskEmbeddingCache cache = EmbeddingCache.onDisk(folder, ROOMY)) {
      for (String key : keys) {
        cache.put(key, vector(key.hashCode(), 50));
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findFirst().orElseThrow();
    }
  }

  private static int wholeRecords(int length, int of) {
    int record = (of - EmbeddingSegment.HEADER_BYTES) / 3;
    return Math.max(0, (length - EmbeddingSegment.HEADER_BYTES) / record);
  }

  private static float[] vector(int seed, int size) {
    Random random = new Random(seed);
    float[] vector = new float[size];
    for (int i = 0; i < size; i++) {
      vector[i] = random.nextFloat();
    }
    return vector;
  }

  private long bytesInFolder() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
