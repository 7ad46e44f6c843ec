package dev.amulet.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A finished experiment as its folder tells it.
 *
 * @param folder that it is in
 * @param problem regression, binary or multiclass
 * @param scorer the metric that counts
 * @param validation of the fold models
 * @param perFold the scorer in each fold; empty when the folder does not say
 * @param foldsDigest the same for two experiments on the same rows, targets and folds
 * @param test the scorer on the test table; NaN without one
 * @param model feature set and learner
 * @param cutShort whether something was left out for want of time
 * @param rows trained on
 * @param bytes of the amulet
 * @param settings as resolved, by key; tables as {@code table.key}
 */
public record ExperimentSummary(
    Path folder,
    String name,
    String problem,
    Metric scorer,
    Score validation,
    List<Double> perFold,
    String foldsDigest,
    double test,
    String model,
    boolean cutShort,
    int rows,
    double seconds,
    long bytes,
    SortedMap<String, String> settings) {
  private static final String METRICS = "metrics.json";
  private static final String AMULET = "model.amulet";

  public ExperimentSummary {
    perFold = List.copyOf(perFold);
    settings = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(settings));
  }

  /** Whether a folder is that of a finished experiment. */
  public static boolean isExperiment(Path folder) {
    return Files.isRegularFile(folder.resolve(METRICS))
        && Files.isRegularFile(folder.resolve(AMULET));
  }

  /**
   * The folders of finished experiments in a folder, by name; none when there is no such folder.
   */
  public static List<Path> list(Path experiments) {
    if (!Files.isDirectory(experiments)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(experiments)) {
      return folders.filter(ExperimentSummary::isExperiment).sorted().toList();
    } catch (IOException e) {
      throw new TrainingException("folder " + experiments + " cannot be read: " + e, e);
    }
  }

  /** The amulet. */
  public Path amulet() {
    return folder.resolve(AMULET);
  }

  /**
   * Reads an experiment's folder.
   *
   * @throws TrainingException when it is none, or its files are damaged
   */
  public static ExperimentSummary read(Path folder) {
    if (!isExperiment(folder)) {
      throw new TrainingException(
          "%s: no finished experiment: it has no %s and %s".formatted(folder, METRICS, AMULET));
    }
    try {
      return read(folder, new ObjectMapper().readTree(folder.resolve(METRICS).toFile()));
    } catch (JsonProcessingException | CsvParseException | IllegalArgumentException e) {
      throw new TrainingException(
          "%s: its files are damaged (%s); train it again".formatted(folder, e.getMessage()), e);
    } catch (IOException | UncheckedIOException e) {
      throw new TrainingException(folder + ": cannot be read: " + e, e);
    }
  }

  private static ExperimentSummary read(Path folder, JsonNode metrics) throws IOException {
    Metric scorer = Metric.valueOf(metrics.path("scorer").asText());
    JsonNode validation = metrics.path("validation").path(scorer.name());
    return new ExperimentSummary(
        folder,
        metrics.path("name").asText(),
        metrics.path("problem").asText(),
        scorer,
        new Score(number(validation.path("mean")), validation.path("sd").asDouble()),
        perFold(folder.resolve("leaderboard.csv"), scorer),
        foldsDigest(folder.resolve("predictions/oof.csv")),
        number(metrics.path("test").path(scorer.name())),
        metrics.path("feature_set").asText() + ", " + metrics.path("learner").asText(),
        metrics.path("search_cut_short").asBoolean(),
        metrics.path("rows").path("train").asInt(),
        metrics.path("seconds").asDouble(),
        Files.size(folder.resolve(AMULET)),
        settings(folder.resolve("config.toml")));
  }

  private static double number(JsonNode value) {
    return value.isNumber() ? value.asDouble() : Double.NaN;
  }

  private static List<Double> perFold(Path leaderboard, Metric scorer) throws IOException {
    if (!Files.exists(leaderboard)) {
      return List.of();
    }
    String prefix = scorer.name() + ".fold.";
    try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(leaderboard)) {
      for (NamedCsvRecord entry : csv) {
        if (entry.getField("chosen").equals("true")) {
          List<Double> values = new ArrayList<>();
          for (String column : entry.getHeader()) {
            if (column.startsWith(prefix)) {
              String cell = entry.getField(column);
              values.add(cell.isEmpty() ? Double.NaN : Double.parseDouble(cell));
            }
          }
          return values;
        }
      }
    }
    return List.of();
  }

  /** Of rows, their folds and their targets. */
  private static String foldsDigest(Path predictions) throws IOException {
    if (!Files.exists(predictions)) {
      return "";
    }
    try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(predictions)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (NamedCsvRecord row : csv) {
        List<String> cells = row.getFields();
        String key =
            row.getField("row") + '\0' + row.getField("fold") + '\0' + cells.get(cells.size() - 1);
        digest.update((key + '\n').getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static SortedMap<String, String> settings(Path config) throws IOException {
    SortedMap<String, String> settings = new TreeMap<>();
    if (Files.exists(config)) {
      flatten("", new TomlMapper().readTree(Files.readString(config)), settings);
    }
    return settings;
  }

  private static void flatten(String prefix, JsonNode table, SortedMap<String, String> into) {
    table
        .properties()
        .forEach(
            field -> {
              String key = prefix + field.getKey();
              JsonNode value = field.getValue();
              if (value.isObject()) {
                flatten(key + ".", value, into);
              } else if (value.isArray()) {
                List<String> parts = new ArrayList<>();
                value.forEach(part -> parts.add(part.asText()));
                into.put(key.toLowerCase(Locale.ROOT), String.join(", ", parts));
              } else {
                into.put(key.toLowerCase(Locale.ROOT), value.asText());
              }
            });
  }
}
