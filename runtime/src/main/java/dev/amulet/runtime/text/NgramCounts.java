package dev.amulet.runtime.text;

import java.util.Arrays;

/**
 * How often each hash bucket occurs in one text: what {@link HashedNgrams#count} fills, reusable
 * from text to text.
 *
 * <p>Holds 4 bytes per bucket, 4 per different bucket of the richest text so far, and up to 8 per
 * character of the longest; a text that needs no more than earlier ones allocates nothing. Owned by
 * one thread at a time.
 */
public final class NgramCounts {
  /** Per bucket; all zero but for the buckets touched. */
  private int[] counts = new int[0];

  private int[] touched = new int[64];
  private int size;

  /** Text in UTF-8 as the n-grams cut it, and where its words or characters start. */
  private byte[] bytes = new byte[256];

  private int byteCount;
  private int[] marks = new int[64];
  private int markCount;

  /** Different buckets in the text. */
  public int size() {
    return size;
  }

  /** The i-th bucket, in order of first occurrence. */
  public int bucket(int i) {
    return touched[i];
  }

  /** How often the i-th bucket occurs; at least 1. */
  public int count(int i) {
    return counts[touched[i]];
  }

  void start(int buckets) {
    for (int i = 0; i < size; i++) {
      counts[touched[i]] = 0;
    }
    size = 0;
    if (counts.length < buckets) {
      counts = new int[buckets];
    }
  }

  void restartText() {
    byteCount = 0;
    markCount = 0;
  }

  /** Number of marks set. */
  int marks() {
    return markCount;
  }

  int bytes() {
    return byteCount;
  }

  /** Remembers the position of what comes next. */
  void mark() {
    mark(byteCount);
  }

  void mark(int position) {
    if (markCount == marks.length) {
      marks = Arrays.copyOf(marks, 2 * markCount);
    }
    marks[markCount++] = position;
  }

  /** Appends a code point in UTF-8; half a surrogate pair counts as U+FFFD. */
  void append(int codePoint) {
    if (byteCount + 4 > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    if (codePoint < 0x80) {
      bytes[byteCount++] = (byte) codePoint;
    } else if (codePoint < 0x800) {
      bytes[byteCount++] = (byte) (0xc0 | codePoint >> 6);
      bytes[byteCount++] = continuation(codePoint);
    } else if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
      append(0xfffd);
    } else if (codePoint < 0x10000) {
      bytes[byteCount++] = (byte) (0xe0 | codePoint >> 12);
      bytes[byteCount++] = continuation(codePoint >> 6);
      bytes[byteCount++] = continuation(codePoint);
    } else {
      bytes[byteCount++] = (byte) (0xf0 | codePoint >> 18);
      bytes[byteCount++] = continuation(codePoint >> 12);
      bytes[byteCount++] = continuation(codePoint >> 6);
      bytes[byteCount++] = continuation(codePoint);
    }
  }

  private static byte continuation(int bits) {
    return (byte) (0x80 | (bits & 0x3f));
  }

  /**
   * Counts the n-gram between two marks.
   *
   * @param gap bytes before the second mark that are not part of it
   */
  void add(int from, int to, int gap, int seed, int mask) {
    int hash = Murmur3.hash(bytes, marks[from], marks[to] - gap, seed);
    int bucket = Math.abs(hash) & mask;
    if (counts[bucket]++ == 0) {
      if (size == touched.length) {
        touched = Arrays.copyOf(touched, 2 * size);
      }
      touched[size++] = bucket;
    }
  }
}
