package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.amulet.training.evaluation.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What experiments make of a separate test table. */
class TestTableTest {
  @TempDir Path folder;

  @Test
  void aTestTableWithoutTargetIsPredictedAndNotScored() throws Exception {
    Path data = Signs.write(folder, 60, 8, Signs.Kind.NAME);
    Path test = folder.resolve("unlabelled.csv");
    Files.writeString(test, "make,photo,size,used\nmake a,pictures/p8_0.png,1,true\nmake z,,,\n");
    ExperimentResult result =
        ExperimentTest.run(
            ExperimentTest.config(data, folder.resolve("out"))
                .test(test)
                .name("unlabelled")
                .build());
    assertThat(result.test()).isEmpty();
    List<NamedCsvRecord> rows =
        ExperimentTest.csv(result.directory().resolve("predictions/test.csv"));
    assertThat(rows).hasSize(2);
    assertThat(rows.get(1).getField("target.actual")).isEmpty();
    assertThat(ExperimentTest.metrics(result).at("/rows/test").asInt()).isEqualTo(2);
    assertThat(ExperimentTest.metrics(result).get("test")).isEmpty();
  }

  @Test
  void aTestRowThatCannotBeScoredIsAnErrorOfThatRowOnly() throws Exception {
    Path data = Signs.write(folder, 60, 11, Signs.Kind.NUMBER);
    Path test = folder.resolve("odd.csv");
    Files.writeString(
        test,
        "make,size,weight,target\nmake a,1,1,10\nmake a,wide,1,20\nmake b,2,3,30\nmake b,2,0,1000\n");
    ExperimentTest.Messages messages = new ExperimentTest.Messages();
    ExperimentResult result =
        Experiment.of(
                ExperimentTest.tableOnly(data, folder.resolve("out"))
                    .weightColumn("weight")
                    .keep(List.of("size", "make"))
                    .test(test)
                    .build())
            .run(messages);
    assertThat(result.amulet()).exists();
    List<NamedCsvRecord> rows =
        ExperimentTest.csv(result.directory().resolve("predictions/test.csv"));
    assertThat(rows.get(0).getHeader()).containsExactly("row", "target", "error", "target.actual");
    assertThat(rows).hasSize(4);
    assertThat(rows.get(1).getField("target")).isEmpty();
    assertThat(rows.get(1).getField("error")).contains("size", "wide");
    assertThat(rows.get(2).getField("error")).isEmpty();
    double first = Double.parseDouble(rows.get(0).getField("target")) - 10;
    double third = Double.parseDouble(rows.get(2).getField("target")) - 30;
    assertThat(result.test().get(Metric.RMSE))
        .isCloseTo(Math.sqrt((first * first + 3 * third * third) / 4), within(1e-9));
    assertThat(String.join("\n", messages.lines))
        .contains("1 of 4 rows of the test table cannot be scored", "row 2", "wide");

    ExperimentTest.run(ExperimentTest.tableOnly(data, folder.resolve("out")).build());
    assertThat(ExperimentTest.files(result.directory()))
        .containsExactlyInAnyOrderElementsOf(ExperimentTest.FILES);
  }

  @Test
  void aTestTableWithAWrongTargetOrWeightIsRefusedBeforeTraining() throws Exception {
    Path data = Signs.write(folder, 60, 12, Signs.Kind.NUMBER);
    Path out = folder.resolve("out");
    Path test = folder.resolve("bad.csv");
    Files.writeString(test, "make,size,weight,target\nmake a,1,1,dear\n");
    ExperimentConfig wrongTarget = ExperimentTest.tableOnly(data, out).test(test).build();
    assertThatThrownBy(() -> ExperimentTest.run(wrongTarget))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("\"dear\"");
    assertThat(Files.readString(out.resolve("data/log.txt")))
        .contains("error: ", "dear")
        .doesNotContain("cross-validation");
    Files.writeString(test, "make,size,weight,target\nmake a,1,-1,5\n");
    ExperimentConfig wrongWeight =
        ExperimentTest.tableOnly(data, out).weightColumn("weight").test(test).build();
    assertThatThrownBy(() -> ExperimentTest.run(wrongWeight))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("weight \"weight\" is \"-1\"");
  }

  @Test
  void unusableImagesOfTheTestTableAreCounted() throws Exception {
    Path data = Signs.write(folder, 60, 13, Signs.Kind.NUMBER);
    Path test =
        Signs.write(Files.createDirectory(folder.resolve("test")), 20, 14, Signs.Kind.NUMBER);
    Path damaged = folder.resolve("test/pictures/p14_3.png");
    byte[] whole = Files.readAllBytes(damaged);
    Files.write(damaged, Arrays.copyOf(whole, 120));
    ExperimentTest.Messages messages = new ExperimentTest.Messages();
    Experiment.of(
            ExperimentTest.config(data, folder.resolve("out"))
                .set("feature_set", "both")
                .test(test)
                .build())
        .run(messages);
    assertThat(String.join("\n", messages.lines))
        .contains("1 of 20 rows of the test table have an image that cannot be used");
  }
}
