package dev.amulet.training.insight;

import dev.amulet.training.insight.InsightData.TunedFold;
import dev.amulet.training.insight.InsightData.Tuning;
import dev.amulet.training.insight.Section.Tone;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a network was fine-tuned, and whether that pays. */
final class TuningSection {
  private TuningSection() {}

  /** Empty when it was not asked for. */
  static Optional<Section> of(InsightData data) {
    Tuning tuning = data.run().tuning();
    if (tuning == null) {
      return Optional.empty();
    }
    Section section = new Section("tuning", "Fine-tuning");
    section.text(sentence(tuning.verdict()));
    section.text(
        tuning.used()
            ? "The model uses %s tuned on all rows in %s epochs, as many as were best in the folds."
                .formatted(
                    tuning.epochsOnAllRows().size() == 1
                        ? "the tuned network,"
                        : "the tuned networks, the mean of what they say,",
                    tuning.epochsOnAllRows().stream()
                        .map(Figures::count)
                        .collect(Collectors.joining(", ")))
            : "The model does not use it.");
    section.text(
        "%s at %s pixels, %s. The data are %s."
            .formatted(tuning.network(), tuning.pictures(), tuning.strategy(), tuning.quadrant()));
    if (!tuning.folds().isEmpty()) {
      section.text(
          "%.0f images a second while training, %s of the time spent waiting for pictures."
              .formatted(tuning.imagesPerSecond(), Figures.percent(tuning.waitingShare())));
      section.add(table(tuning).node());
      section.text(
          Tone.FAINT,
          "In each fold a network was tuned on the fold's training rows; a part of those, held out"
              + " inside, decides which epoch is best. The learning rate and the number of epochs"
              + " were found in the first fold and go for all. What is said of a row, and compared"
              + " with the frozen network, comes from the network that was not tuned on it.");
    }
    return Optional.of(section);
  }

  private static Table table(Tuning tuning) {
    Table table =
        new Table(
            "llrrrrrrr",
            "network",
            "fold",
            "learning rate",
            "epochs",
            "best",
            "loss before",
            "loss after",
            "images/s",
            "waiting");
    for (TunedFold fold : tuning.folds()) {
      table.row(
          fold.network(),
          fold.fold(),
          String.format(Locale.ROOT, "%.1e", fold.rate()),
          Figures.count(fold.epochs()),
          Figures.count(fold.best()),
          loss(fold.startLoss()),
          loss(fold.bestLoss()),
          String.format(Locale.ROOT, "%.0f", fold.imagesPerSecond()),
          Figures.percent(fold.waitingShare()));
    }
    return table;
  }

  private static String loss(double value) {
    return Double.isFinite(value) ? Figures.number(value) : "–";
  }

  private static String sentence(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".";
  }
}
