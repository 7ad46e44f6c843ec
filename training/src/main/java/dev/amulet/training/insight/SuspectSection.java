package dev.amulet.training.insight;

import dev.amulet.format.v1.Task;
import dev.amulet.training.insight.InsightData.Validation;
import dev.amulet.training.insight.Section.Beside;
import dev.amulet.training.insight.Section.Card;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Rows whose label may be wrong: the out-of-fold model is surer of another class than it is of that
 * class's own rows on average (confident learning: Northcutt, Jiang and Chuang, "Confident
 * Learning: Estimating Uncertainty in Dataset Labels", 2021).
 */
final class SuspectSection {
  private static final int SHOWN = 12;
  private static final int NEAREST = 5;

  private SuspectSection() {}

  /**
   * A row and the class it may belong to.
   *
   * @param index among the validated rows
   * @param label the other class
   * @param margin its probability less that of the class given
   */
  record Suspect(int index, int label, double margin) {}

  /** Empty for a regression and where nothing is suspect. */
  static Optional<Section> of(
      InsightData data, @Nullable Neighbours neighbours, Pictures pictures) {
    if (data.task() == Task.REGRESSION) {
      return Optional.empty();
    }
    Validation all = data.validation();
    List<Suspect> suspects = suspects(all.actual(), all.predicted());
    if (suspects.isEmpty()) {
      return Optional.empty();
    }
    Errors errors = new Errors(data);
    double[] targets = data.target().values(data.dataset());
    List<Card> cards = new ArrayList<>();
    for (Suspect suspect : suspects.subList(0, Math.min(SHOWN, suspects.size()))) {
      int row = all.rows()[suspect.index()];
      List<Neighbours.Near> near = neighbours == null ? List.of() : neighbours.of(row, NEAREST);
      List<String> lines = new ArrayList<>();
      lines.add("row " + Figures.count(data.dataset().sourceRow(row) + 1));
      lines.add("labelled " + errors.name((int) all.actual()[suspect.index()]));
      double[] predicted = all.predicted()[suspect.index()];
      lines.add(
          "rather %s? (%s)"
              .formatted(
                  errors.name(suspect.label()), Figures.percent(predicted[suspect.label()])));
      if (!near.isEmpty()) {
        long same = near.stream().filter(n -> (int) targets[n.row()] == suspect.label()).count();
        lines.add(
            "of its %d nearest pictures %d are %s"
                .formatted(near.size(), same, errors.name(suspect.label())));
      }
      lines.addAll(near.isEmpty() ? WorstSection.cells(data, row) : List.of());
      cards.add(
          new Card(
              pictures.any() ? pictures.of(row) : Card.WITHOUT,
              lines,
              near.stream()
                  .map(n -> new Beside(pictures.of(n.row()), errors.name((int) targets[n.row()])))
                  .toList()));
    }
    return Optional.of(
        new Section("labels", "Labels worth checking")
            .text(
                "%s of %s rows look more like another class than like their own, to models that did not see them. The surest first%s. Some are hard cases, some are mistakes in the labels: look before changing any."
                    .formatted(
                        Figures.count(suspects.size()),
                        Figures.count(all.rows().length),
                        neighbours == null ? "" : ", each with its nearest pictures"))
            .cards(cards));
  }

  /** The surest first. */
  static List<Suspect> suspects(double[] actual, double[][] predicted) {
    int classes = predicted[0].length;
    double[] sure = new double[classes];
    int[] rows = new int[classes];
    for (int i = 0; i < actual.length; i++) {
      sure[(int) actual[i]] += predicted[i][(int) actual[i]];
      rows[(int) actual[i]]++;
    }
    return IntStream.range(0, actual.length)
        .boxed()
        .flatMap(
            i -> {
              int given = (int) actual[i];
              int most = ConfusionSection.most(predicted[i]);
              boolean suspect =
                  most != given && rows[most] > 0 && predicted[i][most] >= sure[most] / rows[most];
              return suspect
                  ? Stream.of(new Suspect(i, most, predicted[i][most] - predicted[i][given]))
                  : Stream.empty();
            })
        .sorted(Comparator.comparingDouble(Suspect::margin).reversed())
        .toList();
  }
}
