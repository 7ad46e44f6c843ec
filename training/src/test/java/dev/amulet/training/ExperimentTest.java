package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.amulet.format.Artifact;
import dev.amulet.format.v1.Entry;
import dev.amulet.format.v1.Kind;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Task;
import dev.amulet.runtime.Column;
import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.training.evaluation.Metric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole experiments on small drawn tables, from the files read to the files written. */
class ExperimentTest {
  private static final int ROWS = 90;
  static final List<String> FILES =
      List.of(
          "config.toml",
          "leaderboard.csv",
          "log.txt",
          "metrics.json",
          "model.amulet",
          "predictions/oof.csv",
          "predictions/train.csv",
          "report.html");

  @TempDir static Path shared;

  private static Path numbers;
  private static ExperimentResult regression;

  @TempDir Path folder;

  @BeforeAll
  static void trainOnNumbers() throws IOException {
    numbers =
        Signs.write(Files.createDirectory(shared.resolve("numbers")), ROWS, 1, Signs.Kind.NUMBER);
    Path test =
        Signs.write(Files.createDirectory(shared.resolve("test")), 30, 2, Signs.Kind.NUMBER);
    regression =
        run(
            config(numbers, shared.resolve("out"))
                .test(test)
                .set("verification", "sample")
                .build());
  }

  static ExperimentConfig.Builder config(Path data, Path out) {
    return ExperimentConfig.builder(data)
        .target("target")
        .drop(List.of("owner", "fold", "weight"))
        .folds(3)
        .set("threads", "1")
        .set("image_resize", "squash")
        .set("image_mirror_average", "false")
        .set("image_input_size", "native")
        .set("tree_settings", "usual")
        .out(out);
  }

  static ExperimentResult run(ExperimentConfig config) {
    return Experiment.of(config).run(new Messages());
  }

  /** Keeps what an experiment says. */
  static final class Messages implements ProgressListener {
    final List<String> lines = new ArrayList<>();

    @Override
    public void message(String line) {
      lines.add(line);
    }

    @Override
    public void progress(String phase, long done, long total) {
      assertThat(done).isBetween(0L, total);
    }
  }

  @Test
  void aRegressionWritesEveryFileAndNoOther() throws IOException {
    assertThat(files(regression.directory()))
        .containsExactlyInAnyOrderElementsOf(with(FILES, "predictions/test.csv"));
    assertThat(Files.readString(regression.directory().resolve("log.txt")))
        .contains("photo", "RMSE", "parity gate");
    assertThat(regression.directory()).isEqualTo(shared.resolve("out").resolve("data"));
  }

  @Test
  void picturesBeatTheTableAndTheTableBeatsAConstant() {
    assertThat(regression.scorer()).isEqualTo(Metric.RMSE);
    assertThat(regression.featureSet()).isIn("image_score", "embedding", "both");
    assertThat(regression.tableOnly()).isNotNull();
    assertThat(regression.validation().mean()).isLessThan(0.7 * regression.tableOnly().mean());
    assertThat(regression.tableOnly().mean()).isLessThan(regression.constant().mean());
    assertThat(regression.test().get(Metric.RMSE)).isLessThan(0.7 * regression.tableOnly().mean());
  }

  @Test
  void metricsJsonHasTheFieldsThatScriptsRead() throws IOException {
    JsonNode metrics = metrics(regression);
    assertThat(metrics.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "name",
            "interval_coverage",
            "problem",
            "scorer",
            "rows",
            "validation",
            "validation_corrected",
            "test",
            "baselines",
            "feature_set",
            "feature_sets",
            "search_cut_short",
            "learner",
            "seconds",
            "amulet");
    assertThat(metrics.get("name").asText()).isEqualTo("data");
    assertThat(metrics.get("problem").asText()).isEqualTo("regression");
    assertThat(metrics.get("scorer").asText()).isEqualTo("RMSE");
    assertThat(metrics.at("/rows/train").asInt()).isEqualTo(ROWS);
    assertThat(metrics.at("/rows/test").asInt()).isEqualTo(30);
    for (Metric metric : Metric.forTask(Task.REGRESSION)) {
      assertThat(metrics.at("/validation/" + metric + "/mean").isNumber())
          .as("%s", metric)
          .isTrue();
      assertThat(metrics.at("/validation/" + metric + "/sd").isNumber()).as("%s", metric).isTrue();
      assertThat(metrics.at("/baselines/constant/" + metric).isNumber()).as("%s", metric).isTrue();
      assertThat(metrics.at("/baselines/table_only/" + metric + "/mean").isNumber()).isTrue();
      assertThat(metrics.at("/test/" + metric).isNumber()).as("%s", metric).isTrue();
    }
    assertThat(metrics.at("/validation/RMSE/mean").asDouble())
        .isEqualTo(regression.validation().mean());
    assertThat(metrics.at("/amulet/id").asText()).isEqualTo(regression.amuletId());
    assertThat(metrics.at("/amulet/bytes").asLong()).isEqualTo(Files.size(regression.amulet()));
    assertThat(metrics.get("seconds").asDouble()).isPositive();
    assertThat(metrics.get("learner").asText()).isIn("linear", "trees", "blend");
    assertThat(metrics.at("/validation_corrected/RMSE/mean").asDouble()).isPositive();
  }

  @Test
  void outOfFoldPredictionsGiveTheScoresReported() throws IOException {
    List<NamedCsvRecord> rows = csv(regression.directory().resolve("predictions/oof.csv"));
    assertThat(rows).hasSize(ROWS);
    assertThat(rows.get(0).getHeader())
        .containsExactly("row", "target", "error", "fold", "target.actual");
    Map<String, List<Double>> squares = new HashMap<>();
    for (int i = 0; i < ROWS; i++) {
      NamedCsvRecord row = rows.get(i);
      assertThat(row.getField("row")).isEqualTo(Integer.toString(i));
      double error =
          Double.parseDouble(row.getField("target"))
              - Double.parseDouble(row.getField("target.actual"));
      squares.computeIfAbsent(row.getField("fold"), f -> new ArrayList<>()).add(error * error);
    }
    assertThat(squares.keySet()).containsExactlyInAnyOrder("0", "1", "2");
    double mean =
        squares.values().stream()
            .mapToDouble(
                fold -> Math.sqrt(fold.stream().mapToDouble(e -> e).average().orElseThrow()))
            .average()
            .orElseThrow();
    assertThat(regression.validation().mean()).isCloseTo(mean, within(1e-9));
  }

  @Test
  void theAmuletScoresTheTrainingTableAsTheTrainerDid() throws Exception {
    assertSameScores(regression, numbers);
  }

  @Test
  void theAmuletVerifiesItselfAndSaysWhereItComesFrom() throws Exception {
    try (Scorer scorer = Scorer.open(regression.amulet())) {
      assertThat(scorer.verify().rows()).hasSize(3);
      assertThat(scorer.verify().passed()).isTrue();
      Manifest manifest = scorer.manifest();
      assertThat(manifest.getKind()).isEqualTo(Kind.MODEL);
      assertThat(scorer.id()).isEqualTo(regression.amuletId());
      assertThat(manifest.getProvenance().getTrainingRows()).isEqualTo(ROWS);
      assertThat(manifest.getProvenance().getScorer()).isEqualTo("RMSE");
      assertThat(manifest.getProvenance().getWeightsList()).hasSize(1);
      assertThat(manifest.getProvenance().getMetricsList())
          .filteredOn(value -> value.getPart().equals("test") && value.getName().equals("RMSE"))
          .singleElement()
          .satisfies(
              value -> assertThat(value.getMean()).isEqualTo(regression.test().get(Metric.RMSE)));
      assertThat(manifest.toString())
          .doesNotContain(shared.toString(), System.getProperty("user.name") + "\"");
    }
  }

  @Test
  void theExampleInTheAmuletScores() throws Exception {
    try (Artifact artifact = Artifact.open(regression.amulet());
        Scorer scorer = Scorer.open(regression.amulet())) {
      String example = StandardCharsets.UTF_8.decode(artifact.entry("example.csv")).toString();
      List<NamedCsvRecord> rows = new ArrayList<>();
      CsvReader.builder().ofNamedCsvRecord(example).forEach(rows::add);
      assertThat(rows).hasSize(1);
      Row row = scorer.newRow();
      for (String column : rows.get(0).getHeader()) {
        row.set(column, rows.get(0).getField(column));
      }
      assertThat(scorer.score(row).value()).isFinite();
    }
  }

  @Test
  void theConfigurationWrittenGivesTheSamePredictionsAndTheSameModel() throws Exception {
    ExperimentResult again =
        run(
            ExperimentConfig.builder(numbers)
                .configFile(regression.directory().resolve("config.toml"))
                .out(folder)
                .build());
    for (String file : List.of("oof.csv", "train.csv", "test.csv")) {
      assertThat(again.directory().resolve("predictions").resolve(file))
          .hasSameTextualContentAs(regression.directory().resolve("predictions").resolve(file));
    }
    Manifest first = timeless(regression.amulet());
    Manifest second = timeless(again.amulet());
    assertThat(second.getEntriesList()).isEqualTo(first.getEntriesList());
    assertThat(second.getPipeline()).isEqualTo(first.getPipeline());
    assertThat(second.getOutputs()).isEqualTo(first.getOutputs());
    assertThat(again.validation()).isEqualTo(regression.validation());
  }

  @Test
  void aTableWithoutPicturesIsTrainedToo() throws Exception {
    ExperimentResult result =
        run(
            ExperimentConfig.builder(numbers)
                .target("target")
                .keep(List.of("size", "make", "used"))
                .folds(3)
                .set("threads", "1")
                .set("target_transformer", "log")
                .out(folder)
                .build());
    assertThat(result.featureSet()).isEqualTo("table");
    assertThat(result.tableOnly()).isEqualTo(result.validation());
    assertThat(metrics(result).get("feature_set").asText()).isEqualTo("table");
    assertSameScores(result, numbers);
    try (Scorer scorer = Scorer.open(result.amulet())) {
      assertThat(scorer.manifest().getNetworksList()).isEmpty();
      assertThat(scorer.verify().passed()).isTrue();
    }
  }

  @Test
  void aFeatureSetOfImagesNeedsAnImageColumn() throws Exception {
    Path data = Signs.write(folder, 60, 10, Signs.Kind.NUMBER);
    ExperimentConfig config =
        tableOnly(data, folder.resolve("out")).set("feature_set", "both").build();
    assertThatThrownBy(() -> run(config))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("feature_set is \"both\"")
        .hasMessageContaining("no image column");
  }

  @Test
  void aFailedRunLeavesTheEarlierAmuletAndNoScraps() throws Exception {
    Path data = Signs.write(folder, 60, 9, Signs.Kind.NUMBER);
    Path out = folder.resolve("out");
    ExperimentConfig good = tableOnly(data, out).build();
    ExperimentResult result = run(good);
    byte[] before = Files.readAllBytes(result.amulet());
    String metrics = Files.readString(result.directory().resolve("metrics.json"));

    Path test = folder.resolve("test.csv");
    Files.writeString(test, "size\n1\n");
    ExperimentConfig late = tableOnly(data, out).test(test).build();
    assertThatThrownBy(() -> run(late))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("make");
    ExperimentConfig early = tableOnly(data, out).target("price").build();
    assertThatThrownBy(() -> run(early)).isInstanceOf(TrainingException.class);

    assertThat(result.amulet()).hasBinaryContent(before);
    assertThat(result.directory().resolve("metrics.json")).hasContent(metrics.strip());
    assertThat(files(result.directory())).containsExactlyInAnyOrderElementsOf(FILES);
  }

  static ExperimentConfig.Builder tableOnly(Path data, Path out) {
    return ExperimentConfig.builder(data)
        .target("target")
        .keep(List.of("size", "make"))
        .folds(3)
        .set("threads", "1")
        .set("tree_settings", "usual")
        .out(out);
  }

  /** Every row of the table, scored by the amulet, gives the prediction in train.csv. */
  static void assertSameScores(ExperimentResult result, Path data) throws Exception {
    List<NamedCsvRecord> expected = csv(result.directory().resolve("predictions/train.csv"));
    List<NamedCsvRecord> table = csv(data);
    assertThat(expected).hasSameSizeAs(table);
    try (Scorer scorer =
        Scorer.open(result.amulet(), ScorerOptions.builder().imageRoot(data.getParent()).build())) {
      List<String> classes = scorer.schema().classes();
      for (int i = 0; i < table.size(); i++) {
        Row row = scorer.newRow();
        for (Column column : scorer.schema().columns()) {
          row.set(column.name(), table.get(i).getField(column.name()));
        }
        Prediction prediction = scorer.score(row);
        if (classes.isEmpty()) {
          assertClose(prediction.value(), expected.get(i).getField("target"));
        } else {
          assertThat(prediction.label()).isEqualTo(expected.get(i).getField("target"));
        }
        for (int k = 0; k < classes.size(); k++) {
          assertClose(
              prediction.probability(k), expected.get(i).getField("target." + classes.get(k)));
        }
      }
    }
  }

  private static void assertClose(double actual, String expected) {
    double wanted = Double.parseDouble(expected);
    assertThat(actual).isCloseTo(wanted, within(1e-5 * Math.max(1, Math.abs(wanted))));
  }

  private static Manifest timeless(Path amulet) throws Exception {
    try (Artifact artifact = Artifact.open(amulet)) {
      Manifest.Builder manifest = artifact.manifest().toBuilder();
      manifest.getProvenanceBuilder().clearCreatedEpochMs();
      List<Entry> entries = new ArrayList<>(manifest.getEntriesList());
      // The readable copy of the manifest holds the time too, the figures all that was tried.
      entries.removeIf(
          entry ->
              entry.getPath().equals("manifest.json") || entry.getPath().startsWith("insights/"));
      return manifest.clearEntries().addAllEntries(entries).build();
    }
  }

  static List<NamedCsvRecord> csv(Path file) throws IOException {
    try (CsvReader<NamedCsvRecord> reader = CsvReader.builder().ofNamedCsvRecord(file)) {
      return reader.stream().toList();
    }
  }

  static JsonNode metrics(ExperimentResult result) throws IOException {
    return new ObjectMapper().readTree(result.directory().resolve("metrics.json").toFile());
  }

  static List<String> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> directory.relativize(file).toString().replace('\\', '/'))
          .toList();
    }
  }

  private static List<String> with(List<String> files, String more) {
    List<String> all = new ArrayList<>(files);
    all.add(more);
    return all;
  }
}
