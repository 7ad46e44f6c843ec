package dev.amulet.training;

import com.google.protobuf.ByteString;
import dev.amulet.format.v1.Cell;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Images;
import dev.amulet.runtime.Column;
import dev.amulet.runtime.Schema;
import dev.amulet.runtime.text.DateTimeText;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * Rows an amulet checks itself with when no training row may leave with it: drawn pictures and
 * typical values, and one row with everything missing that may be.
 */
final class VerificationCells {
  private static final int ROWS = 3;

  private final Schema schema;
  private final boolean imagesRequired;
  private final SplittableRandom random;

  /**
   * @param imagesRequired whether the model refuses rows without images
   */
  VerificationCells(Schema schema, boolean imagesRequired, long seed) {
    this.schema = schema;
    this.imagesRequired = imagesRequired;
    random = new SplittableRandom(seed);
  }

  /** One list of cells per row, one cell per input column. */
  List<List<Cell>> rows() {
    List<List<Cell>> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      List<Cell> cells = new ArrayList<>();
      for (Column column : schema.columns()) {
        cells.add(cell(column));
      }
      rows.add(cells);
    }
    rows.add(schema.columns().stream().map(this::missing).toList());
    return rows;
  }

  private Cell missing(Column column) {
    return imagesRequired && column.type() == ColumnType.IMAGE
        ? cell(column)
        : Cell.getDefaultInstance();
  }

  private Cell cell(Column column) {
    Cell.Builder cell = Cell.newBuilder();
    switch (column.type()) {
      case NUMERIC -> cell.setNumber(number(column));
      case BOOLEAN -> cell.setFlag(random.nextInt(2) == 1);
      case CATEGORICAL -> {
        if (!column.levels().isEmpty()) {
          cell.setText(column.levels().get(random.nextInt(column.levels().size())));
        }
      }
      case IMAGE -> cell.setImages(Images.newBuilder().addFiles(ByteString.copyFrom(picture())));
      case TEXT -> cell.setText(shuffled(column.example()));
      case DATE_TIME -> cell.setTime(time(column));
      default ->
          throw new IllegalArgumentException(
              "column \"" + column.name() + "\": no typical value for " + column.type());
    }
    return cell.build();
  }

  /** Near the mean, inside the range, and whole where the column is. */
  private double number(Column column) {
    var seen = column.statistics();
    double value = seen.getMean() + (random.nextDouble() * 2 - 1) * seen.getSd();
    value = Math.max(seen.getMin(), Math.min(seen.getMax(), value));
    return switch (column.dataType()) {
      case INT32, INT64 -> Math.rint(value);
      default -> value;
    };
  }

  /** The words of the typical cell in another order. */
  private String shuffled(String example) {
    List<String> words = new ArrayList<>(List.of(example.split(" ")));
    for (int i = words.size(); i > 1; i--) {
      words.add(words.remove(random.nextInt(i)));
    }
    return String.join(" ", words);
  }

  /** Within a year of the typical cell, which every training cell's type says can be read. */
  private long time(Column column) {
    long typical =
        new DateTimeText(ZoneId.of(column.zone()), column.dateTimePatterns())
            .parse(column.example());
    long other = typical + Duration.ofMinutes(random.nextInt(-525_600, 525_600)).toMillis();
    return Math.max(DateTimeText.MIN_EPOCH_MS, Math.min(DateTimeText.MAX_EPOCH_MS, other));
  }

  private byte[] picture() {
    BufferedImage image = new BufferedImage(96, 72, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(colour());
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    for (int i = 0; i < 12; i++) {
      graphics.setColor(colour());
      int x = random.nextInt(image.getWidth());
      int y = random.nextInt(image.getHeight());
      int size = 8 + random.nextInt(32);
      if (i % 2 == 0) {
        graphics.fillOval(x - size / 2, y - size / 2, size, size);
      } else {
        graphics.fillRect(x - size / 2, y - size / 2, size, size / 2);
      }
    }
    graphics.dispose();
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      // Lossless, so that every machine sees the same pixels.
      if (!ImageIO.write(image, "png", png)) {
        throw new IllegalStateException("this Java runtime cannot write PNG");
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail to be written to", e);
    }
    return png.toByteArray();
  }

  private Color colour() {
    return new Color(random.nextInt(256), random.nextInt(256), random.nextInt(256));
  }
}
