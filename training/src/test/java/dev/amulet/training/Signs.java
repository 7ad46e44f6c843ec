package dev.amulet.training;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/**
 * Tables of road signs, so to speak: the picture's colour and shape and two table columns decide
 * the target. Some cells of every kind are missing.
 */
final class Signs {
  private static final Color[] COLOURS = {
    new Color(220, 30, 30), new Color(30, 200, 40), new Color(40, 60, 220)
  };
  static final String[] NAMES = {"red", "green", "blue"};

  private Signs() {}

  static Color colour(int index) {
    return COLOURS[index];
  }

  /** What the column {@code target} holds. */
  enum Kind {
    /** A number: colour, plus size, plus make. */
    NUMBER,
    /** Yes when the sign is red. */
    YES_NO,
    /** The colour's name. */
    NAME,
    /** 1, 2 or 10 by colour. */
    CODE,
    /** Yes or no by chance. */
    CHANCE
  }

  /**
   * Writes {@code data.csv} with columns {@code photo, size, make, used, owner, fold, weight,
   * target}.
   */
  static Path write(Path folder, int rows, long seed, Kind kind) throws IOException {
    Random random = new Random(seed);
    PictureTable table =
        new PictureTable(
            folder, "photo", "size", "make", "used", "owner", "fold", "weight", "target");
    for (int i = 0; i < rows; i++) {
      int colour = random.nextInt(3);
      boolean round = random.nextBoolean();
      double size = Math.round(random.nextDouble() * 1000) / 100.0;
      int make = random.nextInt(3);
      String photo = table.picture("p" + seed + "_" + i, COLOURS[colour], round, random);
      table.add(
          i % 23 == 5 ? null : photo,
          i % 17 == 3 ? null : size,
          i % 19 == 4 ? null : "make " + (char) ('a' + make),
          i % 2 == 0,
          "owner" + i / 3,
          "f" + i % 3,
          1 + i % 3,
          target(kind, colour, size, make, random));
    }
    return table.write("data.csv");
  }

  private static Object target(Kind kind, int colour, double size, int make, Random random) {
    return switch (kind) {
      case NUMBER -> Math.round((10 * colour + size + 2 * make) * 100) / 100.0;
      case YES_NO -> colour == 0 ? "yes" : "no";
      case NAME -> NAMES[colour];
      case CODE -> new int[] {1, 2, 10}[colour];
      case CHANCE -> random.nextBoolean() ? "yes" : "no";
    };
  }
}
