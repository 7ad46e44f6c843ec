package dev.amulet.training;

import dev.amulet.format.v1.Resize;
import dev.amulet.training.ExperimentConfig.FeatureSetChoice;
import dev.amulet.training.ImageSettings.MirrorAverage;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.tree.TreeOptions;
import java.util.ArrayList;
import java.util.List;

/** The settings with what was found for them in their place, so that they repeat the run. */
final class PinnedConfig {
  private PinnedConfig() {}

  /**
   * @param given networks as the settings name them, in order
   * @param kept those of them that are used, as pictures are shown to them, in the order that the
   *     settings are to name them in
   */
  static ImageSettings images(
      ImageSettings settings, List<NamedBackbone> given, List<NamedBackbone> kept) {
    if (kept.isEmpty()) {
      return settings;
    }
    List<String> names = new ArrayList<>();
    List<ImageSettings.Resize> resizes = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    List<MirrorAverage> mirrors = new ArrayList<>();
    List<String> ids = given.stream().map(NamedBackbone::id).toList();
    for (NamedBackbone after : kept) {
      int i = ids.indexOf(after.id());
      NamedBackbone before = given.get(i);
      names.add(settings.networks().get(i));
      resizes.add(resize(after));
      sizes.add(
          after.preprocessing().getWidth() == before.preprocessing().getWidth()
              ? ImageSettings.NATIVE_SIZE
              : after.preprocessing().getWidth());
      mirrors.add(after.mirrored() ? MirrorAverage.TRUE : MirrorAverage.FALSE);
    }
    return settings.with(names, resizes, sizes, mirrors);
  }

  private static ImageSettings.Resize resize(NamedBackbone network) {
    Resize resize = network.preprocessing().getResize();
    return switch (resize) {
      case SHORTER_SIDE_CROP -> ImageSettings.Resize.CROP;
      case PAD -> ImageSettings.Resize.PAD;
      default -> ImageSettings.Resize.SQUASH;
    };
  }

  /**
   * With the features, learners and tree settings of the model in the place of all that was tried,
   * so that neither less time nor a slower machine leads elsewhere.
   *
   * @param images pinned
   * @param tuning pinned
   * @param data with the target and the columns as they were read
   */
  static ExperimentConfig of(
      ExperimentConfig config,
      ImageSettings images,
      TuningSettings tuning,
      ExperimentData data,
      ModelSelection.Result selection) {
    Candidate chosen = selection.scores().chosen();
    ModelSelection.Part linear = selection.chosen().linear();
    ModelSelection.Part trees = selection.chosen().trees();
    boolean alike = linear == null || trees == null || linear.features() == trees.features();
    TreeOptions options = config.treeOptions();
    if (trees != null) {
      TreeOptions tuned = trees.candidate().trees();
      options = tuned != null ? tuned : options != null ? options : TreeOptions.usual();
    }
    return config.with(
        trees == null || trees.candidate().components() == 0
            ? images
            : images.withComponents(trees.candidate().components()),
        data.coding().transformer(),
        alike ? choice(chosen.features()) : config.featureSet(),
        LearnerChoice.valueOf(chosen.learner().name()),
        linear == null ? config.linearFeatures() : choice(linear.features()),
        trees == null ? config.treeFeatures() : choice(trees.features()),
        options,
        tuning,
        data.readings());
  }

  private static FeatureSetChoice choice(FeatureSet set) {
    return FeatureSetChoice.valueOf(set.name());
  }

  /** What the learners of a model read of embeddings. */
  static FeatureFitter.Derived derived(ModelSelection.Contestant chosen) {
    ModelSelection.Part linear = chosen.linear();
    ModelSelection.Part trees = chosen.trees();
    return FeatureFitter.Derived.of(
        linear == null ? null : linear.features(),
        trees == null ? null : trees.features(),
        trees == null ? 0 : trees.candidate().components());
  }
}
