package dev.amulet.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.amulet.format.v1.Task;
import dev.amulet.training.TrainingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitterTest {
  private static TableProfile profile(
      int rows, IntFunction<List<String>> row, ProfileOptions.Builder options) {
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      cells.add(row.apply(i));
    }
    Dataset dataset = Dataset.of("t", Path.of("."), List.of("x", "y", "g"), cells);
    return new ColumnProfiler(options.target("y").build()).profile(dataset);
  }

  @Test
  void givesEveryFoldItsShareOfEveryClass() {
    TableProfile profile =
        profile(
            103,
            i -> List.of("" + i % 7, i % 10 == 0 ? "rare" : "common", "a"),
            ProfileOptions.builder());
    Folds folds = Splitter.split(profile, 5, 1);
    double[] y = profile.requiredTarget().values(profile.dataset());
    for (int fold = 0; fold < 5; fold++) {
      int[] held = folds.validationRows(fold);
      assertThat(held.length).isBetween(20, 21);
      assertThat(Arrays.stream(held).filter(row -> y[row] == 1).count()).isBetween(2L, 3L);
      assertThat(held.length + folds.trainRows(fold).length).isEqualTo(103);
    }
  }

  @Test
  void givesEveryFoldItsShareOfARegressionsRange() {
    Random random = new Random(3);
    TableProfile profile =
        profile(
            200,
            i -> List.of("" + i % 7, "" + Math.exp(3 * random.nextGaussian()), "a"),
            ProfileOptions.builder());
    Folds folds = Splitter.split(profile, 5, 1);
    int[] strata =
        Splitter.strata(profile.requiredTarget().values(profile.dataset()), Task.REGRESSION, 5);
    for (int fold = 0; fold < 5; fold++) {
      for (int part = 0; part < 10; part++) {
        int wanted = part;
        assertThat(
                Arrays.stream(folds.validationRows(fold))
                    .filter(row -> strata[row] == wanted)
                    .count())
            .isEqualTo(4);
      }
    }
  }

  @Test
  void isTheSameForOneSeedAndAnotherForAnother() {
    TableProfile profile =
        profile(60, i -> List.of("" + i % 7, "" + i % 2, "a"), ProfileOptions.builder());
    int[] first = Splitter.split(profile, 4, 9).assignment();
    assertThat(Splitter.split(profile, 4, 9).assignment()).isEqualTo(first);
    assertThat(Splitter.split(profile, 4, 10).assignment()).isNotEqualTo(first);
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3"})
  void keepsGroupsWholeAndFoldsEven(long seed) {
    Random random = new Random(seed);
    Map<Integer, String> classOfGroup = new HashMap<>();
    TableProfile profile =
        profile(
            600,
            i -> {
              int group = (int) Math.sqrt(random.nextInt(2500));
              String label =
                  classOfGroup.computeIfAbsent(group, g -> random.nextInt(4) == 0 ? "b" : "a");
              return List.of("" + i % 7, label, "g" + group);
            },
            ProfileOptions.builder().groupColumn("g"));
    Folds folds = Splitter.split(profile, 5, seed);
    int[] assignment = folds.assignment();
    String[] groups = profile.dataset().column("g");
    Map<String, Integer> foldOfGroup = new HashMap<>();
    for (int i = 0; i < groups.length; i++) {
      int fold = assignment[i];
      assertThat(foldOfGroup.computeIfAbsent(groups[i], group -> fold)).isEqualTo(fold);
    }
    double[] y = profile.requiredTarget().values(profile.dataset());
    double share = Arrays.stream(y).average().orElseThrow();
    for (int fold = 0; fold < 5; fold++) {
      int[] held = folds.validationRows(fold);
      assertThat(held.length).isBetween(100, 140);
      assertThat(Arrays.stream(held).mapToDouble(row -> y[row]).average().orElseThrow())
          .isBetween(share - 0.1, share + 0.1);
    }
  }

  @Test
  void takesTheFoldsGiven() {
    TableProfile profile =
        profile(
            40,
            i -> List.of("" + i % 7, "" + i % 2, List.of("north", "south", "east").get(i % 3)),
            ProfileOptions.builder().foldColumn("g"));
    Folds folds = Splitter.split(profile, 99, 1);
    assertThat(folds.names()).containsExactly("east", "north", "south");
    assertThat(folds.validationRows(0)).contains(2, 5, 8).hasSize(13);
  }

  @Test
  void dealsTheRowsOfOneGroupRowByRow() {
    TableProfile twoGroups =
        profile(
            30,
            i -> List.of("" + i % 7, "" + i % 2, "" + (i / 15)),
            ProfileOptions.builder().groupColumn("g"));
    Folds folds = Splitter.split(twoGroups, 2, 1);
    int[] parts = Splitter.parts(twoGroups, folds.trainRows(0), 5, 1);
    for (int part = 0; part < 5; part++) {
      int wanted = part;
      assertThat(Arrays.stream(parts).filter(p -> p == wanted).count()).isEqualTo(3);
    }
  }

  @Test
  void refusesFoldsThatLeaveTooFewRowsOrNoWeight() {
    TableProfile lopsided =
        profile(
            30,
            i -> List.of("" + i % 7, "" + i * 1.5, i < 27 ? "most" : "few"),
            ProfileOptions.builder().foldColumn("g"));
    assertThatThrownBy(() -> Splitter.split(lopsided, 2, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("fold most holds all rows but 3");
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      cells.add(List.of("" + i % 7, "" + i * 1.5, "" + i % 3, i % 3 == 1 ? "0" : "2"));
    }
    TableProfile weightless =
        new ColumnProfiler(
                ProfileOptions.builder().target("y").foldColumn("g").weightColumn("w").build())
            .profile(Dataset.of("t", Path.of("."), List.of("x", "y", "g", "w"), cells));
    assertThatThrownBy(() -> Splitter.split(weightless, 2, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("--weight w: every row of fold 1 has weight 0");
  }

  @Test
  void refusesFoldsThatCannotWork() {
    TableProfile oneOfAClass =
        profile(
            30,
            i -> List.of("" + i % 7, i == 4 ? "c" : "k" + i % 2, "a"),
            ProfileOptions.builder());
    assertThatThrownBy(() -> Splitter.split(oneOfAClass, 5, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("all rows of class \"c\"");
    assertThatThrownBy(() -> Splitter.split(oneOfAClass, 31, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("--folds 31: expected 2 to 30");
    TableProfile twoGroups =
        profile(
            30,
            i -> List.of("" + i % 7, "" + i % 2, "" + (i / 15)),
            ProfileOptions.builder().groupColumn("g"));
    assertThatThrownBy(() -> Splitter.split(twoGroups, 5, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("different values of --group g");
  }
}
