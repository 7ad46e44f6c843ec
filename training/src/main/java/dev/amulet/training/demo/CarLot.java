package dev.amulet.training.demo;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntConsumer;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Cars for sale, made up and drawn here: {@code cars.csv} with the columns {@code image, make,
 * year, mileage, colour, price} and one 320 x 240 picture per row (every fifth a PNG, the others
 * JPEG) under {@code photos/}.
 *
 * <p>The price depends on columns of the table (make, year, mileage) and, as much, on what only the
 * picture shows: the shape of the body and how worn it is. A few cells are missing. The same number
 * of cars and seed give the same table everywhere, and the same pictures where Java draws alike.
 */
public final class CarLot {

  /** Cars drawn when nobody says otherwise. */
  public static final int DEFAULT_CARS = 400;

  /** The column to predict, euros. */
  public static final String TARGET = "price";

  private static final List<String> HEADER =
      List.of("image", "make", "year", "mileage", "colour", TARGET);
  private static final float JPEG_QUALITY = 0.9f;

  private final List<Car> cars;
  private final long seed;

  /**
   * @param count number of cars, 1 to 100 000
   * @param seed of everything drawn at random
   */
  public CarLot(int count, long seed) {
    if (count < 1 || count > 100_000) {
      throw new IllegalArgumentException("a lot has 1 to 100000 cars, not " + count);
    }
    this.seed = seed;
    Random random = new Random(seed);
    List<Car> drawn = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      drawn.add(Car.draw(random));
    }
    this.cars = List.copyOf(drawn);
  }

  /** The lot in row order. */
  List<Car> cars() {
    return cars;
  }

  /**
   * Writes the pictures and three tables: {@code cars.csv}, and the same rows split into {@code
   * train.csv} and, for the last {@code heldOut} of them, {@code test.csv}. Rows are drawn
   * independently, so the last ones are a fair sample.
   *
   * @param folder created if missing; files of an earlier lot are replaced
   * @param painted told the number of pictures finished, after each
   */
  public void write(Path folder, int heldOut, IntConsumer painted) throws IOException {
    if (heldOut < 0 || heldOut >= cars.size()) {
      throw new IllegalArgumentException(
          "of " + cars.size() + " cars, " + heldOut + " cannot be held out");
    }
    Files.createDirectories(folder.resolve("photos"));
    List<String[]> rows = new ArrayList<>();
    Random random = new Random(seed + 1);
    for (int i = 0; i < cars.size(); i++) {
      boolean png = i % 5 == 4;
      String photo = String.format(Locale.ROOT, "photos/%04d.%s", i + 1, png ? "png" : "jpg");
      // Each picture has its own random numbers, so that one is the same in lots of any size.
      BufferedImage picture = CarPainter.paint(cars.get(i), new Random(seed * 1_000_003 + i));
      save(picture, folder.resolve(photo), png);
      rows.add(cells(cars.get(i), photo, random));
      painted.accept(i + 1);
    }
    int split = rows.size() - heldOut;
    table(folder.resolve("cars.csv"), rows);
    table(folder.resolve("train.csv"), rows.subList(0, split));
    table(folder.resolve("test.csv"), rows.subList(split, rows.size()));
  }

  /** Sellers leave cells empty: one mileage in 25, one colour in 33. */
  private static String[] cells(Car car, String photo, Random random) {
    String mileage = random.nextInt(25) == 0 ? "" : Integer.toString(car.mileage());
    String colour = random.nextInt(33) == 0 ? "" : car.colour().label();
    return new String[] {
      photo,
      car.make().label,
      Integer.toString(car.year()),
      mileage,
      colour,
      Integer.toString(car.price())
    };
  }

  private static void table(Path file, List<String[]> rows) throws IOException {
    try (CsvWriter csv = CsvWriter.builder().build(file)) {
      csv.writeRecord(HEADER);
      rows.forEach(csv::writeRecord);
    }
  }

  private static void save(BufferedImage picture, Path file, boolean png) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(png ? "png" : "jpeg").next();
    ImageWriteParam settings = writer.getDefaultWriteParam();
    if (!png) {
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionQuality(JPEG_QUALITY);
    }
    try (OutputStream out = Files.newOutputStream(file);
        ImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(picture, null, null), settings);
    } finally {
      writer.dispose();
    }
  }
}
