package dev.amulet.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Rows for the golden schema with missing cells, unseen levels and pictures that recur. */
final class RandomRows {
  private static final String[] KINDS = {"flat", "house", "loft", "barn", "castle", "?"};

  private final Random random;
  private final byte[][] pictures = new byte[6][];

  RandomRows(long seed) {
    random = new Random(seed);
    for (int i = 0; i < pictures.length; i++) {
      pictures[i] = DrawnPng.of("random" + i, 20 + 3 * i, 30 - 2 * i);
    }
  }

  List<Row> take(Scorer scorer, int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(take(scorer));
    }
    return rows;
  }

  private Row take(Scorer scorer) {
    Row row = scorer.newRow();
    if (random.nextInt(5) > 0) {
      row.set("area", Math.exp(12 * random.nextGaussian()));
    }
    if (random.nextBoolean()) {
      row.set("garage", random.nextBoolean());
    }
    row.set("kind", KINDS[random.nextInt(KINDS.length)]);
    row.set("zip", random.nextBoolean() ? 85255 : random.nextInt(99999));
    if (random.nextInt(4) > 0 && scorer.schema().indexOf("note") >= 0) {
      row.set("note", KINDS[random.nextInt(KINDS.length)] + " no. " + random.nextInt(50));
      row.setTime("built", random.nextInt() * 1_000L);
    }
    if (random.nextInt(4) > 0) {
      row.setImage("photo", picture());
    }
    List<byte[]> plans = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      plans.add(picture());
    }
    return plans.isEmpty() ? row : row.setImages("plans", plans);
  }

  private byte[] picture() {
    return pictures[random.nextInt(pictures.length)];
  }
}
