package dev.amulet.cli;

import dev.amulet.format.v1.BlendPart;
import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.format.v1.ImageStage;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.SlotRange;
import dev.amulet.format.v1.Stage;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the stages of a pipeline do, in words. */
final class StageWords {
  private final Manifest manifest;

  StageWords(Manifest manifest) {
    this.manifest = manifest;
  }

  static String kind(Stage stage) {
    return stage.getKindCase().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** What a stage takes and how it changes it. */
  String work(Stage stage) {
    return switch (stage.getKindCase()) {
      case NUMERIC ->
          column(stage.getNumeric().getColumn())
              + ", "
              + lower(stage.getNumeric().getFunction())
              + (stage.getNumeric().getMissingFlag() ? ", and a missing flag" : "");
      case ONE_HOT -> column(stage.getOneHot().getColumn()) + ", one slot per level";
      case FREQUENCY -> column(stage.getFrequency().getColumn()) + ", share of the level";
      case TARGET_MEAN -> column(stage.getTargetMean().getColumn()) + ", mean target of the level";
      case TEXT -> column(stage.getText().getColumn()) + ", TF-IDF of n-grams, projected";
      case DATE_TIME ->
          column(stage.getDateTime().getColumn())
              + ", "
              + stage.getDateTime().getPartsCount()
              + " parts";
      case IMAGE -> image(stage.getImage());
      case PROJECTION -> "principal components of " + read(stage);
      case IMAGE_SCORE -> "linear head over " + read(stage);
      case TREE -> "boosted trees over " + read(stage);
      case LINEAR -> "linear model over " + read(stage);
      case BLEND ->
          stage.getBlend().getPartsList().stream()
              .map(StageWords::part)
              .collect(Collectors.joining(" + "));
      default -> "";
    };
  }

  private String image(ImageStage stage) {
    return column(stage.getColumn())
        + " through network "
        + stage.getNetwork()
        + ", "
        + String.join(" and ", stage.getOutputsList())
        + (stage.getViewsCount() > 1 ? ", mean of " + stage.getViewsCount() + " views" : "");
  }

  private static String part(BlendPart part) {
    return String.format(Locale.ROOT, "%.3g × %s", part.getWeight(), part.getStage());
  }

  private static String read(Stage stage) {
    int count = stage.getReadsList().stream().mapToInt(SlotRange::getCount).sum();
    return Figures.count(count, "slot") + " " + ranges(stage.getReadsList());
  }

  /**
   * Slots a stage writes, for instance {@code → slots 12–111}; margins for the model's own stages.
   */
  static String slots(Stage stage) {
    return stage.getWritesCount() == 0 ? "→ margin" : "→ " + ranges(stage.getWritesList());
  }

  private static String ranges(List<SlotRange> ranges) {
    return ranges.stream()
        .map(
            range ->
                range.getCount() == 1
                    ? Integer.toString(range.getFirst())
                    : range.getFirst() + "–" + (range.getFirst() + range.getCount() - 1))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** How pictures become a network's input, once per different way. */
  List<String> preprocessing(String network) {
    return manifest.getPipeline().getStagesList().stream()
        .filter(stage -> stage.hasImage() && stage.getImage().getNetwork().equals(network))
        .map(stage -> preprocessing(stage.getImage().getPreprocessing()))
        .distinct()
        .toList();
  }

  private static String preprocessing(ImagePreprocessing image) {
    String resize =
        switch (image.getResize()) {
          case SQUASH -> "squashed";
          case SHORTER_SIDE_CROP -> "shorter side to " + image.getShorterSide() + ", centre cut";
          case PAD -> "fitted and padded";
          default -> "";
        };
    return "%d × %d px %s, %s, %s, mean %s, sd %s"
        .formatted(
            image.getWidth(),
            image.getHeight(),
            image.getChannelOrder(),
            resize,
            lower(image.getInterpolation()),
            channels(image.getMeanList()),
            channels(image.getStdList()));
  }

  private static String channels(List<Float> values) {
    return values.stream()
        .distinct()
        .map(value -> Figures.plain(Math.round(value * 1e4) / 1e4))
        .collect(Collectors.joining("/"));
  }

  private String column(int index) {
    Column column = manifest.getSchema().getColumns(index);
    return column.getName();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
