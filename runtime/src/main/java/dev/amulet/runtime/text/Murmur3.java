package dev.amulet.runtime.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** MurmurHash3_x86_32 of Austin Appleby, as scikit-learn's HashingVectorizer uses it. */
final class Murmur3 {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private Murmur3() {}

  /** Hash of the bytes {@code [from, to)}. */
  static int hash(byte[] bytes, int from, int to, int seed) {
    int h = seed;
    int tail = from + ((to - from) & ~3);
    for (int i = from; i < tail; i += 4) {
      h ^= mix((int) INTS.get(bytes, i));
      h = Integer.rotateLeft(h, 13) * 5 + 0xe6546b64;
    }
    int k = 0;
    for (int i = to - 1; i >= tail; i--) {
      k = k << 8 | (bytes[i] & 0xff);
    }
    h ^= mix(k);
    h ^= to - from;
    h ^= h >>> 16;
    h *= 0x85ebca6b;
    h ^= h >>> 13;
    h *= 0xc2b2ae35;
    return h ^ (h >>> 16);
  }

  /** Zero for zero, so that an empty tail changes nothing. */
  private static int mix(int k) {
    return Integer.rotateLeft(k * 0xcc9e2d51, 15) * 0x1b873593;
  }
}
