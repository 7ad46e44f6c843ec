package dev.amulet.cli;

import dev.amulet.format.Artifact;
import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.ColumnStatistics;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Entry;
import dev.amulet.format.v1.Kind;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.MetricValue;
import dev.amulet.format.v1.Network;
import dev.amulet.format.v1.NetworkOutput;
import dev.amulet.format.v1.Outputs;
import dev.amulet.format.v1.Provenance;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.Stage;
import dev.amulet.format.v1.Task;
import dev.amulet.format.v1.WeightLineage;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** An amulet's manifest as a page for people. */
final class DataSheet {
  private static final String INDENT = "  ";
  private static final int LINE = 100;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Path file;
  private final Artifact artifact;
  private final Manifest manifest;
  private final StageWords words;
  private final List<String> lines = new ArrayList<>();

  DataSheet(Path file, Artifact artifact) {
    this.file = file;
    this.artifact = artifact;
    manifest = artifact.manifest();
    words = new StageWords(manifest);
  }

  List<String> lines() {
    identity();
    if (manifest.getKind() == Kind.MODEL) {
      predicts();
      quality();
    }
    inputs();
    pipeline();
    networks();
    needs();
    entries();
    return List.copyOf(lines);
  }

  private void identity() {
    Provenance provenance = manifest.getProvenance();
    lines.add(
        manifest.getName().isEmpty() ? String.valueOf(file.getFileName()) : manifest.getName());
    TextTable table = new TextTable(INDENT, "ll");
    table.add("file", file.toString());
    table.add("id", artifact.id());
    table.add(
        "kind",
        manifest.getKind() == Kind.MODEL ? "model" : "draft: answers features, has no model");
    table.add(
        "size",
        Figures.bytes(artifact.sizeBytes())
            + " in "
            + (manifest.getEntriesCount() + 1)
            + " entries, format "
            + manifest.getFormatMajor()
            + "."
            + manifest.getFormatMinor());
    if (provenance.getCreatedEpochMs() != 0) {
      String by =
          provenance.getVersionsList().stream()
              .map(version -> version.getComponent() + " " + version.getVersion())
              .collect(Collectors.joining(", "));
      table.add(
          "created",
          TIME.format(Instant.ofEpochMilli(provenance.getCreatedEpochMs()))
              + (by.isEmpty() ? "" : " with " + by));
    }
    if (provenance.getTrainingRows() != 0) {
      String name = provenance.getDataName();
      String digest = HexFormat.of().formatHex(provenance.getDataSha256().toByteArray());
      table.add(
          "trained on",
          Figures.count(provenance.getTrainingRows(), "row")
              + (name.isEmpty() ? "" : " of " + name)
              + (digest.isEmpty() ? "" : ", fingerprint " + digest.substring(0, 12)));
    }
    lines.addAll(table.lines());
  }

  private void predicts() {
    Outputs outputs = manifest.getOutputs();
    section("Predicts");
    TextTable table = new TextTable(INDENT, "ll");
    table.add("target", outputs.getTarget());
    table.add("task", lower(outputs.getTask()));
    if (outputs.getClassesCount() > 0) {
      wrapped(table, "classes", outputs.getClassesList());
    }
    if (outputs.getTask() == Task.BINARY) {
      table.add(
          "label rule",
          outputs.getClasses(1)
              + " when its probability is at least "
              + Figures.plain(outputs.getLabelThreshold()));
    }
    List<String> columns = new ArrayList<>();
    columns.add(outputs.getTarget());
    outputs.getClassesList().forEach(label -> columns.add(outputs.getTarget() + "." + label));
    wrapped(table, "output", columns);
    lines.addAll(table.lines());
  }

  private void quality() {
    Provenance provenance = manifest.getProvenance();
    Set<String> names = new LinkedHashSet<>();
    if (!provenance.getScorer().isEmpty()) {
      names.add(provenance.getScorer());
    }
    provenance.getMetricsList().forEach(metric -> names.add(metric.getName()));
    if (provenance.getMetricsCount() == 0) {
      return;
    }
    section("Quality (cross-validation: mean ± sd over folds)");
    boolean test = provenance.getMetricsList().stream().anyMatch(m -> m.getPart().equals("test"));
    TextTable table = new TextTable(INDENT, "lrrrr");
    table.add("", "model", "table only", "constant", test ? "test" : "");
    for (String name : names) {
      table.add(
          name + (name.equals(provenance.getScorer()) ? " *" : ""),
          figure(name, "validation"),
          figure(name, "baseline.table_only"),
          figure(name, "baseline.constant"),
          test ? figure(name, "test") : "");
    }
    lines.addAll(table.lines());
    lines.add(INDENT + "* the scorer it was tuned for");
  }

  private String figure(String name, String part) {
    for (MetricValue value : manifest.getProvenance().getMetricsList()) {
      if (value.getName().equals(name) && value.getPart().equals(part)) {
        return Figures.number(value.getMean())
            + (value.getSd() == 0 ? "" : " ± " + Figures.number(value.getSd()));
      }
    }
    return "–";
  }

  private void inputs() {
    section("Input columns");
    TextTable table = new TextTable(INDENT, "lllll");
    table.add("column", "type", "seen in training", "missing", "example");
    List<String> others = new ArrayList<>();
    for (Column column : manifest.getSchema().getColumnsList()) {
      if (column.getRole() == Role.INPUT) {
        table.add(
            column.getName(),
            lower(column.getType()) + " " + lower(column.getDataType()),
            seen(column),
            missing(column),
            cut(column.getExample(), 28));
      } else {
        others.add(column.getName() + " (" + lower(column.getRole()) + ")");
      }
    }
    lines.addAll(table.lines());
    if (!others.isEmpty()) {
      lines.add(INDENT + "not asked for: " + String.join(", ", others));
    }
  }

  private static String seen(Column column) {
    ColumnStatistics seen = column.getStatistics();
    if (column.getType() == ColumnType.IMAGE) {
      return seen.getMaxWidth() == 0
          ? "pictures"
          : "%d–%d × %d–%d px"
              .formatted(
                  seen.getMinWidth(), seen.getMaxWidth(), seen.getMinHeight(), seen.getMaxHeight());
    }
    if (column.getLevelsCount() > 0) {
      return column.getLevelsCount()
          + " levels: "
          + cut(String.join(", ", column.getLevelsList()), 40);
    }
    return switch (column.getType()) {
      case NUMERIC -> Figures.plain(seen.getMin()) + " to " + Figures.plain(seen.getMax());
      case DATE_TIME -> moment(seen.getMin()) + " to " + moment(seen.getMax());
      case BOOLEAN -> "true or false";
      case TEXT -> seen.getDistinct() + " different texts";
      default -> "no levels";
    };
  }

  private static String moment(double epochMs) {
    return Instant.ofEpochMilli((long) epochMs).toString().replace("T00:00:00Z", "");
  }

  private static String missing(Column column) {
    ColumnStatistics seen = column.getStatistics();
    double share = seen.getRows() == 0 ? 0 : 100.0 * seen.getMissing() / seen.getRows();
    String were = String.format(Locale.ROOT, share > 0 && share < 1 ? "%.1f %%" : "%.0f %%", share);
    if (column.getType() != ColumnType.IMAGE) {
      return were;
    }
    return were
        + switch (column.getImage().getMissing()) {
          case FAIL_ROW -> ", row fails";
          case ZERO_EMBEDDING -> ", zeros";
          case NAN_FEATURES -> ", as missing";
          default -> "";
        };
  }

  private void pipeline() {
    section("Pipeline");
    TextTable table = new TextTable(INDENT, "rlll");
    int number = 1;
    for (Stage stage : manifest.getPipeline().getStagesList()) {
      table.add(number++ + ".", StageWords.kind(stage), words.work(stage), StageWords.slots(stage));
    }
    lines.addAll(table.lines());
  }

  private void networks() {
    if (manifest.getNetworksCount() == 0) {
      return;
    }
    section("Networks");
    for (Network network : manifest.getNetworksList()) {
      TextTable table = new TextTable(INDENT, "ll");
      table.add("network", network.getId() + " (" + network.getArchitecture() + ")");
      table.add(
          "size",
          Figures.count(network.getParameters(), "parameter")
              + ", "
              + Figures.bytes(entryBytes(network.getEntry())));
      table.add(
          "outputs",
          network.getOutputsList().stream()
              .map(DataSheet::output)
              .collect(Collectors.joining(", ")));
      for (String preprocessing : words.preprocessing(network.getId())) {
        table.add("input", preprocessing);
      }
      for (WeightLineage lineage : manifest.getProvenance().getWeightsList()) {
        if (lineage.getNetwork().equals(network.getId())) {
          table.add("weights", lineage(lineage));
        }
      }
      lines.addAll(table.lines());
    }
  }

  private static String output(NetworkOutput output) {
    return output.getName()
        + " "
        + output.getShapeList().stream()
            .map(String::valueOf)
            .collect(Collectors.joining("×", "[", "]"));
  }

  private static String lineage(WeightLineage lineage) {
    List<String> parts = new ArrayList<>();
    parts.add(lineage.getSource());
    parts.add(
        lineage.getFineTunedEpochs() == 0
            ? "frozen"
            : "fine-tuned for " + Figures.count(lineage.getFineTunedEpochs(), "epoch"));
    if (!lineage.getLicence().isEmpty()) {
      parts.add("licence " + lineage.getLicence());
    }
    parts.removeIf(String::isEmpty);
    return String.join(", ", parts);
  }

  private long entryBytes(String path) {
    return manifest.getEntriesList().stream()
        .filter(entry -> entry.getPath().equals(path))
        .mapToLong(Entry::getSize)
        .findFirst()
        .orElse(0);
  }

  private void needs() {
    if (manifest.getRequiredCapabilitiesCount() > 0) {
      section("A reader must know");
      lines.addAll(
          wrap(manifest.getRequiredCapabilitiesList(), LINE - INDENT.length()).stream()
              .map(line -> INDENT + line)
              .toList());
    }
  }

  private void entries() {
    section("Entries");
    TextTable table = new TextTable(INDENT, "lrl");
    for (Entry entry : manifest.getEntriesList()) {
      String digest = HexFormat.of().formatHex(entry.getSha256().toByteArray());
      table.add(
          entry.getPath(),
          Figures.bytes(entry.getSize()),
          digest.length() < 12 ? digest : digest.substring(0, 12));
    }
    lines.addAll(table.lines());
  }

  private void section(String title) {
    lines.add("");
    lines.add(title);
  }

  private static void wrapped(TextTable table, String name, List<String> items) {
    String label = name;
    for (String line : wrap(items, LINE - 16)) {
      table.add(label, line);
      label = "";
    }
  }

  /** Items with commas between, in lines of at most this many characters. */
  private static List<String> wrap(List<String> items, int width) {
    List<String> wrapped = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < items.size(); i++) {
      String item = items.get(i) + (i + 1 < items.size() ? "," : "");
      if (line.length() > 0 && line.length() + 1 + item.length() > width) {
        wrapped.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(item);
    }
    wrapped.add(line.toString());
    return wrapped;
  }

  private static String cut(String text, int length) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() <= length ? line : line.substring(0, length - 1) + "…";
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
