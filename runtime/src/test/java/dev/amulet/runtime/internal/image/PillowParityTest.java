package dev.amulet.runtime.internal.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.runtime.ImagePolicy;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every pixel of every shared image against a Pillow (11 or newer) on this machine: {@code python3}
 * or what the environment variable {@code AMULET_PYTHON} names. The other tests hold what this one
 * found in {@code golden/robust.csv}.
 */
class PillowParityTest {
  private static final Path FILES = Path.of("..", "..", "shared", "data", "robust");

  /** Reads a path per line, answers width, height and pixels, or two zeros. */
  private static final String SCRIPT =
      """
      import struct, sys, warnings
      from PIL import Image, ImageOps, __version__
      assert int(__version__.split('.')[0]) >= 11
      warnings.simplefilter('ignore')
      out = sys.stdout.buffer
      out.write(b'ok')
      out.flush()
      for line in sys.stdin:
          try:
              image = Image.open(line.rstrip('\\n'))
              if image.size[0] * image.size[1] > 60000000:
                  raise ValueError('too large')
              image.seek(0)
              rgb = ImageOps.exif_transpose(image).convert('RGB')
              answer = struct.pack('>ii', *rgb.size) + rgb.tobytes()
          except Exception:
              answer = struct.pack('>ii', 0, 0)
          out.write(answer)
          out.flush()
      """;

  @Test
  @Timeout(600)
  void everyPixelIsPillows() throws IOException, InterruptedException {
    Assumptions.assumeTrue(Files.isDirectory(FILES), "no shared images on this machine");
    Process python = start();
    try (DataInputStream in = new DataInputStream(python.getInputStream());
        OutputStream out = python.getOutputStream()) {
      Assumptions.assumeTrue(in.read() == 'o' && in.read() == 'k', "no Pillow 11 on this machine");
      compareAll(in, out);
    } finally {
      python.destroy();
      python.waitFor();
    }
  }

  private static Process start() throws IOException {
    String python = System.getenv("AMULET_PYTHON");
    ProcessBuilder builder =
        new ProcessBuilder(python == null ? "python3" : python, "-c", SCRIPT)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      return builder.start();
    } catch (IOException e) {
      Assumptions.abort("no python3 on this machine: " + e.getMessage());
      throw e;
    }
  }

  private static void compareAll(DataInputStream in, OutputStream out) throws IOException {
    ImageDecoder decoder = new ImageDecoder(ImagePolicy.builder().maxDecodeMs(600_000).build());
    List<String> wrong = new ArrayList<>();
    Set<String> exceptions = new HashSet<>();
    Set<String> lossy = new HashSet<>();
    for (RobustImagesTest.Expected expected : RobustImagesTest.expectations()) {
      if (expected.kind().equals("differs")) {
        exceptions.add(expected.file());
      } else if (expected.kind().equals("means")) {
        lossy.add(expected.file());
      }
    }
    int compared = 0;
    for (RobustImagesTest.Expected expected : RobustImagesTest.expectations()) {
      Path file = FILES.resolve(expected.file());
      out.write((file + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
      int width = in.readInt();
      byte[] rgb = in.readNBytes(3 * width * in.readInt());
      if (width == 0 || exceptions.contains(expected.file())) {
        continue;
      }
      try {
        Pixels pixels = decoder.decode(Files.readAllBytes(file), true, AlphaMode.DROP);
        double most = lossy.contains(expected.file()) ? 1.0 : 0.0;
        boolean same = pixels.width() == width && pixels.rgb().length == rgb.length;
        double difference =
            same ? ImageDecoderTest.meanDifference(pixels.rgb(), rgb) : Double.POSITIVE_INFINITY;
        if (difference > most) {
          wrong.add(expected.file() + " differs by " + difference);
        }
        compared++;
      } catch (ImageException e) {
        assertThat(e.reason().name()).as(expected.file()).isEqualTo(expected.value());
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(compared).isGreaterThan(600);
  }
}
