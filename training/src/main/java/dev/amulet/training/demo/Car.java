package dev.amulet.training.demo;

import java.util.List;
import java.util.Random;

/**
 * One car for sale.
 *
 * @param body visible in the picture only
 * @param wear 0 (like new) to 1 (worn out); visible in the picture only
 * @param mileage kilometres
 * @param price euros
 */
record Car(
    Make make, int year, int mileage, PaintColour colour, Body body, double wear, int price) {

  /** Year the cars are on sale. */
  static final int SALE_YEAR = 2026;

  private static final int OLDEST = 12;
  private static final double PRICE_NOISE = 0.05;

  /** Makes, none of which exist. */
  enum Make {
    ALDER("Alder", 18_000),
    BOREAL("Boreal", 21_000),
    CORVINA("Corvina", 24_500),
    DUNLIN("Dunlin", 19_500),
    ESTORIL("Estoril", 29_000),
    FJORDEN("Fjorden", 26_500);

    final String label;
    final int newPrice;

    Make(String label, int newPrice) {
      this.label = label;
      this.newPrice = newPrice;
    }
  }

  static Car draw(Random random) {
    Make make = pick(List.of(Make.values()), random);
    int age = (int) (OLDEST * Math.sqrt(random.nextDouble()) * (0.35 + 0.65 * random.nextDouble()));
    double perYear = Math.max(2_500, 13_000 + 4_500 * random.nextGaussian());
    int mileage = (int) Math.round((age + 0.4 * random.nextDouble()) * perYear / 10) * 10;
    PaintColour colour = PaintColour.draw(random);
    Body body = pick(List.of(Body.values()), random);
    // Mostly luck and care, a little age: the table alone cannot tell.
    double wear = Math.min(1, 0.82 * random.nextDouble() + 0.18 * age / OLDEST);
    double noise = StrictMath.exp(PRICE_NOISE * random.nextGaussian());
    double price = fairPrice(make, age, mileage, colour, body, wear) * noise;
    return new Car(
        make,
        SALE_YEAR - age,
        mileage,
        colour,
        body,
        wear,
        Math.max(250, (int) Math.round(price / 10) * 10));
  }

  private static <T> T pick(List<T> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** Price before noise, euros. */
  static double fairPrice(
      Make make, int age, int mileage, PaintColour colour, Body body, double wear) {
    return make.newPrice
        * body.priceFactor
        * colour.priceFactor
        * StrictMath.exp(-0.065 * age - mileage / 400_000.0)
        * (1 - 0.65 * wear);
  }
}
