package dev.amulet.runtime.internal.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.runtime.ImagePolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
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

/**
 * Every file of the shared collection of nasty images against what Pillow 11.3 makes of it. {@code
 * golden/robust.csv} says per file what is expected here: {@code digest} (SHA-256 of Pillow's
 * upright RGB), {@code samples} (64 of Pillow's pixels, JPEG), a refusal's reason, or {@code
 * differs} with the cause of the difference.
 */
class RobustImagesTest {
  private static final Path FILES = Path.of("..", "..", "shared", "data", "robust");
  private static final int SAMPLES = 64;

  private record Expected(String file, String kind, int width, int height, String value) {}

  @Test
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
    if (expected.kind.equals("samples")) {
      double difference =
          ImageDecoderTest.meanDifference(
              samples(pixels.rgb()), HexFormat.of().parseHex(expected.value));
      return difference <= 1.0 ? "" : "pixels differ by " + difference;
    }
    return "";
  }

  private static byte[] samples(byte[] rgb) {
    byte[] samples = new byte[3 * SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      int pixel = (int) ((long) i * (rgb.length / 3) / SAMPLES);
      System.arraycopy(rgb, 3 * pixel, samples, 3 * i, 3);
    }
    return samples;
  }

  private static List<Expected> expectations() throws IOException {
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
