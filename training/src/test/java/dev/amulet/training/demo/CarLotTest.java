package dev.amulet.training.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.amulet.training.demo.Car.Make;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CarLotTest {

  @TempDir Path folder;

  @Test
  void theSameSeedGivesTheSameTableAndPictures() throws IOException {
    new CarLot(7, 3).write(folder.resolve("a"), 2, done -> {});
    new CarLot(7, 3).write(folder.resolve("b"), 2, done -> {});
    for (String file :
        List.of("cars.csv", "train.csv", "test.csv", "photos/0001.jpg", "photos/0005.png")) {
      assertThat(folder.resolve("a").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("b").resolve(file));
    }
  }

  @Test
  void anotherSeedGivesOtherCars() {
    assertThat(new CarLot(7, 3).cars()).isNotEqualTo(new CarLot(7, 4).cars());
  }

  @Test
  void aLargerLotBeginsWithTheSameCars() {
    assertThat(new CarLot(9, 3).cars().subList(0, 7)).isEqualTo(new CarLot(7, 3).cars());
  }

  @Test
  void theTablesListEveryPictureOnceAndSplitTheRowsInOrder() throws IOException {
    List<Integer> painted = new ArrayList<>();
    new CarLot(10, 1).write(folder, 3, painted::add);
    List<String> all = Files.readAllLines(folder.resolve("cars.csv"));
    List<String> train = Files.readAllLines(folder.resolve("train.csv"));
    List<String> test = Files.readAllLines(folder.resolve("test.csv"));
    assertThat(all).hasSize(11).first().isEqualTo("image,make,year,mileage,colour,price");
    assertThat(train).isEqualTo(all.subList(0, 8));
    assertThat(test.subList(1, 4)).isEqualTo(all.subList(8, 11));
    assertThat(painted).hasSize(10).endsWith(10);
    for (String line : all.subList(1, 11)) {
      BufferedImage picture =
          ImageIO.read(folder.resolve(line.substring(0, line.indexOf(','))).toFile());
      assertThat(picture.getWidth()).isEqualTo(320);
      assertThat(picture.getHeight()).isEqualTo(240);
    }
  }

  @Test
  void someCellsAreMissingButNeverThePrice() throws IOException {
    new CarLot(60, 5).write(folder, 0, done -> {});
    List<String> lines = Files.readAllLines(folder.resolve("cars.csv"));
    assertThat(lines).anyMatch(line -> line.contains(",,"));
    assertThat(lines).noneMatch(line -> line.split(",", -1)[5].isEmpty());
  }

  @Test
  void whatOnlyThePictureShowsMovesThePrice() {
    double likeNew = price(Body.SALOON, 0.05);
    assertThat(price(Body.SALOON, 0.95)).isLessThan(0.5 * likeNew);
    assertThat(price(Body.OFF_ROADER, 0.05)).isGreaterThan(1.5 * likeNew);
  }

  @Test
  void knowingTheTableAloneLeavesMuchOfThePriceOpen() {
    List<Car> cars = new CarLot(2000, 11).cars();
    double[] fromTable = new double[cars.size()];
    double[] fromBoth = new double[cars.size()];
    double[] logs = new double[cars.size()];
    for (int i = 0; i < fromTable.length; i++) {
      Car car = cars.get(i);
      logs[i] = Math.log(car.price());
      int age = Car.SALE_YEAR - car.year();
      fromTable[i] =
          logs[i]
              - Math.log(
                  Car.fairPrice(car.make(), age, car.mileage(), car.colour(), Body.SALOON, 0.5));
      fromBoth[i] =
          logs[i]
              - Math.log(
                  Car.fairPrice(
                      car.make(), age, car.mileage(), car.colour(), car.body(), car.wear()));
    }
    assertThat(variance(fromTable)).isGreaterThan(0.2 * variance(logs));
    assertThat(variance(fromBoth)).isLessThan(0.1 * variance(fromTable));
  }

  @Test
  void wearAndBodyShowInThePicture() {
    int[] likeNew = pixels(Body.SALOON, 0.0);
    assertThat(meanDifference(likeNew, pixels(Body.SALOON, 0.0))).isZero();
    assertThat(meanDifference(likeNew, pixels(Body.SALOON, 1.0))).isGreaterThan(5);
    assertThat(meanDifference(likeNew, pixels(Body.PICK_UP, 0.0))).isGreaterThan(5);
  }

  @Test
  void aLotNeedsACarAndKeepsOneToTrainOn() {
    assertThatThrownBy(() -> new CarLot(0, 1)).hasMessageContaining("1 to 100000");
    CarLot lot = new CarLot(3, 1);
    assertThatThrownBy(() -> lot.write(folder, 3, done -> {})).hasMessageContaining("held out");
  }

  private static double price(Body body, double wear) {
    return Car.fairPrice(Make.CORVINA, 5, 60_000, PaintColour.BLUE, body, wear);
  }

  private static int[] pixels(Body body, double wear) {
    Car car = new Car(Make.ALDER, 2020, 50_000, PaintColour.RED, body, wear, 10_000);
    BufferedImage picture = CarPainter.paint(car, new Random(1));
    return picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, 320);
  }

  /** Mean absolute difference of the green samples. */
  private static double meanDifference(int[] a, int[] b) {
    long sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs((a[i] >> 8 & 0xFF) - (b[i] >> 8 & 0xFF));
    }
    return (double) sum / a.length;
  }

  private static double variance(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
  }
}
