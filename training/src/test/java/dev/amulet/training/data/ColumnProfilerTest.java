package dev.amulet.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.DataType;
import dev.amulet.format.v1.ImageColumn;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.SeveralImages;
import dev.amulet.format.v1.Task;
import dev.amulet.runtime.ImageFolder;
import dev.amulet.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnProfilerTest {
  private static final int ROWS = 40;

  @TempDir Path folder;

  /** Forty rows of a plain input, a numeric target and one column more. */
  private Dataset table(String column, IntFunction<String> cell) {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(List.of("" + i % 3, "" + (i * i % 97) / 4.0, cell.apply(i)));
    }
    return Dataset.of("t", folder, List.of("plain", "price", column), rows);
  }

  private static TableProfile profile(Dataset dataset) {
    return profile(dataset, ProfileOptions.builder().target("price"));
  }

  private static TableProfile profile(Dataset dataset, ProfileOptions.Builder options) {
    return new ColumnProfiler(options.build()).profile(dataset);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,2,3,10 | NUMERIC | INT32",
        "1,2,-3000000000 | NUMERIC | INT64",
        "1,2.5,1e3 | NUMERIC | FLOAT32",
        "1.25,2.123456789 | NUMERIC | FLOAT64",
        "01,02,13 | CATEGORICAL | STRING",
        "true,False,TRUE | BOOLEAN | BOOL",
        "yes,no | CATEGORICAL | STRING",
        "none,garage,none | CATEGORICAL | STRING",
        "2024-02-29,2023-01-01 | DATE_TIME | TIME64",
        "2024-02-29T10:15:30+01:00,2023-01-01 10:00:00 | DATE_TIME | TIME64",
        "28/2/2024,1/3/2023 | DATE_TIME | TIME64",
        "2023-02-29,2023-01-01 | CATEGORICAL | STRING",
        "0x10,1d,NaN | CATEGORICAL | STRING",
      })
  void findsTheType(String cells, ColumnType type, DataType dataType) {
    String[] values = cells.split(",");
    ColumnProfile column = profile(table("c", i -> values[i % values.length])).column("c");
    assertThat(column.type()).isEqualTo(type);
    assertThat(column.dataType()).isEqualTo(dataType);
    assertThat(column.role()).isEqualTo(Role.INPUT);
    assertThat(column.evidence()).isNotEmpty();
  }

  @Test
  void remembersTheEarliestAndTheLatestMoment() {
    String[] iso = {"2024-02-29", "2023-01-01 10:00", ""};
    var seen = profile(table("c", i -> iso[i % 3])).column("c").statistics();
    assertThat(Instant.ofEpochMilli((long) seen.getMin())).isEqualTo("2023-01-01T10:00:00Z");
    assertThat(Instant.ofEpochMilli((long) seen.getMax())).isEqualTo("2024-02-29T00:00:00Z");
    String[] written = {"28/2/2024", "1/3/2023"};
    seen = profile(table("c", i -> written[i % 2])).column("c").statistics();
    assertThat(Instant.ofEpochMilli((long) seen.getMin())).isEqualTo("2023-03-01T00:00:00Z");
  }

  @Test
  void tellsTextFromLevels() {
    ColumnProfile text =
        profile(table("c", i -> "a quiet house number " + i + " near the lake")).column("c");
    assertThat(text.type()).isEqualTo(ColumnType.TEXT);
    assertThat(text.role()).isEqualTo(Role.INPUT);
    ColumnProfile levels =
        profile(table("c", i -> "a quiet house near the lake " + i % 3)).column("c");
    assertThat(levels.type()).isEqualTo(ColumnType.CATEGORICAL);
    assertThat(levels.levels()).hasSize(3);
    assertThat(levels.statistics().getLevelCountsList()).containsExactly(14L, 13L, 13L);
  }

  @Test
  void ordersLevelsAsNumbersWhenAllAreIntegers() {
    String[] numbers = {"010", "9", "2"};
    assertThat(profile(table("c", i -> numbers[i % 3])).column("c").levels())
        .containsExactly("2", "9", "010");
    String[] words = {"b", "B", "ä", "a"};
    assertThat(profile(table("c", i -> words[i % 4])).column("c").levels())
        .containsExactly("B", "a", "b", "ä");
  }

  @Test
  void readsStrayWordsAmongNumbersAsMissing() {
    TableProfile profile = profile(table("area", i -> i == 5 ? "unknown" : "" + i % 30));
    ColumnProfile area = profile.column("area");
    assertThat(area.type()).isEqualTo(ColumnType.NUMERIC);
    assertThat(area.missingMarkers()).contains("unknown");
    assertThat(area.statistics().getMissing()).isEqualTo(1);
    assertThat(profile.warnings()).anyMatch(warning -> warning.contains("unknown"));
  }

  @Test
  void dropsIdsAndConstantsWithTheReason() {
    assertDropped("house_id", i -> "" + (1000 - 7 * i), "the name says id");
    assertDropped("position", i -> "" + (i + 5), "count the rows");
    assertDropped("ref", i -> "X-" + i * 31 % 97, "every cell is different");
    assertDropped("lesion", i -> "HAM_" + i % 30, "--group lesion");
    assertDropped("country", i -> "UK", "every cell is \"UK\"");
    assertDropped("empty", i -> "", "every cell is missing");
    assertThat(profile(table("area", i -> "" + i * 31 % 97)).column("area").role())
        .isEqualTo(Role.INPUT);
  }

  private void assertDropped(String name, IntFunction<String> cell, String reason) {
    ColumnProfile column = profile(table(name, cell)).column(name);
    assertThat(column.role()).as(name).isEqualTo(Role.DROPPED);
    assertThat(column.roleReason()).contains(reason);
    assertThat(column.levels()).isEmpty();
    assertThat(column.example()).isEmpty();
  }

  @Test
  void takesTheTypeTheUserSetUnlessTheCellsContradictIt() {
    Dataset zips = table("area", i -> "" + (90210 + i % 7));
    assertThat(profile(zips).column("area").type()).isEqualTo(ColumnType.NUMERIC);
    assertThat(profile(zips).column("area").evidence()).contains("column_types.area");
    TableProfile profile =
        profile(
            zips,
            ProfileOptions.builder().target("price").columnType("area", ColumnType.CATEGORICAL));
    assertThat(profile.column("area").levels()).hasSize(7).startsWith("90210");
    assertThat(profile.warnings()).isEmpty();
    assertThatThrownBy(
            () ->
                profile(
                    table("c", i -> "x" + i % 3),
                    ProfileOptions.builder().columnType("c", ColumnType.NUMERIC)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("column_types.c=numeric: no cell is a number");
  }

  @Test
  void takesTheRolesTheUserGave() {
    Dataset dataset = table("w", i -> "" + (i % 3 + 1));
    TableProfile profile =
        profile(dataset, ProfileOptions.builder().target("price").weightColumn("w"));
    assertThat(profile.column("w").role()).isEqualTo(Role.WEIGHT);
    assertThat(profile.weights()).startsWith(1, 2, 3);
    assertThat(profile.inputs()).extracting(ColumnProfile::name).containsExactly("plain");
    TableProfile kept =
        profile(dataset, ProfileOptions.builder().target("price").keep(List.of("w")));
    assertThat(kept.inputs()).extracting(ColumnProfile::name).containsExactly("w");
    assertThatThrownBy(
            () -> profile(dataset, ProfileOptions.builder().target("price").drop(List.of("price"))))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("named by both --target and --drop");
    assertThatThrownBy(() -> profile(dataset, ProfileOptions.builder().target("prise")))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("did you mean \"price\"?");
    TableProfile negative =
        profile(
            table("w", i -> "" + (i % 3 - 1)),
            ProfileOptions.builder().target("price").weightColumn("w"));
    assertThat(negative.problems()).anyMatch(problem -> problem.contains("0 or more"));
  }

  @Test
  void findsTheTask() {
    assertThat(task(i -> "" + i * 1.5)).isEqualTo(Task.REGRESSION);
    assertThat(task(i -> "" + i)).isEqualTo(Task.REGRESSION);
    assertThat(task(i -> i % 2 == 0 ? "1" : "0")).isEqualTo(Task.BINARY);
    assertThat(task(i -> i % 2 == 0 ? "true" : "false")).isEqualTo(Task.BINARY);
    assertThat(task(i -> "" + i % 4)).isEqualTo(Task.MULTICLASS);
    assertThat(task(i -> "" + i % 5)).isEqualTo(Task.REGRESSION);
    assertThat(task(i -> "class " + i % 5)).isEqualTo(Task.MULTICLASS);
    Target set =
        profile(
                table("y", i -> "" + i % 4),
                ProfileOptions.builder().target("y").problemType(Task.REGRESSION))
            .requiredTarget();
    assertThat(set.task()).isEqualTo(Task.REGRESSION);
  }

  private Task task(IntFunction<String> cell) {
    return profile(table("y", cell), ProfileOptions.builder().target("y")).requiredTarget().task();
  }

  @Test
  void warnsOfAColumnThatTellsTheTarget() {
    assertThat(leaks(i -> "k" + i % 2, i -> i % 2 == 0 ? "old" : "new")).isTrue();
    assertThat(leaks(i -> "k" + i % 2, i -> i % 3 == 0 ? "old" : "new")).isFalse();
    assertThat(leaks(i -> "" + i % 20 * 1.5, i -> "level " + i % 20)).isTrue();
    assertThat(leaks(i -> "" + i * 1.5, i -> "level " + i / 8)).isFalse();
  }

  @Test
  void suggestsToGroupRowsOfOneKeyThatAlwaysHaveOneTarget() {
    assertThat(keyWarning(i -> "L" + i / 2, i -> i / 2 % 3 == 0 ? "yes" : "no")).isTrue();
    assertThat(keyWarning(i -> "" + (1000 + i / 2), i -> i / 2 % 3 == 0 ? "yes" : "no")).isTrue();
    assertThat(keyWarning(i -> "L" + i / 2, i -> i % 2 == 0 ? "yes" : "no")).isFalse();
    assertThat(keyWarning(i -> "L" + i, i -> i % 2 == 0 ? "yes" : "no")).isFalse();
    assertThat(keyWarning(i -> "L" + i / 2, i -> i == 0 ? "yes" : "no")).isFalse();
  }

  private boolean keyWarning(IntFunction<String> key, IntFunction<String> target) {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(List.of(target.apply(i), key.apply(i), "" + i * 0.37));
    }
    return profile(
            Dataset.of("t", folder, List.of("y", "lesion", "x"), rows),
            ProfileOptions.builder().target("y"))
        .warnings()
        .stream()
        .anyMatch(warning -> warning.contains("--group lesion"));
  }

  private boolean leaks(IntFunction<String> target, IntFunction<String> cell) {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(List.of(target.apply(i), cell.apply(i)));
    }
    return profile(
            Dataset.of("t", folder, List.of("y", "c"), rows), ProfileOptions.builder().target("y"))
        .warnings()
        .stream()
        .anyMatch(warning -> warning.contains("\"c\" alone tells the target"));
  }

  @Test
  void leavesRowsWithoutATargetOut() {
    TableProfile profile =
        profile(
            table("y", i -> i % 10 == 0 ? "" : "" + i * 1.5), ProfileOptions.builder().target("y"));
    assertThat(profile.dataset().rows()).isEqualTo(36);
    assertThat(profile.dataset().sourceRow(0)).isEqualTo(1);
    assertThat(profile.warnings()).anyMatch(w -> w.startsWith("4 of 40 rows left out"));
    assertThat(profile.requiredTarget().values(profile.dataset())).startsWith(1.5, 3).hasSize(36);
  }

  @Test
  void leavesRowsOutWhoseTargetIsNoNumberAndNamesTheWord() {
    TableProfile profile =
        profile(
            table("y", i -> i == 8 ? "on request" : "" + i * 1.5),
            ProfileOptions.builder().target("y"));
    assertThat(profile.dataset().rows()).isEqualTo(39);
    assertThat(profile.warnings()).anyMatch(warning -> warning.contains("on request"));
    assertThat(profile.schema().getColumns(2).getMissingMarkersList()).contains("on request");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x,x | is \"x\" in every row",
        "'' | every cell is missing",
      })
  void refusesATargetWithNothingToPredict(String cells, String advice) {
    String[] values = cells.split(",");
    Dataset dataset = table("y", i -> values[i % values.length]);
    assertThatThrownBy(() -> profile(dataset, ProfileOptions.builder().target("y")))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(advice);
  }

  @Test
  void refusesIdsAsClassesAndTooFewRows() {
    assertThatThrownBy(
            () -> profile(table("y", i -> "car " + i), ProfileOptions.builder().target("y")))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("that is an id or text");
    TableProfile few =
        profile(
            table("c", i -> "" + i % 2).subset(new int[] {1, 2, 3}),
            ProfileOptions.builder().target("price"));
    assertThatThrownBy(few::requireTrainable)
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("t has 3 rows");
    assertThatThrownBy(() -> profile(few.dataset(), ProfileOptions.builder()).requireTrainable())
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("--target");
  }

  @Test
  void opensImagesAndRewritesTheirCellsToTheFilesFound() throws IOException {
    for (int i = 0; i < ROWS; i++) {
      Pictures.write(folder.resolve("Photos/p" + i + ".JPG"), 20 + i, 30);
    }
    TableProfile profile = profile(table("photo_id", i -> ".\\photos\\p" + i + ".jpg"));
    ColumnProfile column = profile.column("photo_id");
    assertThat(column.type()).isEqualTo(ColumnType.IMAGE);
    assertThat(column.role()).isEqualTo(Role.INPUT);
    assertThat(column.statistics().getMaxWidth()).isEqualTo(59);
    assertThat(profile.dataset().column("photo_id")).startsWith("Photos/p0.JPG", "Photos/p1.JPG");
    Column written = profile.schema().getColumns(2);
    assertThat(written.getImage().getMissing()).isEqualTo(MissingImage.NAN_FEATURES);
    assertThat(written.getExample()).isEqualTo("Photos/p0.JPG");

    TableProfile stems = profile(table("photo_id", i -> "p" + i));
    assertThat(stems.column("photo_id").type()).isEqualTo(ColumnType.IMAGE);
    assertThat(stems.dataset().column("photo_id")).startsWith("Photos/p0.JPG");
  }

  @Test
  void cellsThatNameSeveralFilesAreToBeAveraged() throws IOException {
    for (int i = 0; i < ROWS; i++) {
      Pictures.write(folder.resolve("p" + i + ".png"), 10 + i, 8);
      Pictures.write(folder.resolve("Side " + i + ".png"), 8, 30 + i);
    }
    Dataset table =
        table("photo", i -> "p" + i + ".PNG" + (i % 2 == 0 ? "; side " + i + ".png" : ""));
    TableProfile profile = profile(table);
    ColumnProfile column = profile.column("photo");
    assertThat(column.type()).isEqualTo(ColumnType.IMAGE);
    assertThat(column.evidence()).contains("several files in a cell", "40 of 40");
    assertThat(column.statistics().getMaxHeight()).isEqualTo(68);
    assertThat(profile.warnings()).isEmpty();
    assertThat(profile.dataset().column("photo"))
        .startsWith("p0.png;Side 0.png", "p1.png", "p2.png;Side 2.png");
    assertThat(profile.schema().getColumns(2).getImage().getSeveral())
        .isEqualTo(SeveralImages.AVERAGE);
    assertThat(profile(table("photo", i -> "p" + i + ".png")).schema().getColumns(2).getImage())
        .extracting(ImageColumn::getSeveral)
        .isEqualTo(SeveralImages.ONE_IMAGE);

    Files.delete(folder.resolve("Side 4.png"));
    Files.writeString(folder.resolve("Side 6.png"), "no picture");
    Dataset again =
        table("photo", i -> "p" + i + ".PNG" + (i % 2 == 0 ? "; side " + i + ".png" : ""));
    assertThat(profile(again).warnings())
        .anyMatch(
            w -> w.contains("1 of 40 images do not exist") && w.contains("p4.PNG; side 4.png"))
        .anyMatch(
            w -> w.contains("1 of 40 files are no images") && w.contains("p6.png;Side 6.png"));
  }

  @Test
  void countsMissingAndCorruptImages() throws IOException {
    for (int i = 0; i < ROWS; i++) {
      Path file = folder.resolve("p" + i + ".png");
      if (i == 3) {
        Files.writeString(file, "not found");
      } else if (i != 7) {
        Pictures.write(file, 8, 8);
      }
    }
    TableProfile profile = profile(table("photo", i -> "p" + i + ".png"));
    assertThat(profile.problems()).isEmpty();
    assertThat(profile.warnings())
        .anyMatch(w -> w.contains("1 of 40 images do not exist") && w.contains("p7.png"))
        .anyMatch(w -> w.contains("1 of 40 files are no images") && w.contains("p3.png"));
  }

  @Test
  void saysWhereItLookedWhenNoImageExists() throws IOException {
    Dataset dataset = table("photo", i -> "p" + i + ".png");
    TableProfile lost = profile(dataset);
    assertThatThrownBy(lost::requireTrainable)
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("none of its 40 images exists below " + folder)
        .hasMessageContaining("--image-root");
    Pictures.write(folder.resolve("deep/er/p0.png"), 4, 4);
    assertThat(profile(table("photo", i -> "p" + i + ".png")).problems())
        .anyMatch(problem -> problem.endsWith("--image-root " + folder.resolve("deep/er")));
    assertThat(profile(table("photo", i -> "../" + i + ".png")).problems()).hasSize(1);
  }

  @Test
  void findsNoImageThroughALinkThatLeavesTheRoot() throws IOException {
    Path root = Files.createDirectory(folder.resolve("root"));
    Path outside = Pictures.write(folder.resolve("outside/p.png"), 8, 8);
    Files.createSymbolicLink(root.resolve("p.png"), outside);
    assertThat(new ImageFolder(root).find("p.png")).isEmpty();
    assertThat(new ImageFolder(folder).find("root/p.png")).contains("root/p.png");
  }

  @Test
  void keepsOneOfTwoColumnsThatNameTheSameFiles() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      Pictures.write(folder.resolve("images/p" + i + ".png"), 8, 8);
      rows.add(List.of("p" + i, "images/p" + i + ".png", "" + i * 1.5));
    }
    TableProfile profile =
        profile(Dataset.of("t", folder, List.of("image_id", "image", "price"), rows));
    assertThat(profile.column("image_id").role()).isEqualTo(Role.DROPPED);
    assertThat(profile.column("image_id").roleReason()).contains("same files as \"image\"");
    assertThat(profile.inputs(ColumnType.IMAGE))
        .extracting(ColumnProfile::name)
        .containsExactly("image");
  }

  @Test
  void makesATestTableConform() throws IOException {
    for (int i = 0; i < ROWS; i++) {
      Pictures.write(folder.resolve("p" + i + ".png"), 8, 8);
    }
    TableProfile profile = profile(table("photo", i -> "p" + i + ".png"));
    Dataset test =
        Dataset.of(
            "test",
            folder,
            List.of("photo", "plain", "price"),
            List.of(List.of("P1.PNG", "1", "2.5"), List.of("p2.png", "1", "")));
    Dataset conformed = profile.conform(test);
    assertThat(conformed.column("photo")).containsExactly("p1.png");
    Dataset without = Dataset.of("test", folder, List.of("photo"), List.of(List.of("p1.png")));
    assertThatThrownBy(() -> profile.conform(without))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("no column \"plain\"");
  }
}
