package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.v1.Task;
import dev.amulet.training.data.ColumnProfiler;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.Folds;
import dev.amulet.training.data.ProfileOptions;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.data.TableProfile;
import dev.amulet.training.data.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PredictionFileTest {
  @Test
  void aRegressionHasOneNumberAndTheActualOneBesideIt() {
    Target target = new Target("price, net", Task.REGRESSION, List.of(), Set.of(), "");
    Dataset table =
        Dataset.of("t", Path.of("."), List.of("x", "price, net"), rows("1", "2.50", "2", "7"));
    assertThat(new PredictionFile(target, 0.5).text(table, new double[][] {{2.25}, {1e-7}}, null))
        .isEqualToNormalizingNewlines(
            "row,\"price, net\",error,\"price, net.actual\"\n0,2.25,,2.50\n1,1.0E-7,,7\n");
  }

  @Test
  void labelsAndNamesAreQuotedAndRowsKeepTheirPlaceInTheSource() {
    Target target =
        new Target("k", Task.MULTICLASS, List.of("a\"b", "c,d", "line\nbreak"), Set.of(), "");
    Dataset table =
        Dataset.of(
                "t",
                Path.of("."),
                List.of("x", "k"),
                rows("1", "a\"b", "2", "c,d", "3", "line\nbreak"))
            .subset(new int[] {2, 0});
    double[][] predictions = {{0.2, 0.2, 0.6}, {0.4, 0.4, 0.2}};
    assertThat(new PredictionFile(target, 0.5).text(table, predictions, null))
        .isEqualToNormalizingNewlines(
            """
            row,k,"k.a""b","k.c,d","k.line
            break",error,k.actual
            2,"line
            break",0.2,0.2,0.6,,"line
            break"
            0,"a""b",0.4,0.4,0.2,,"a""b"
            """);
  }

  @Test
  void aBinaryLabelTurnsAtAHalf() {
    Target target = new Target("k", Task.BINARY, List.of("no", "yes"), Set.of(), "");
    Dataset table =
        Dataset.of("t", Path.of("."), List.of("x"), List.of(List.of("1"), List.of("2")));
    assertThat(
            new PredictionFile(target, 0.5)
                .text(table, new double[][] {{0.5, 0.5}, {0.51, 0.49}}, null))
        .isEqualToNormalizingNewlines(
            "row,k,k.no,k.yes,error,k.actual\n0,yes,0.5,0.5,,\n1,no,0.51,0.49,,\n");
  }

  @Test
  void aBinaryLabelTurnsAtTheThresholdOfTheModel() {
    Target target = new Target("k", Task.BINARY, List.of("no", "yes"), Set.of(), "");
    Dataset table =
        Dataset.of("t", Path.of("."), List.of("x"), List.of(List.of("1"), List.of("2")));
    assertThat(
            new PredictionFile(target, 0.25)
                .text(table, new double[][] {{0.7, 0.3}, {0.8, 0.2}}, null))
        .contains("0,yes,0.7,0.3", "1,no,0.8,0.2");
  }

  @Test
  void foldsAreNamedAsTheUserNamesThem() {
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      cells.add(List.of("" + i * i % 7, i % 2 == 0 ? "left" : "right, far", "" + i * 1.5));
    }
    Dataset table = Dataset.of("t", Path.of("."), List.of("x", "part", "y"), cells);
    TableProfile profile =
        new ColumnProfiler(ProfileOptions.builder().target("y").foldColumn("part").build())
            .profile(table);
    Folds folds = Splitter.split(profile, 5, 1);
    double[][] predictions = new double[12][1];
    String text = new PredictionFile(profile.requiredTarget(), 0.5).text(table, predictions, folds);
    assertThat(text.lines().toList())
        .hasSize(13)
        .startsWith("row,y,error,fold,y.actual", "0,0.0,,left,0.0", "1,0.0,,\"right, far\",1.5");
  }

  private static List<List<String>> rows(String... cells) {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < cells.length; i += 2) {
      rows.add(List.of(cells[i], cells[i + 1]));
    }
    return rows;
  }
}
