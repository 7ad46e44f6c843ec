package dev.amulet.runtime.internal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.ThreadMXBean;
import dev.amulet.runtime.ImagePolicy;
import dev.amulet.runtime.ImagePolicy.Format;
import dev.amulet.runtime.internal.image.DrawnFiles.Chunk;
import dev.amulet.runtime.internal.image.ImageException.Reason;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is refused, why, and that hostile bytes never give anything but a picture or a refusal. */
class ImageLimitsTest {
  private static final ImagePolicy DEFAULTS = ImagePolicy.defaults();

  @Test
  void bytesAreLimited() throws IOException {
    byte[] file = png();
    assertRefused(
        ImagePolicy.builder().maxBytes(file.length - 1).build(), file, Reason.TOO_LARGE, "bytes");
  }

  @Test
  void sidesAndPixelsAreLimitedBeforeAnythingIsAllocated() throws IOException {
    byte[] wide = DrawnFiles.png(16_385, 1, 8, 0, new byte[1]);
    assertRefused(DEFAULTS, wide, Reason.TOO_MANY_PIXELS, "16385 x 1");
    byte[] many = DrawnFiles.png(16_000, 16_000, 8, 2, new byte[1]);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertRefused(DEFAULTS, many, Reason.TOO_MANY_PIXELS, "16000 x 16000");
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(4 << 20);
  }

  @Test
  void scansAreLimited() throws ImageException {
    byte[] progressive = golden("jpeg", "progressive-420");
    ImagePolicy three = ImagePolicy.builder().maxScans(3).build();
    assertRefused(three, progressive, Reason.TOO_MANY_SCANS, "3 scans");
    assertThat(decode(DEFAULTS, progressive).width()).isEqualTo(48);
  }

  @Test
  void metadataIsLimitedInOneBlockAndAltogether() throws IOException {
    Chunk text = new Chunk("tEXt", new byte[1000]);
    byte[] file = DrawnFiles.png(1, 1, 8, 0, new byte[2], text, text, text);
    ImagePolicy small = ImagePolicy.builder().maxMetadataBytes(999).build();
    assertRefused(small, file, Reason.TOO_MUCH_METADATA, "1000 bytes");
    ImagePolicy total = ImagePolicy.builder().maxTotalMetadataBytes(2999).build();
    assertRefused(total, file, Reason.TOO_MUCH_METADATA, "3000 so far");
    byte[] jpeg = DrawnFiles.withSegment(golden("jpeg", "420"), 0xE2, new byte[2000]);
    assertRefused(
        ImagePolicy.builder().maxMetadataBytes(1999).build(),
        jpeg,
        Reason.TOO_MUCH_METADATA,
        "2002 bytes");
  }

  @Test
  void timeIsLimited() throws IOException {
    byte[] large = DrawnFiles.png(6000, 6000, 8, 2, new byte[6000 * (1 + 6000 * 3)]);
    ImagePolicy hurry = ImagePolicy.builder().maxDecodeMs(1).build();
    assertRefused(hurry, large, Reason.TOO_SLOW, "more than 1 ms");
  }

  @Test
  void formatsAreToldByTheirBytesAndMayBeLeftOut() throws IOException {
    ImagePolicy jpegOnly = ImagePolicy.builder().formats(Set.of(Format.JPEG)).build();
    assertRefused(jpegOnly, png(), Reason.FORMAT_NOT_ALLOWED, "PNG");
    byte[] text = "hello, world".getBytes(StandardCharsets.US_ASCII);
    assertRefused(DEFAULTS, text, Reason.UNKNOWN_FORMAT, "68 65 6c 6c");
    assertRefused(DEFAULTS, new byte[0], Reason.UNKNOWN_FORMAT, "0 bytes");
    byte[] webp = "RIFF\0\0\0\0WEBPVP8 ".getBytes(StandardCharsets.US_ASCII);
    assertRefused(DEFAULTS, webp, Reason.CORRUPT, "WEBP");
  }

  @Test
  void filesCutShortAreRefusedNotFilledUp() throws IOException {
    List<byte[]> files = new ArrayList<>();
    files.add(golden("jpeg", "420"));
    files.add(golden("png", "rgba"));
    files.add(
        DrawnFiles.encoded(DrawnFiles.picture(40, 30, BufferedImage.TYPE_BYTE_INDEXED), "gif"));
    files.add(DrawnFiles.encoded(DrawnFiles.picture(40, 30, BufferedImage.TYPE_3BYTE_BGR), "bmp"));
    for (byte[] file : files) {
      byte[] half = Arrays.copyOf(file, file.length / 2 + 400);
      assertRefused(DEFAULTS, half, Reason.TRUNCATED, "ends");
    }
  }

  @Test
  @Timeout(300)
  void anyBytesGiveAPictureOrARefusal() throws IOException {
    ImageDecoder decoder =
        new ImageDecoder(ImagePolicy.builder().maxPixels(1_000_000).maxDecodeMs(60_000).build());
    Random random = new Random(7);
    Set<Reason> seen = new HashSet<>();
    for (byte[] file : seeds()) {
      for (int round = 0; round < 300; round++) {
        byte[] hurt = hurt(file, random);
        try {
          Pixels pixels = decoder.decode(hurt, true, AlphaMode.DROP);
          assertThat(pixels.width()).isPositive();
        } catch (ImageException e) {
          assertThat(e).hasMessageMatching("(?s).{10,}");
          seen.add(e.reason());
        }
      }
    }
    assertThat(seen).contains(Reason.TRUNCATED, Reason.CORRUPT, Reason.TOO_MANY_PIXELS);
  }

  /** Flips some bits, most of them near the start where the structure is, or cuts the end off. */
  private static byte[] hurt(byte[] file, Random random) {
    byte[] hurt = file.clone();
    int flips = 1 + random.nextInt(6);
    for (int i = 0; i < flips; i++) {
      int range = random.nextBoolean() ? Math.min(200, hurt.length) : hurt.length;
      hurt[random.nextInt(range)] ^= (byte) (1 << random.nextInt(8));
    }
    return random.nextInt(4) == 0 ? Arrays.copyOf(hurt, random.nextInt(hurt.length)) : hurt;
  }

  private static List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (String format : new String[] {"jpeg", "png"}) {
      for (JsonNode golden : Golden.read("images.json").get(format).get("cases")) {
        seeds.add(Golden.bytes(golden.get("file")));
      }
    }
    BufferedImage indexed = DrawnFiles.picture(40, 30, BufferedImage.TYPE_BYTE_INDEXED);
    seeds.add(DrawnFiles.encoded(indexed, "gif"));
    seeds.add(DrawnFiles.encoded(indexed, "bmp"));
    seeds.add(DrawnFiles.encoded(DrawnFiles.picture(40, 30, BufferedImage.TYPE_3BYTE_BGR), "bmp"));
    return seeds;
  }

  private static void assertRefused(
      ImagePolicy policy, byte[] file, Reason reason, String message) {
    ImageException refusal = catchThrowableOfType(ImageException.class, () -> decode(policy, file));
    assertThat(refusal).isNotNull().hasMessageContaining(message);
    assertThat(refusal.reason()).isEqualTo(reason);
  }

  private static Pixels decode(ImagePolicy policy, byte[] file) throws ImageException {
    return new ImageDecoder(policy).decode(file, true, AlphaMode.DROP);
  }

  private static byte[] png() throws IOException {
    return DrawnFiles.png(1, 1, 8, 0, new byte[2]);
  }

  private static byte[] golden(String format, String name) {
    for (JsonNode golden : Golden.read("images.json").get(format).get("cases")) {
      if (golden.get("name").asText().equals(name)) {
        return Golden.bytes(golden.get("file"));
      }
    }
    throw new IllegalArgumentException(name);
  }
}
