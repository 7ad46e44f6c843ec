package dev.amulet.training;

import dev.amulet.format.v1.Resize;
import dev.amulet.training.ImageSettings.MirrorAverage;
import dev.amulet.training.ImageSettings.Selection;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import dev.amulet.training.feature.NamedBackbone;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides which networks look at the pictures, and how pictures are shown to each: squashed or
 * cropped, at which size, and whether the mirror image is looked at too. Everything is judged by
 * what a linear model makes of the embeddings; the simpler way stays unless another beats it by a
 * standard error.
 */
final class ImageSearch {
  /** Share of the time budget that networks and ways to show pictures may take. */
  private static final double BUDGET_SHARE = 0.6;

  /** Sizes are multiples of this: most networks halve them five times. */
  private static final int SIZE_STEP = 32;

  private final ImageSettings settings;
  private final Metric scorer;
  private final ImageProbe probe;
  private final Budget budget;
  private final ProgressListener progress;
  private final List<Ranked> ranking = new ArrayList<>();

  ImageSearch(
      ImageSettings settings,
      Metric scorer,
      ImageProbe probe,
      Budget budget,
      ProgressListener progress) {
    this.settings = settings;
    this.scorer = scorer;
    this.probe = probe;
    this.budget = budget;
    this.progress = progress;
  }

  /**
   * How a network did alone.
   *
   * @param msPerImage NaN when not known
   * @param bytes of the network in an amulet
   */
  record Ranked(String network, Score score, double msPerImage, long bytes) {}

  /** One network, how it is shown pictures, and how it does alone. */
  private static final class Way {
    final int index;
    NamedBackbone network;
    double[] perFold;
    double times = 1;

    Way(int index, NamedBackbone network, double[] perFold) {
      this.index = index;
      this.network = network;
      this.perFold = perFold;
    }
  }

  /** The networks as they will be used, in the order given. */
  List<NamedBackbone> choose(List<NamedBackbone> given) {
    List<NamedBackbone> fixed = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      fixed.add(fixed(given.get(i), i));
    }
    boolean race = fixed.size() > 1 && settings.selection() != Selection.CONCAT;
    if (fixed.isEmpty() || !(race || hasOptions(fixed.size()))) {
      return fixed;
    }
    progress.message("networks, " + scorer + " of a linear model on embeddings:");
    List<Way> ways = measure(fixed, race);
    if (race) {
      ways = race(ways);
    }
    for (Way way : ways) {
      chooseResize(way);
    }
    for (Way way : ways) {
      chooseSize(way);
    }
    for (Way way : ways) {
      chooseMirror(way);
    }
    ways.forEach(way -> progress.message("  chosen: " + words(way.network)));
    return ways.stream()
        .sorted(Comparator.comparing((Way way) -> way.index))
        .map(way -> way.network)
        .toList();
  }

  /** Figures of each network that was measured, as the settings show it pictures. */
  List<Ranked> ranking() {
    return List.copyOf(ranking);
  }

  /** What is given in the settings. */
  private NamedBackbone fixed(NamedBackbone network, int index) {
    int side = settings.inputSize(index);
    NamedBackbone sized = network;
    if (side > 0) {
      sized =
          network
              .sized(side)
              .orElseThrow(
                  () ->
                      new TrainingException(
                          "setting %s is %d, but network %s takes no pictures of that size; use native"
                              .formatted(SettingKey.INPUT_SIZE.key(), side, network.id())));
    }
    NamedBackbone resized =
        switch (settings.resize(index)) {
          case AUTO -> sized;
          case CROP -> sized.resized(Resize.SHORTER_SIDE_CROP);
          case PAD -> sized.resized(Resize.PAD);
          case SQUASH -> sized.resized(Resize.SQUASH);
        };
    return resized.mirrored(settings.mirrorAverage(index) == MirrorAverage.TRUE);
  }

  private boolean hasOptions(int networks) {
    for (int i = 0; i < networks; i++) {
      if (settings.resize(i) == ImageSettings.Resize.AUTO
          || settings.inputSize(i) == ImageSettings.AUTO_SIZE
          || settings.mirrorAverage(i) == MirrorAverage.AUTO) {
        return true;
      }
    }
    return false;
  }

  private List<Way> measure(List<NamedBackbone> networks, boolean race) {
    List<Way> ways = new ArrayList<>();
    for (int i = 0; i < networks.size(); i++) {
      NamedBackbone network = networks.get(i);
      if (race && !ways.isEmpty() && !isTimeFor(network, 1, network.id())) {
        continue;
      }
      Way way = new Way(i, network, probe.perFold(List.of(network)));
      Ranked ranked =
          new Ranked(
              network.id(),
              Score.of(way.perFold),
              probe.msPerImage(network),
              network.onnx().length);
      ranking.add(ranked);
      ways.add(way);
      progress.message(
          "  %-28s %s  %s ms an image, %.1f MB"
              .formatted(
                  network.id(),
                  ranked.score(),
                  Double.isNaN(ranked.msPerImage())
                      ? "?"
                      : String.format(Locale.ROOT, "%.1f", ranked.msPerImage()),
                  ranked.bytes() / 1e6));
    }
    return ways;
  }

  /** The fewest networks that do as well as the best found; one, if only one is wanted. */
  private List<Way> race(List<Way> ways) {
    List<Way> left = new ArrayList<>(ways);
    Way first = best(left);
    for (Way way : ways) {
      // The cheapest that the best one does not beat is the best one.
      if (cost(way) < cost(first) && !Scores.beats(scorer, first.perFold, way.perFold)) {
        first = way;
      }
    }
    List<Way> chosen = new ArrayList<>(List.of(first));
    left.remove(first);
    double[] perFold = first.perFold;
    while (settings.selection() == Selection.AUTO && !left.isEmpty() && !budget.stopped()) {
      Way added = null;
      double[] addedPerFold = perFold;
      for (Way way : left) {
        double[] together = together(chosen, way);
        if (Scores.beats(scorer, together, perFold)
            && (added == null || isBetter(together, addedPerFold))) {
          added = way;
          addedPerFold = together;
        }
      }
      if (added == null) {
        break;
      }
      chosen.add(added);
      left.remove(added);
      perFold = addedPerFold;
    }
    return chosen;
  }

  private double[] together(List<Way> chosen, Way more) {
    List<Way> all = new ArrayList<>(chosen);
    all.add(more);
    all.sort(Comparator.comparing(way -> way.index));
    List<NamedBackbone> networks = all.stream().map(way -> way.network).toList();
    double[] perFold = probe.perFold(networks);
    String names = String.join(" + ", networks.stream().map(NamedBackbone::id).toList());
    progress.message("  %-28s %s".formatted(names, Score.of(perFold)));
    return perFold;
  }

  private Way best(List<Way> ways) {
    Way best = ways.get(0);
    for (Way way : ways) {
      if (isBetter(way.perFold, best.perFold)) {
        best = way;
      }
    }
    return best;
  }

  private boolean isBetter(double[] perFold, double[] other) {
    return scorer.better(Score.of(perFold).mean(), Score.of(other).mean());
  }

  /** By size, not by the time measured: the same command must choose the same network again. */
  private static int cost(Way way) {
    return way.network.onnx().length;
  }

  private void chooseResize(Way way) {
    if (settings.resize(way.index) == ImageSettings.Resize.AUTO) {
      challenge(way, "squashed", 1, Optional.of(way.network.resized(Resize.SQUASH)));
      challenge(way, "cropped", 1, Optional.of(way.network.resized(Resize.SHORTER_SIDE_CROP)));
    }
  }

  /** Smaller first, as that is quicker too; larger only where smaller is no good. */
  private void chooseSize(Way way) {
    int side = way.network.preprocessing().getWidth();
    int smaller = SIZE_STEP * Math.round(side * 5f / 7 / SIZE_STEP);
    if (settings.inputSize(way.index) != ImageSettings.AUTO_SIZE
        || way.network.preprocessing().getHeight() != side
        || smaller < 2 * SIZE_STEP
        || smaller >= side) {
      return;
    }
    if (chooseSize(way, side, smaller)) {
      chooseSize(way, side, smaller - SIZE_STEP);
    } else {
      chooseSize(way, side, smaller + SIZE_STEP);
    }
  }

  private boolean chooseSize(Way way, int from, int side) {
    double share = (double) side / from;
    return side != way.network.preprocessing().getWidth()
        && challenge(way, "at " + side + " pixels", share * share, way.network.sized(side));
  }

  private void chooseMirror(Way way) {
    if (settings.mirrorAverage(way.index) == MirrorAverage.AUTO) {
      challenge(
          way, "with their mirror image", 2 * way.times, Optional.of(way.network.mirrored(true)));
    }
  }

  /** Tries another way that takes some times as long as at first, if there is time. */
  private boolean challenge(Way way, String name, double times, Optional<NamedBackbone> other) {
    if (other.isEmpty()
        || other.get().equals(way.network)
        || isPerfect(way.perFold)
        || !isTimeFor(other.get(), times, way.network.id() + " " + name)) {
      return false;
    }
    double[] perFold = probe.perFold(List.of(other.get()));
    progress.message("  %-28s %s".formatted(way.network.id() + " " + name, Score.of(perFold)));
    if (!Scores.beats(scorer, perFold, way.perFold)) {
      return false;
    }
    way.network = other.get();
    way.perFold = perFold;
    way.times = times;
    return true;
  }

  private boolean isPerfect(double[] perFold) {
    return Score.of(perFold).mean() == (scorer.greaterIsBetter() ? 1 : 0);
  }

  private boolean isTimeFor(NamedBackbone network, double times, String name) {
    double room = BUDGET_SHARE * budget.totalSeconds() - budget.spentSeconds();
    boolean spent = budget.stopped() || room <= 0;
    double expected = spent ? 0 : probe.expectedSeconds(network, times);
    if (!spent && expected <= room) {
      return true;
    }
    budget.cut();
    progress.message(
        spent
            ? "  %s: not tried, the time for it is spent".formatted(name)
            : "  %s: not tried, it would take %.0f s of the time budget".formatted(name, expected));
    return false;
  }

  private static String words(NamedBackbone network) {
    return "%s, %s to %d x %d pixels%s"
        .formatted(
            network.id(),
            network.preprocessing().getResize().name().toLowerCase(Locale.ROOT).replace('_', ' '),
            network.preprocessing().getWidth(),
            network.preprocessing().getHeight(),
            network.mirrored() ? ", with the mirror image" : "");
  }
}
