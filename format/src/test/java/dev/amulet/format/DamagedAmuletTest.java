package dev.amulet.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Damage of every kind, everywhere: refused with an {@link ArtifactException}, never another way.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DamagedAmuletTest {
  private static final byte[] GOOD = MalformedAmulet.goodBytes();

  /** What opening says; null when it succeeds. Any other throwable fails the test. */
  private static @Nullable String refusal(byte[] bytes) {
    try (Artifact artifact = Artifact.open(ByteBuffer.wrap(bytes), "damaged")) {
      assertThat(artifact.id()).hasSize(64);
      return null;
    } catch (ArtifactException e) {
      return e.getMessage();
    }
  }

  @Test
  void aFlippedByteAnywhereInASmallAmuletIsRefused() throws Exception {
    byte[] small = SampleAmulet.small();
    byte[] bytes = small.clone();
    assertThat(refusal(bytes)).isNull();
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= (byte) 0xff;
      assertThat(refusal(bytes)).as("byte " + i).isNotNull();
      bytes[i] = small[i];
    }
  }

  @Test
  void aFlippedByteOfDataOrDirectoryIsRefused() {
    byte[] bytes = GOOD.clone();
    // Every third: the small amulet takes every byte, this one has every kind of entry.
    for (int i = 0; i < bytes.length; i += 3) {
      if (GOOD[i] != 0) {
        bytes[i] ^= (byte) 0xff;
        assertThat(refusal(bytes)).as("byte " + i).isNotNull();
        bytes[i] = GOOD[i];
      }
    }
  }

  @Test
  void aFlippedBitInAHeaderIsRefused() {
    byte[] bytes = GOOD.clone();
    for (StoredEntry entry : MalformedAmulet.goodEntries()) {
      for (long i = entry.headerOffset(); i < entry.headerOffset() + 64; i++) {
        for (int bit = 0; bit < 8; bit++) {
          bytes[(int) i] ^= (byte) (1 << bit);
          assertThat(refusal(bytes)).as("byte " + i + " bit " + bit).isNotNull();
          bytes[(int) i] = GOOD[(int) i];
        }
      }
    }
  }

  @Test
  void everyTruncationIsRefused() {
    for (int length = 0; length < GOOD.length; length++) {
      assertThat(refusal(Arrays.copyOf(GOOD, length))).as("length " + length).isNotNull();
    }
  }

  @Test
  void randomDamageIsRefusedOrHarmless() {
    Random random = new Random(1);
    for (int round = 0; round < 3_000; round++) {
      byte[] bytes = GOOD.clone();
      int hits = 1 + random.nextInt(8);
      for (int hit = 0; hit < hits; hit++) {
        // Most bytes are padding; half of the hits go to the directory and the end.
        int span = random.nextBoolean() ? bytes.length : 1_000;
        bytes[bytes.length - 1 - random.nextInt(span)] = (byte) random.nextInt();
      }
      if (!Arrays.equals(bytes, GOOD)) {
        assertThat(refusal(bytes)).isNotNull();
      }
    }
  }

  @Test
  void damageBehindValidDigestsNeverGivesAnotherThrowable() {
    Random random = new Random(2);
    int refused = 0;
    Map<String, byte[]> contents = MalformedAmulet.goodContents();
    for (String path : contents.keySet()) {
      for (int round = 0; round < 60; round++) {
        byte[] bytes = damaged(contents.get(path), random);
        MalformedAmulet file =
            path.equals("manifest.pb")
                ? MalformedAmulet.rawManifest(path, bytes)
                : MalformedAmulet.entry(path, path, bytes);
        refused += refusal(file.bytes()) == null ? 0 : 1;
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  private static byte[] damaged(byte[] good, Random random) {
    byte[] bytes = good.clone();
    int hits = 1 + random.nextInt(4);
    for (int hit = 0; hit < hits; hit++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        default -> {
          byte[] more = Arrays.copyOf(bytes, bytes.length + 1);
          System.arraycopy(bytes, at, more, at + 1, bytes.length - at);
          more[at] = (byte) random.nextInt();
          bytes = more;
        }
      }
    }
    return bytes;
  }

  @Test
  void randomBytesAreRefused() {
    Random random = new Random(3);
    for (int round = 0; round < 2_000; round++) {
      byte[] bytes = new byte[random.nextInt(500)];
      random.nextBytes(bytes);
      assertThat(refusal(bytes)).isNotNull();
    }
  }
}
