package dev.amulet.runtime.internal.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The table of outcomes in {@code docs/images.md} says what {@code golden/robust.csv} says. */
class ImagesDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "images.md");
  private static final List<String> KINDS = List.of("digest", "means", "differs", "refused");

  @Test
  void theTableOfOutcomesIsThatOfTheExpectations() throws IOException {
    Map<String, int[]> counts = new LinkedHashMap<>();
    for (String format : List.of("JPEG", "PNG", "GIF", "BMP", "WebP", "TIFF", "other", "all")) {
      counts.put(format, new int[KINDS.size() + 1]);
    }
    for (RobustImagesTest.Expected expected : RobustImagesTest.expectations()) {
      for (String format : List.of(format(expected.file()), "all")) {
        int[] row = counts.get(format);
        row[0]++;
        row[1 + KINDS.indexOf(expected.kind())]++;
      }
    }
    StringBuilder table = new StringBuilder();
    counts.forEach(
        (format, row) -> {
          table.append("| ").append(format);
          for (int count : row) {
            table.append(" | ").append(count);
          }
          table.append(" |\n");
        });
    String document = Files.readString(DOCUMENT);
    int from = document.indexOf("| JPEG |", document.indexOf("<!-- outcomes -->"));
    assertThat(document.substring(from, document.indexOf("<!-- end -->")))
        .isEqualTo(table.toString());
  }

  private static String format(String file) {
    String ending = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (ending) {
      case "jpg", "jpeg", "mpo" -> "JPEG";
      case "png" -> "PNG";
      case "gif" -> "GIF";
      case "bmp" -> "BMP";
      case "webp" -> "WebP";
      case "tif", "tiff" -> "TIFF";
      default -> "other";
    };
  }
}
