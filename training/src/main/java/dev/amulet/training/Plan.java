package dev.amulet.training;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Role;
import dev.amulet.training.NetworkProbe.Cost;
import dev.amulet.training.data.ColumnProfile;
import dev.amulet.training.feature.FeaturePlan;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.feature.PipelineBuilder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment is about to do and about what it will cost: said before the work begins, so
 * that a wrong column or a slow network is seen in seconds.
 */
final class Plan {
  /** Bytes of a cell of text in memory, one with another: the string, its bytes, the reference. */
  private static final long CELL_BYTES = 60;

  /** Copies of the features that are held at a time: all rows, a fold's, those of a learner. */
  private static final long FEATURE_COPIES = 4;

  /** The linear model holds its columns twice in float64, by row and by column, and reads them. */
  private static final long LINEAR_BYTES = 24;

  private static final long FIXED_BYTES = 300L << 20;

  /** Trees: measured on one core, per row, slot and fold. */
  private static final double TREE_NS = 2500;

  /** The linear model: measured on one core, per row, slot and fold. */
  private static final double LINEAR_NS = 1000;

  private final ExperimentConfig config;
  private final Groundwork ground;
  private final List<Cost> costs;
  private final int slots;
  private final int embeddingSlots;
  private final @Nullable NamedBackbone tuned;
  private final double tuningSeconds;

  private Plan(ExperimentConfig config, Groundwork ground, List<Cost> costs) {
    this.config = config;
    this.ground = ground;
    this.costs = costs;
    PipelineBuilder pipeline = new PipelineBuilder(ground.data().schema());
    FeaturePlan features = FeaturePlan.layOut(pipeline, ground.data().schema(), ground.backbones());
    embeddingSlots = FeatureFitter.embeddingSlots(features).length;
    List<NamedBackbone> given = ground.backbones();
    tuned = config.tuning().isOn() ? FineTuning.base(config, given, given.get(0)) : null;
    tuningSeconds = tuned == null ? 0 : tuningSeconds(tuned);
    slots = features.tableSlots().size() + features.imageFlags().size() + embeddingSlots;
  }

  /** Seconds for an epoch in every fold and one on all rows. */
  private double tuningSeconds(NamedBackbone network) {
    double ms = NetworkProbe.ms(config, ground.data(), network);
    long rows = ground.data().table().rows();
    for (int fold = 0; fold < ground.folds().count(); fold++) {
      rows += ground.folds().trainRows(fold).length;
    }
    return config.tuning().networks() * rows * FineTuning.secondsPerRow(ground.data(), ms);
  }

  /** Looks at the data and shows the networks a few pictures. */
  static Plan of(ExperimentConfig config, Groundwork ground) {
    return new Plan(config, ground, NetworkProbe.of(config, ground));
  }

  /** Says the plan, a line for each part. */
  void report(ProgressListener progress) {
    progress.message("plan:");
    lines().forEach(line -> progress.message("  " + line));
    if (memoryBytes() > Runtime.getRuntime().maxMemory()) {
      progress.message(
          "warning: more memory than Java may take; give it more, for example with AMULET_JAVA_OPTS=-Xmx%dg"
              .formatted((memoryBytes() >> 30) + 1));
    }
  }

  List<String> lines() {
    ExperimentData data = ground.data();
    List<String> lines = new ArrayList<>();
    lines.add(
        "task        %s of \"%s\", scorer %s"
            .formatted(
                data.coding().task().name().toLowerCase(Locale.ROOT),
                data.profile().requiredTarget().column(),
                data.scorer(config)));
    lines.add(
        "rows        %d%s"
            .formatted(
                data.table().rows(),
                ground.test() == null
                    ? ""
                    : ", and %d to test on".formatted(ground.test().rows())));
    lines.add("columns     " + columns(data));
    lines.add("validation  " + FoldWords.of(ground.folds(), config));
    for (Cost cost : costs) {
      lines.add(
          String.format(
              Locale.ROOT,
              "network     %s, %.1f MB, %s",
              cost.name(),
              cost.bytes() / 1e6,
              Double.isNaN(cost.msPerImage())
                  ? "no picture to measure it with"
                  : String.format(Locale.ROOT, "%.1f ms an image", cost.msPerImage())));
    }
    if (tuned != null) {
      lines.add(
          "fine-tuning %s%s at %d x %d pixels in %d fold%s, then on all rows: about %s an epoch of all"
              .formatted(
                  config.tuning().networks() == 1
                      ? ""
                      : config.tuning().networks() + " networks like ",
                  config.tuning().words(tuned.id()),
                  tuned.preprocessing().getWidth(),
                  tuned.preprocessing().getHeight(),
                  ground.folds().count(),
                  ground.folds().count() == 1 ? "" : "s",
                  minutes(tuningSeconds)));
    }
    lines.add(
        "memory      about %s of the %s that Java may take"
            .formatted(size(memoryBytes()), size(Runtime.getRuntime().maxMemory())));
    lines.add("time        " + time());
    return lines;
  }

  /** Such as {@code 1 image, 3 numeric; group "owner"; 2 left out}. */
  private static String columns(ExperimentData data) {
    Map<ColumnType, Integer> inputs = new EnumMap<>(ColumnType.class);
    List<String> parts = new ArrayList<>();
    int dropped = 0;
    for (ColumnProfile column : data.profile().columns()) {
      if (column.role() == Role.INPUT) {
        inputs.merge(column.type(), 1, Integer::sum);
      } else if (column.role() == Role.DROPPED) {
        dropped++;
      } else if (column.role() != Role.TARGET) {
        String role = column.role().name().toLowerCase(Locale.ROOT);
        parts.add("%s \"%s\"".formatted(role, column.name()));
      }
    }
    List<String> counts =
        inputs.entrySet().stream()
            .map(
                entry ->
                    entry.getValue()
                        + " "
                        + entry.getKey().name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .toList();
    parts.add(0, String.join(", ", counts));
    if (dropped > 0) {
      parts.add(dropped + " left out");
    }
    return String.join("; ", parts);
  }

  /** The most memory that the run will hold at a time, about. */
  long memoryBytes() {
    long rows = ground.data().table().rows();
    long networks = costs.stream().mapToLong(Cost::bytes).sum();
    // Of each tuned network there is the graph, what serves, and the file.
    long ofFolds =
        tuned == null
            ? 0
            : 3L * tuned.onnx().length * config.tuning().networks() * (ground.folds().count() + 1);
    return FIXED_BYTES
        + 4 * networks
        + ofFolds
        + rows * ground.data().profile().columns().size() * CELL_BYTES
        + rows * slots * Float.BYTES * FEATURE_COPIES
        + rows * embeddingSlots * LINEAR_BYTES;
  }

  /** Milliseconds per image of each network that could be measured, by its id. */
  Map<String, Double> msPerImage() {
    Map<String, Double> measured = new HashMap<>();
    for (int i = 0; i < costs.size(); i++) {
      double ms = costs.get(i).msPerImage();
      if (!Double.isNaN(ms)) {
        measured.put(ground.backbones().get(i).id(), ms);
      }
    }
    return measured;
  }

  /** Seconds for one embedding of every image by every network. */
  double embeddingSeconds() {
    long images =
        ground.data().profile().inputs(ColumnType.IMAGE).stream()
            .mapToLong(column -> column.statistics().getDistinct())
            .sum();
    return costs.stream()
        .mapToDouble(Cost::msPerImage)
        .filter(ms -> !Double.isNaN(ms))
        .map(ms -> ms * images / 1000)
        .sum();
  }

  private double learningSeconds() {
    double work = (double) ground.data().table().rows() * (ground.folds().count() + 1);
    double treeSlots =
        slots - embeddingSlots + Math.min(embeddingSlots, config.images().mostComponents());
    return work * (treeSlots * TREE_NS + slots * LINEAR_NS) / 1e9 / config.threads();
  }

  private String time() {
    double embeddings = embeddingSeconds();
    double learning = learningSeconds() + tuningSeconds;
    String all = "about " + minutes(embeddings + learning);
    String search =
        "; more is tried until %s are spent (--time-budget)"
            .formatted(minutes(60 * config.timeBudgetMinutes()));
    return embeddings == 0
        ? all + search
        : all
            + ", %s of them for embeddings that are not kept from an earlier run"
                .formatted(minutes(embeddings))
            + search;
  }

  private static String minutes(double seconds) {
    return seconds < 60
        ? String.format(Locale.ROOT, "%.0f s", Math.max(1, Math.ceil(seconds)))
        : String.format(Locale.ROOT, "%.0f min", Math.ceil(seconds / 60));
  }

  private static String size(long bytes) {
    return bytes < 1L << 30
        ? (bytes >> 20) + " MB"
        : String.format(Locale.ROOT, "%.1f GB", bytes / (double) (1L << 30));
  }
}
