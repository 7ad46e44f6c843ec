package dev.amulet.training;

import dev.amulet.format.v1.Resize;
import dev.amulet.training.ImageSettings.MirrorAverage;
import dev.amulet.training.data.Folds;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.FeaturePlan;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.feature.PipelineBuilder;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Decides how pictures are shown to the networks, by what a linear model makes of the embeddings:
 * squashed or cropped, and whether the mirror image is looked at too. The simpler way stays unless
 * another beats it by a standard error.
 */
final class ImageSearch {
  /** Share of the time budget that trying ways to show pictures may take. */
  private static final double BUDGET_SHARE = 0.4;

  private final ExperimentData data;
  private final Drafts drafts;
  private final ExperimentConfig config;
  private final Metric scorer;
  private final LinearProbe probe;
  private final Budget budget;
  private final ProgressListener progress;

  ImageSearch(
      ExperimentData data,
      Folds folds,
      Drafts drafts,
      ExperimentConfig config,
      Budget budget,
      ProgressListener progress) {
    this.data = data;
    this.drafts = drafts;
    this.config = config;
    this.budget = budget;
    this.progress = progress;
    scorer = data.scorer(config);
    probe = new LinearProbe(folds, scorer, config.threads());
  }

  /** The way chosen, and what it did. */
  private final class Best {
    private List<NamedBackbone> backbones;
    private double[] perFold;
    private double seconds;

    Best(List<NamedBackbone> backbones) {
      this.backbones = backbones;
      double before = budget.spentSeconds();
      perFold = measure(backbones);
      seconds = budget.spentSeconds() - before;
      report("as the network says", perFold);
    }

    /** Tries another way that takes some times as long, if there is time. */
    void challenge(String name, double times, UnaryOperator<NamedBackbone> change) {
      List<NamedBackbone> changed = backbones.stream().map(change).toList();
      if (changed.equals(backbones)) {
        return;
      }
      double expected = times * seconds;
      if (expected > BUDGET_SHARE * budget.leftSeconds()) {
        budget.cut();
        progress.message(
            "  images %s: not tried, it would take %.0f s of the time budget"
                .formatted(name, expected));
        return;
      }
      double[] values = measure(changed);
      report(name, values);
      if (Scores.beats(scorer, values, perFold)) {
        backbones = changed;
        perFold = values;
      }
    }
  }

  /** The backbones as they will be used. */
  List<NamedBackbone> choose(List<NamedBackbone> backbones) {
    ImageSettings.Resize resize = config.images().resize();
    MirrorAverage mirror = config.images().mirrorAverage();
    List<NamedBackbone> fixed =
        backbones.stream()
            .map(named -> resize == ImageSettings.Resize.AUTO ? named : named.resized(of(resize)))
            .map(named -> named.mirrored(mirror == MirrorAverage.TRUE))
            .toList();
    if (fixed.isEmpty() || (resize != ImageSettings.Resize.AUTO && mirror != MirrorAverage.AUTO)) {
      return fixed;
    }
    progress.message("how pictures are shown, " + scorer + " of a linear model on embeddings:");
    Best best = new Best(fixed);
    if (resize == ImageSettings.Resize.AUTO) {
      best.challenge("squashed", 1, named -> named.resized(Resize.SQUASH));
      best.challenge("cropped", 1, named -> named.resized(Resize.SHORTER_SIDE_CROP));
    }
    if (mirror == MirrorAverage.AUTO) {
      best.challenge("with their mirror image", 2, named -> named.mirrored(true));
    }
    NamedBackbone first = best.backbones.get(0);
    progress.message(
        "  chosen: %s%s"
            .formatted(
                first.preprocessing().getResize().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                first.mirrored() ? ", with the mirror image" : ""));
    return best.backbones;
  }

  private double[] measure(List<NamedBackbone> backbones) {
    PipelineBuilder pipeline = new PipelineBuilder(data.schema());
    FeaturePlan plan = FeaturePlan.layOut(pipeline, data.schema(), backbones);
    FeatureMatrix features =
        drafts
            .with(data.schema(), backbones)
            .features(pipeline, data.table(), "embeddings", progress);
    return probe.perFold(data, features, FeatureFitter.embeddingSlots(plan));
  }

  private void report(String name, double[] perFold) {
    progress.message("  images %-24s %s".formatted(name, Score.of(perFold)));
  }

  private static Resize of(ImageSettings.Resize choice) {
    return switch (choice) {
      case CROP -> Resize.SHORTER_SIDE_CROP;
      case PAD -> Resize.PAD;
      case SQUASH, AUTO -> Resize.SQUASH;
    };
  }
}
