package dev.amulet.training.vision;

import dev.amulet.runtime.ImagePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Prints the table of confidences in {@code docs/fine-tuning.md}: arguments are the folder of
 * weights, networks separated by commas, the folder of data and the folders in it, each with a part
 * of the file names that count after a colon, if it is not all.
 */
final class ClassConfidenceTable {
  private static final long SEED = 1;

  private ClassConfidenceTable() {}

  public static void main(String[] arguments) throws IOException {
    List<Backbone> networks = new ArrayList<>();
    for (String name : arguments[1].split(",", -1)) {
      networks.add(Backbones.resolve(name, Path.of(arguments[0]), SEED));
    }
    for (int i = 3; i < arguments.length; i++) {
      String[] folder = arguments[i].split(":", 2);
      List<Path> pictures =
          pictures(Path.of(arguments[2], folder[0]), folder.length == 1 ? "" : folder[1]);
      StringBuilder line = new StringBuilder("| ").append(arguments[i]);
      for (Backbone network : networks) {
        ClassConfidence found =
            ClassConfidence.of(
                network,
                (row, column) -> Files.readAllBytes(pictures.get(row)),
                pictures.size(),
                ImagePolicy.defaults(),
                1,
                SEED);
        line.append(
            found.isMeasured()
                ? String.format(Locale.ROOT, " | %.2f", found.mean())
                : " | " + found.problem());
      }
      System.out.println(line.append(" |"));
    }
  }

  private static List<Path> pictures(Path folder, String part) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().matches(".*\\.(?i:jpe?g|png|gif)"))
          .filter(file -> file.toString().contains(part))
          .sorted()
          .toList();
    }
  }
}
