package dev.amulet.training.insight;

import dev.amulet.format.v1.Task;
import dev.amulet.training.insight.InsightData.Embeddings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** What the networks find alike: rows on a plane, those with similar pictures side by side. */
final class MapSection {
  static final int MOST_ROWS = 600;
  private static final int FEWEST_ROWS = 10;
  private static final int MOST_CLASSES = 10;

  private MapSection() {}

  /** Empty with too few pictures for a map. */
  static Optional<Section> of(InsightData data, Embeddings embeddings, Pictures pictures) {
    int all = data.dataset().rows();
    int[] rows =
        IntStream.of(Sample.rows(all, MOST_ROWS, data.run().seed()))
            .filter(embeddings::isComplete)
            .toArray();
    if (rows.length < FEWEST_ROWS) {
      return Optional.empty();
    }
    double[][] places = Tsne.map(rows.length, distances(embeddings, rows), data.run().seed());
    double[] targets = data.target().values(data.dataset());
    Chart chart =
        new Chart("map", "chart-map", "Map of the pictures")
            .note(
                "Each dot is a row; near each other: alike to the network (t-SNE of the"
                    + " embeddings). Point at a dot to see its picture.")
            .put("target", data.target().column());
    if (data.task() == Task.REGRESSION) {
      byValue(chart, rows, places, targets, data, pictures);
    } else {
      byClass(chart, rows, places, targets, data, pictures);
    }
    Section section = new Section("map", "What the pictures look like to it");
    if (rows.length < all) {
      section.text(Section.Tone.FAINT, Sample.words(rows.length, all));
    }
    return Optional.of(section.add(chart.node()));
  }

  private static void byValue(
      Chart chart,
      int[] rows,
      double[][] places,
      double[] targets,
      InsightData data,
      Pictures pictures) {
    double[] ranks =
        ImportanceSection.ranks(IntStream.of(rows).mapToDouble(row -> targets[row]).toArray());
    List<double[]> points = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      points.add(point(places[i], ranks[i], rows[i], targets[rows[i]], data, pictures));
    }
    chart.points(data.target().column(), points);
    chart.scale("low " + data.target().column(), "high");
  }

  private static void byClass(
      Chart chart,
      int[] rows,
      double[][] places,
      double[] targets,
      InsightData data,
      Pictures pictures) {
    List<String> classes = data.target().classes();
    Map<String, List<double[]>> byClass = new LinkedHashMap<>();
    int named = Math.min(classes.size(), MOST_CLASSES);
    classes.subList(0, named).forEach(name -> byClass.put(name, new ArrayList<>()));
    for (int i = 0; i < rows.length; i++) {
      int label = (int) targets[rows[i]];
      String name = label < named ? classes.get(label) : "other classes";
      byClass
          .computeIfAbsent(name, n -> new ArrayList<>())
          .add(point(places[i], Double.NaN, rows[i], Double.NaN, data, pictures));
    }
    byClass.forEach((name, points) -> chart.points(Figures.shortened(name, 40), points));
  }

  private static double[] point(
      double[] place, double rank, int row, double value, InsightData data, Pictures pictures) {
    return new double[] {
      place[0], place[1], rank, data.dataset().sourceRow(row) + 1, pictures.of(row), value
    };
  }

  /** Squared, between embeddings of unit length. */
  static double[] distances(Embeddings embeddings, int[] rows) {
    int width = embeddings.slots().length;
    float[][] unit = new float[rows.length][width];
    for (int i = 0; i < rows.length; i++) {
      double squares = 0;
      for (int j = 0; j < width; j++) {
        unit[i][j] = embeddings.value(rows[i], j);
        squares += (double) unit[i][j] * unit[i][j];
      }
      float length = (float) Math.max(Math.sqrt(squares), Float.MIN_NORMAL);
      for (int j = 0; j < width; j++) {
        unit[i][j] /= length;
      }
    }
    double[] distances = new double[rows.length * rows.length];
    IntStream.range(0, rows.length)
        .parallel()
        .forEach(
            i -> {
              for (int k = 0; k < rows.length; k++) {
                distances[i * rows.length + k] = distance(unit[i], unit[k]);
              }
            });
    return distances;
  }

  private static double distance(float[] a, float[] b) {
    float sum = 0;
    for (int j = 0; j < a.length; j++) {
      float away = a[j] - b[j];
      sum += away * away;
    }
    return sum;
  }
}
