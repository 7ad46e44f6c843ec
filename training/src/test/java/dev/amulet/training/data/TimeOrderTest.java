package dev.amulet.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.amulet.training.TrainingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimeOrderTest {
  private static TableProfile profile(
      int rows, IntFunction<List<String>> row, ProfileOptions.Builder options) {
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      cells.add(row.apply(i));
    }
    Dataset dataset = Dataset.of("t", Path.of("."), List.of("x", "y", "when", "g"), cells);
    return new ColumnProfiler(options.target("y").timeColumn("when").build()).profile(dataset);
  }

  /** Days in shuffled order, some of them several times. */
  private static TableProfile days(int rows, ProfileOptions.Builder options) {
    Random random = new Random(5);
    return profile(
        rows,
        i ->
            List.of(
                "" + i % 7,
                "" + i * 1.5,
                "2024-%02d-%02d".formatted(1 + random.nextInt(12), 1 + random.nextInt(28)),
                "g" + random.nextInt(12)),
        options);
  }

  @Test
  void everyFoldTrainsOnThePastAndNoTimeIsTornApart() {
    TableProfile profile = days(300, ProfileOptions.builder());
    String[] when = profile.dataset().column("when");
    Folds folds = Splitter.split(profile, 5, 1);
    assertThat(folds.inTime()).isTrue();
    assertThat(folds.count()).isEqualTo(5);
    for (int fold = 0; fold < 5; fold++) {
      String latest =
          Arrays.stream(folds.trainRows(fold)).mapToObj(r -> when[r]).max(String::compareTo).get();
      String first =
          Arrays.stream(folds.validationRows(fold))
              .mapToObj(r -> when[r])
              .min(String::compareTo)
              .get();
      assertThat(latest).isLessThan(first);
      assertThat(folds.validationRows(fold).length).isBetween(45, 55);
      assertThat(folds.trainRows(fold)).hasSizeBetween(50 * (fold + 1) - 5, 50 * (fold + 1) + 5);
    }
    assertThat(folds.validatedRows().length).isBetween(245, 255);
    assertThat(folds.decidingRows(0)).isEmpty();
    assertThat(folds.decidingRows(2))
        .hasSize(folds.validationRows(0).length + folds.validationRows(1).length);
    assertThat(profile.inputs()).extracting(ColumnProfile::name).doesNotContain("when");
  }

  @Test
  void aHoldoutInTimeIsTheLatestRows() {
    TableProfile profile = days(300, ProfileOptions.builder());
    Folds folds = Splitter.split(profile, 5, 0.2, 1);
    assertThat(folds.count()).isEqualTo(1);
    assertThat(folds.validationRows(0).length).isBetween(57, 63);
    String[] when = profile.dataset().column("when");
    String cut = when[folds.validationRows(0)[0]];
    assertThat(IntStream.of(folds.trainRows(0)).mapToObj(r -> when[r]))
        .allMatch(d -> !d.equals(cut));
  }

  @Test
  void rowsOfAGroupHeldOutAreNotTrainedOn() {
    TableProfile profile = days(300, ProfileOptions.builder().groupColumn("g"));
    String[] groups = profile.dataset().column("g");
    assertThatThrownBy(() -> Splitter.split(profile, 5, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("--time when with --group g");
    TableProfile passing =
        profile(
            120,
            i -> List.of("" + i % 7, "" + i * 1.5, "" + i, "g" + (i + 5) / 30),
            ProfileOptions.builder().groupColumn("g"));
    Folds folds = Splitter.split(passing, 3, 1);
    String[] owners = passing.dataset().column("g");
    int left = 0;
    for (int fold = 0; fold < 3; fold++) {
      Set<String> held = new HashSet<>();
      IntStream.of(folds.validationRows(fold)).forEach(row -> held.add(owners[row]));
      assertThat(IntStream.of(folds.trainRows(fold)).mapToObj(row -> owners[row]))
          .noneMatch(held::contains);
      left += 30 * (fold + 1) - folds.trainRows(fold).length;
    }
    assertThat(left).isEqualTo(15);
    assertThat(groups).hasSize(300);
  }

  @Test
  void saysWhatCannotBeOrdered() {
    TableProfile few =
        profile(
            40,
            i -> List.of("" + i % 7, "" + i * 1.5, "" + i % 3, "a" + i % 4),
            ProfileOptions.builder());
    assertThatThrownBy(() -> Splitter.split(few, 5, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("3 different times, but 5 folds")
        .hasMessageContaining("--folds 2");
    TableProfile late =
        profile(
            40,
            i -> List.of("" + i % 7, i < 30 ? (i % 2 == 0 ? "a" : "b") : "c", "" + i, "a" + i % 4),
            ProfileOptions.builder());
    assertThatThrownBy(() -> Splitter.split(late, 4, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("class \"c\" is earlier than those of fold");
    TableProfile given =
        profile(
            40,
            i -> List.of("" + i % 7, "" + i * 1.5, "" + i, "a" + i % 4),
            ProfileOptions.builder().foldColumn("g"));
    assertThatThrownBy(() -> Splitter.split(given, 4, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("--time and --fold-column exclude each other");
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      cells.add(Arrays.asList("" + i % 7, "" + i * 1.5, i == 11 ? null : "" + i));
    }
    TableProfile gap =
        new ColumnProfiler(ProfileOptions.builder().target("y").timeColumn("when").build())
            .profile(Dataset.of("t", Path.of("."), List.of("x", "y", "when"), cells));
    assertThatThrownBy(() -> Splitter.split(gap, 4, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("--time when: row 12 has no time");
  }

  @Test
  void innerPartsFollowEachOtherTheLatestFirst() {
    TableProfile profile =
        profile(
            60,
            i -> List.of("" + i % 7, i % 2 == 0 ? "a" : "b", "" + (59 - i), "g"),
            ProfileOptions.builder());
    int[] rows = IntStream.range(10, 60).toArray();
    int[] parts = Splitter.parts(profile, rows, 5, 1);
    assertThat(Arrays.copyOf(parts, 10)).containsOnly(0);
    assertThat(Arrays.copyOfRange(parts, 40, 50)).containsOnly(4);
  }

  @Test
  void aHoldoutKeepsGroupsWholeAndClassesInProportion() {
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      cells.add(List.of("" + i % 7, i % 4 == 0 ? "rare" : "common", "g" + i / 2));
    }
    TableProfile profile =
        new ColumnProfiler(ProfileOptions.builder().target("y").groupColumn("g").build())
            .profile(Dataset.of("t", Path.of("."), List.of("x", "y", "g"), cells));
    Folds folds = Splitter.split(profile, 5, 0.25, 3);
    int[] held = folds.validationRows(0);
    assertThat(held).hasSizeBetween(48, 52);
    assertThat(IntStream.of(held).filter(row -> row % 4 == 0).count()).isBetween(11L, 14L);
    for (int row : held) {
      assertThat(held).contains(row ^ 1);
    }
    assertThat(folds.validatedRows()).isEqualTo(held);
    assertThat(folds.trainRows(0)).hasSize(200 - held.length).doesNotContain(held);
  }
}
