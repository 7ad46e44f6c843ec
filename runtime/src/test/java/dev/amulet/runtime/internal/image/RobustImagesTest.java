package dev.amulet.runtime.internal.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.amulet.runtime.ImagePolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every file of the shared collection of nasty images against what Pillow 11.3 makes of it. {@code
 * golden/robust.csv} says per file what is expected here: {@code digest} (SHA-256 of Pillow's
 * upright RGB, its first half), {@code means} (of Pillow's red, green and blue in 8 by 8 cells,
 * JPEG), {@code refused} with the reason, or {@code differs} with the cause of the difference.
 */
class RobustImagesTest {
  private static final Path FILES = Path.of("..", "..", "shared", "data", "robust");
  private static final int CELLS = 8;
  private static final int PIXEL_BYTES = 16;
  private static final int SPARE_BYTES = 1 << 20;

  record Expected(String file, String kind, int width, int height, String value) {}

  @Test
  @Timeout(600)
  void everyFileGivesPillowsPixelsOrItsStatedRefusal()
      throws IOException, NoSuchAlgorithmException {
    Assumptions.assumeTrue(Files.isDirectory(FILES), "no shared images on this machine");
    ImageDecoder decoder = new ImageDecoder(ImagePolicy.builder().maxDecodeMs(600_000).build());
    List<String> wrong = new ArrayList<>();
    List<Expected> all = expectations();
    for (Expected expected : all) {
      byte[] file = Files.readAllBytes(FILES.resolve(expected.file));
      String outcome;
      try {
        outcome = compare(expected, decoder.decode(file, true, AlphaMode.DROP));
      } catch (ImageException e) {
        outcome = e.reason().name().equals(expected.value) ? "" : e.toString();
      }
      if (!outcome.isEmpty()) {
        wrong.add(expected.file + ": " + outcome + ", expected " + expected.kind);
      }
    }
    assertThat(all).hasSizeGreaterThan(800);
    assertThat(wrong).isEmpty();
  }

  /**
   * Whatever the outcome: at most 16 bytes for each pixel the file declares, and 1 MiB. A refused
   * file is counted as one without pixels, unless its damage shows only in its data.
   */
  @Test
  void noFileCostsMoreMemoryThanItsSizeAllows() throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(FILES), "no shared images on this machine");
    ImageDecoder decoder = new ImageDecoder(ImagePolicy.builder().maxDecodeMs(600_000).build());
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    List<String> wrong = new ArrayList<>();
    for (Expected expected : expectations()) {
      byte[] file = Files.readAllBytes(FILES.resolve(expected.file));
      long most = (long) PIXEL_BYTES * expected.width * expected.height + SPARE_BYTES;
      long spent = Long.MAX_VALUE;
      // The first file of a kind loads classes, which is not the file's doing.
      for (int round = 0; round < 2 && spent > most; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
          decoder.decode(file, true, AlphaMode.DROP);
        } catch (ImageException e) {
          assertThat(e.reason()).isNotNull();
        }
        spent = threads.getCurrentThreadAllocatedBytes() - before;
      }
      if (spent > most) {
        wrong.add(expected.file + ": " + spent + " bytes, expected at most " + most);
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** Empty when the pixels are as expected. */
  private static String compare(Expected expected, Pixels pixels) throws NoSuchAlgorithmException {
    if (expected.kind.equals("refused")) {
      return "read";
    }
    if (pixels.width() != expected.width || pixels.height() != expected.height) {
      return pixels.width() + " x " + pixels.height();
    }
    if (expected.kind.equals("digest")) {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(pixels.rgb());
      boolean equal = HexFormat.of().formatHex(digest).startsWith(expected.value);
      return equal ? "" : "other pixels";
    }
    if (expected.kind.equals("means")) {
      double difference =
          ImageDecoderTest.meanDifference(means(pixels), HexFormat.of().parseHex(expected.value));
      return difference <= 1.0 ? "" : "pixels differ by " + difference;
    }
    return "";
  }

  /** A mean difference of the pixels is at least that of the means of their cells. */
  private static byte[] means(Pixels pixels) {
    byte[] means = new byte[3 * CELLS * CELLS];
    int width = pixels.width();
    int height = pixels.height();
    for (int cell = 0; cell < CELLS * CELLS; cell++) {
      int left = cell % CELLS * width / CELLS;
      int right = Math.max(left + 1, (cell % CELLS + 1) * width / CELLS);
      int top = cell / CELLS * height / CELLS;
      int bottom = Math.max(top + 1, (cell / CELLS + 1) * height / CELLS);
      long[] sums = new long[3];
      for (int y = top; y < bottom; y++) {
        for (int x = left; x < right; x++) {
          for (int c = 0; c < 3; c++) {
            sums[c] += pixels.rgb()[3 * (y * width + x) + c] & 0xFF;
          }
        }
      }
      long count = (long) (right - left) * (bottom - top);
      for (int c = 0; c < 3; c++) {
        means[3 * cell + c] = (byte) ((2 * sums[c] + count) / (2 * count));
      }
    }
    return means;
  }

  static List<Expected> expectations() throws IOException {
    try (InputStream in =
            Objects.requireNonNull(
                RobustImagesTest.class.getResourceAsStream("/golden/robust.csv"));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .skip(1)
          .map(line -> line.split(",", -1))
          .map(
              cells ->
                  new Expected(
                      cells[0],
                      cells[1],
                      Integer.parseInt("0" + cells[2]),
                      Integer.parseInt("0" + cells[3]),
                      cells[4]))
          .toList();
    }
  }
}
