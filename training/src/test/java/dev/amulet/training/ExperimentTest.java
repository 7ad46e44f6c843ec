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
import dev.amulet.runtime.ScoredRow;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.training.evaluation.Metric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
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
  void theSameSeedGivesTheSamePredictionsAndTheSameAmuletButForTheTime() throws Exception {
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
    assertThat(second.equals(first)).isTrue();
    assertThat(again.validation()).isEqualTo(regression.validation());
  }

  @Test
  void aBinaryTargetGivesProbabilitiesByGroupAndWeight() throws Exception {
    Path data = Signs.write(folder, ROWS, 3, Signs.Kind.YES_NO);
    ExperimentResult result =
        run(
            ExperimentConfig.builder(data)
                .target("target")
                .groupColumn("owner")
                .weightColumn("weight")
                .drop(List.of("fold"))
                .folds(3)
                .set("threads", "1")
                .out(folder.resolve("out"))
                .build());
    assertThat(result.scorer()).isEqualTo(Metric.AUC);
    assertThat(result.tableOnly()).isNotNull();
    assertThat(result.validation().mean()).isGreaterThan(0.85);
    assertThat(result.validation().mean()).isGreaterThan(result.tableOnly().mean() + 0.15);
    assertThat(result.constant().mean()).isEqualTo(0.5);
    assertThat(files(result.directory())).containsExactlyInAnyOrderElementsOf(FILES);
    assertSameScores(result, data);

    List<NamedCsvRecord> oof = csv(result.directory().resolve("predictions/oof.csv"));
    List<NamedCsvRecord> table = csv(data);
    assertThat(oof.get(0).getHeader())
        .containsExactly(
            "row", "target", "target.no", "target.yes", "error", "fold", "target.actual");
    Map<String, Set<String>> foldsOfOwner = new HashMap<>();
    for (int i = 0; i < ROWS; i++) {
      foldsOfOwner
          .computeIfAbsent(table.get(i).getField("owner"), o -> new HashSet<>())
          .add(oof.get(i).getField("fold"));
      double no = Double.parseDouble(oof.get(i).getField("target.no"));
      double yes = Double.parseDouble(oof.get(i).getField("target.yes"));
      assertThat(no + yes).isCloseTo(1, within(1e-12));
      assertThat(oof.get(i).getField("target")).isEqualTo(yes >= 0.5 ? "yes" : "no");
    }
    assertThat(foldsOfOwner.values()).allMatch(folds -> folds.size() == 1);
    try (Scorer scorer = Scorer.open(result.amulet())) {
      assertThat(scorer.schema().columns())
          .extracting(Column::name)
          .containsExactly("photo", "size", "make", "used");
      assertThat(scorer.verify().passed()).isTrue();
    }
  }

  @Test
  void aMulticlassTargetOfWordsGoesByTheFoldColumn() throws Exception {
    Path data = Signs.write(folder, ROWS, 4, Signs.Kind.NAME);
    ExperimentResult result =
        run(
            ExperimentConfig.builder(data)
                .target("target")
                .foldColumn("fold")
                .drop(List.of("owner", "weight"))
                .scorer("accuracy")
                .set("threads", "1")
                .out(folder.resolve("out"))
                .build());
    assertThat(result.scorer()).isEqualTo(Metric.ACCURACY);
    assertThat(result.tableOnly()).isNotNull();
    assertThat(result.validation().mean()).isGreaterThan(0.8);
    assertThat(result.validation().mean()).isGreaterThan(result.tableOnly().mean() + 0.2);
    assertSameScores(result, data);
    List<NamedCsvRecord> oof = csv(result.directory().resolve("predictions/oof.csv"));
    List<NamedCsvRecord> table = csv(data);
    for (int i = 0; i < ROWS; i++) {
      assertThat(oof.get(i).getField("fold")).isEqualTo(table.get(i).getField("fold"));
    }
    assertThat(oof.get(0).getHeader())
        .startsWith("row", "target", "target.blue", "target.green", "target.red");
  }

  @Test
  void aMulticlassTargetOfIntegersIsOrderedByNumber() throws Exception {
    Path data = Signs.write(folder, ROWS, 5, Signs.Kind.CODE);
    ExperimentResult result = run(config(data, folder.resolve("out")).build());
    assertThat(result.scorer()).isEqualTo(Metric.LOGLOSS);
    assertThat(result.validation().mean()).isLessThan(0.6 * result.constant().mean());
    assertSameScores(result, data);
    try (Scorer scorer = Scorer.open(result.amulet())) {
      assertThat(scorer.schema().classes()).containsExactly("1", "2", "10");
    }
  }

  @Test
  void aFolderPerClassIsTrainedOnPicturesAlone() throws Exception {
    Random random = new Random(6);
    PictureTable table = new PictureTable(folder, "unused");
    Path classes = folder.resolve("classes");
    for (int i = 0; i < 48; i++) {
      int colour = i % 3;
      String picture = table.picture("p" + i, Signs.colour(colour), i % 2 == 0, random);
      Path target = classes.resolve(Signs.NAMES[colour]).resolve("p" + i + ".png");
      Files.createDirectories(target.getParent());
      Files.move(folder.resolve(picture), target);
    }
    ExperimentResult result =
        run(
            ExperimentConfig.builder(classes)
                .folds(3)
                .set("threads", "1")
                .set("missing_image", "fail_row")
                .out(folder.resolve("out"))
                .build());
    assertThat(result.tableOnly()).isNull();
    assertThat(result.validation().mean()).isLessThan(0.6 * result.constant().mean());
    assertThat(metrics(result).at("/baselines/table_only").isNull()).isTrue();
    assertThat(metrics(result).get("name").asText()).isEqualTo("classes");
    try (Scorer scorer =
        Scorer.open(result.amulet(), ScorerOptions.builder().imageRoot(classes).build())) {
      Row row = scorer.newRow();
      row.set("image", "red/p0.png");
      assertThat(scorer.score(row).label()).isEqualTo("red");
      assertThat(scorer.verify().passed()).isTrue();
      ScoredRow without = scorer.score(List.of(scorer.newRow())).get(0);
      assertThat(without.error()).hasMessageContaining("the model needs one");
    }
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
  void damagedAndAbsentPicturesDoNotStopTraining() throws Exception {
    Path data = Signs.write(folder, 60, 7, Signs.Kind.NUMBER);
    Files.delete(folder.resolve("pictures/p7_1.png"));
    Files.write(folder.resolve("pictures/p7_2.png"), new byte[] {1, 2, 3});
    Files.write(folder.resolve("pictures/p7_3.png"), new byte[0]);
    byte[] whole = Files.readAllBytes(folder.resolve("pictures/p7_4.png"));
    Files.write(folder.resolve("pictures/p7_4.png"), Arrays.copyOf(whole, 120));
    byte[] flipped = Files.readAllBytes(folder.resolve("pictures/p7_6.png"));
    flipped[flipped.length / 2] ^= 0x55;
    Files.write(folder.resolve("pictures/p7_6.png"), flipped);
    Messages messages = new Messages();
    ExperimentResult result =
        Experiment.of(config(data, folder.resolve("out")).test(data).build()).run(messages);
    assertThat(String.join("\n", messages.lines)).contains("p7_1.png", "p7_2.png");
    assertSameScores(result, data);
    assertThat(csv(result.directory().resolve("predictions/test.csv"))).hasSize(60);
  }

  @Test
  void oddNamesAndLargeNumbersGiveAnAmuletThatScores() throws Exception {
    Random random = new Random(12);
    String photo = "a/b ;\"x\"";
    PictureTable table =
        new PictureTable(folder, photo, "größe", "größe.missing", "image_score", "target");
    for (int i = 0; i < 45; i++) {
      String picture = table.picture("p " + i + " ü", Signs.colour(i % 3), true, random);
      table.add(
          picture,
          i % 5 == 0 ? null : i % 11 == 0 ? "1e36" : i % 7,
          i % 13 == 0 ? "-1e36" : i % 4 / 2.0,
          random.nextInt(9) / 4.0,
          10 * (i % 3) + i % 7 / 2.0);
    }
    Path data = table.write("data.csv");
    ExperimentResult result =
        run(
            ExperimentConfig.builder(data)
                .target("target")
                .set("feature_set", "both")
                .set("problem_type", "regression")
                .folds(3)
                .set("threads", "1")
                .out(folder.resolve("out"))
                .build());
    assertSameScores(result, data);
    try (Scorer scorer = Scorer.open(result.amulet())) {
      assertThat(scorer.slotNames()).doesNotHaveDuplicates();
      assertThat(scorer.schema().columns()).extracting(Column::name).contains(photo);
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
        .out(out);
  }

  /** Every row of the table, scored by the amulet, gives the prediction in train.csv. */
  private static void assertSameScores(ExperimentResult result, Path data) throws Exception {
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
      // The readable copy of the manifest holds the time too.
      entries.removeIf(entry -> entry.getPath().equals("manifest.json"));
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
