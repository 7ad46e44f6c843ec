package dev.amulet.runtime;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An {@link EmbeddingCache} in a folder: it outlives the process and may be shared by several at
 * once.
 *
 * <p>Each process appends to a file of its own, a segment; what others append is found when a key
 * is looked for in vain, at most once a second. A record that a crash has torn or that somebody has
 * overwritten fails its checksum and counts as absent; files that are not segments are left alone.
 * Segments are dropped whole, the oldest first, so that together they never take more than {@code
 * maxBytes}; several processes may exceed it for a second by what each wrote. Nothing is synced: a
 * power cut may cost the last records. Memory: an index of about 250 bytes per vector.
 *
 * <p>Safe for concurrent use. Belongs to who opened it: a scorer does not close it.
 */
public final class DiskEmbeddingCache implements EmbeddingCache, AutoCloseable {
  private static final Pattern NAME = Pattern.compile("[0-9]{15}-[0-9a-f]{32}\\.embeddings");
  private static final int MAX_SEGMENTS = 256;
  private static final int SEGMENTS_WANTED = 8;
  private static final long MAX_SEGMENT_BYTES = 64L << 20;
  private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);

  private record Place(Segment segment, long offset, int bytes) {}

  private static final class Segment {
    final Path file;
    long bytes;

    /** Up to where its records are in the index. */
    long known;

    Segment(Path file) {
      this.file = file;
    }
  }

  private final Path folder;
  private final long maxBytes;
  private final long segmentBytes;
  private final long lookNs;
  private final Map<String, Place> index = new HashMap<>();

  /** By name, and so by age. */
  private final TreeMap<String, Segment> segments = new TreeMap<>();

  private @Nullable Segment own;
  private @Nullable RandomAccessFile out;
  private @Nullable IOException problem;
  private long lookedAtNs;
  private boolean closed;

  DiskEmbeddingCache(Path folder, long maxBytes) throws IOException {
    this(folder, maxBytes, LOOK_NS);
  }

  /**
   * @param lookNs least time between two looks at what others have written
   */
  DiskEmbeddingCache(Path folder, long maxBytes, long lookNs) throws IOException {
    if (maxBytes < 0) {
      throw new IllegalArgumentException("maxBytes is " + maxBytes + ", must not be negative");
    }
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.lookNs = lookNs;
    segmentBytes = Math.min(MAX_SEGMENT_BYTES, maxBytes / SEGMENTS_WANTED);
    Files.createDirectories(folder);
    look();
    dropOldest(0);
  }

  @Override
  public synchronized float @Nullable [] get(String key) {
    try {
      Place place = index.get(key);
      if (place == null && !closed && System.nanoTime() - lookedAtNs >= lookNs) {
        look();
        place = index.get(key);
      }
      return place == null ? null : read(key, place);
    } catch (IOException e) {
      problem = e;
      return null;
    }
  }

  @Override
  public synchronized void put(String key, float[] vector) {
    if (closed || index.containsKey(key)) {
      return;
    }
    byte[] record = EmbeddingSegment.record(key, vector);
    if (record == null || record.length + EmbeddingSegment.HEADER_BYTES > segmentBytes) {
      return;
    }
    try {
      append(key, record);
    } catch (IOException e) {
      // What was written of the record is torn; a later segment starts clean.
      problem = e;
      endSegment();
    }
  }

  /** Number of vectors that are found. */
  public synchronized int size() {
    return index.size();
  }

  /** Bytes of all segments. */
  public synchronized long sizeBytes() {
    return segments.values().stream().mapToLong(segment -> segment.bytes).sum();
  }

  /**
   * The last trouble with the folder (a full disk, say), or null. Trouble costs vectors and never a
   * score, so that nobody hears of it who does not ask.
   */
  public synchronized @Nullable IOException problem() {
    return problem;
  }

  private float @Nullable [] read(String key, Place place) throws IOException {
    float[] vector;
    try {
      vector =
          EmbeddingSegment.vector(
              EmbeddingSegment.read(place.segment.file, place.offset, place.bytes), key);
    } catch (FileNotFoundException e) {
      // Another process has dropped it.
      forget(place.segment);
      return null;
    }
    if (vector == null) {
      index.remove(key);
    }
    return vector;
  }

  private void append(String key, byte[] record) throws IOException {
    Segment segment = own;
    if (segment != null && segment.bytes + record.length > segmentBytes) {
      endSegment();
      segment = null;
    }
    if (segment == null) {
      segment = newSegment(record.length);
    } else {
      dropOldest(record.length);
    }
    RandomAccessFile file = out;
    if (file == null || own != segment) {
      // Dropped just now as the oldest: there is room for little else.
      return;
    }
    long offset = segment.bytes;
    file.write(record);
    segment.bytes += record.length;
    segment.known = segment.bytes;
    index.put(key, new Place(segment, offset, record.length));
  }

  private Segment newSegment(int recordBytes) throws IOException {
    dropOldest(EmbeddingSegment.HEADER_BYTES + recordBytes);
    String name =
        String.format(
            Locale.ROOT,
            "%015d-%s.embeddings",
            System.currentTimeMillis(),
            UUID.randomUUID().toString().replace("-", ""));
    Segment segment = new Segment(folder.resolve(name));
    RandomAccessFile file = new RandomAccessFile(segment.file.toFile(), "rw");
    out = file;
    own = segment;
    segments.put(name, segment);
    file.write(EmbeddingSegment.header());
    segment.bytes = EmbeddingSegment.HEADER_BYTES;
    segment.known = segment.bytes;
    return segment;
  }

  private void endSegment() {
    RandomAccessFile file = out;
    own = null;
    out = null;
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        problem = e;
      }
    }
  }

  /** Makes room. */
  private void dropOldest(long neededBytes) throws IOException {
    long bytes = sizeBytes();
    while (!segments.isEmpty()
        && (bytes + neededBytes > maxBytes || segments.size() >= MAX_SEGMENTS)) {
      Segment oldest = segments.firstEntry().getValue();
      bytes -= oldest.bytes;
      forget(oldest);
      Files.deleteIfExists(oldest.file);
    }
  }

  private void forget(Segment segment) {
    segments.remove(segment.file.getFileName().toString());
    index.values().removeIf(place -> place.segment == segment);
    if (segment == own) {
      endSegment();
    }
  }

  /** Learns what other processes have written and dropped. */
  private void look() throws IOException {
    lookedAtNs = System.nanoTime();
    Map<String, Segment> gone = new HashMap<>(segments);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (NAME.matcher(name).matches() && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          gone.remove(name);
          Segment segment = segments.computeIfAbsent(name, key -> new Segment(file));
          if (segment != own) {
            scan(segment);
          }
        }
      }
    }
    gone.values().forEach(this::forget);
  }

  private void scan(Segment segment) throws IOException {
    try {
      long size = Files.size(segment.file);
      if (size != segment.bytes) {
        segment.bytes = size;
        segment.known =
            EmbeddingSegment.scan(
                segment.file,
                segment.known,
                (key, offset, bytes) -> index.put(key, new Place(segment, offset, bytes)));
      }
    } catch (IOException e) {
      // One unreadable file must not hide the others.
      problem = e;
    }
  }

  /** Closes this process's segment; what it holds stays. Afterwards nothing is stored. */
  @Override
  public synchronized void close() {
    closed = true;
    endSegment();
  }
}
