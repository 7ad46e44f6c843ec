package dev.amulet.training.insight;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.amulet.format.v1.Task;
import dev.amulet.training.ProgressListener;
import dev.amulet.training.insight.InsightData.LearningCurve;
import dev.amulet.training.insight.InsightData.TestFigures;
import dev.amulet.training.insight.InsightData.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InsightReportTest {
  @TempDir Path folder;

  @Test
  void aRegressionHasNoSectionsOfClasses() throws IOException {
    JsonNode report = report(SampleInsights.of(folder, Task.REGRESSION, List.of()));

    assertThat(sections(report))
        .containsExactly(
            "scores",
            "pictures",
            "comparison",
            "rows",
            "errors",
            "importance",
            "worst",
            "map",
            "data",
            "run");
    assertThat(report.toString()).contains("back-transform bias").contains("of that range");
  }

  @Test
  void twoClassesHaveTheirSectionsAndTheLabelThatNothingSpeaksFor() throws IOException {
    JsonNode report = report(SampleInsights.of(folder, Task.BINARY, List.of("no", "yes")));

    assertThat(sections(report))
        .containsExactly(
            "warnings",
            "scores",
            "pictures",
            "comparison",
            "rows",
            "ranking",
            "confusion",
            "calibration",
            "importance",
            "worst",
            "labels",
            "map",
            "data",
            "run");
    JsonNode first = section(report, "labels").at("/blocks/1/cards/0");
    assertThat(first.at("/lines/0").asText()).isEqualTo("row 6");
    assertThat(first.get("beside")).hasSize(5);
    assertThat(first.get("picture").asInt()).isNotNegative();
  }

  @Test
  void whatIsNotThereIsLeftOut() throws IOException {
    InsightData all = SampleInsights.of(folder, Task.BINARY, List.of("no", "yes"));
    InsightData less =
        new InsightData(
            all.profile(),
            all.scorer(),
            all.validation(),
            List.of(all.chosen()),
            all.constant(),
            all.corrected(),
            all.test(),
            null,
            null,
            new LearningCurve(List.of(), ""),
            all.run());

    assertThat(sections(report(less))).doesNotContain("pictures", "rows", "importance", "map");
  }

  @Test
  void fineTuningIsToldWithItsFolds() throws IOException {
    InsightData data = SampleInsights.of(folder, Task.BINARY, List.of("no", "yes"));
    InsightData.Run run = data.run();
    InsightData.Tuning tuning =
        new InsightData.Tuning(
            "net",
            "32 × 32",
            "every layer learned",
            "small and different",
            List.of(
                new InsightData.TunedFold("nano", "a", 3e-4, 4, 3, 0.7, 0.5, 40, 0.02),
                new InsightData.TunedFold(
                    "nano", "b", 3e-4, 4, 0, Double.NaN, Double.NaN, 60, 0.04)),
            List.of(3),
            "fine-tuning pays: AUC better by 0.1",
            true);
    InsightData tuned =
        new InsightData(
            data.profile(),
            data.scorer(),
            data.validation(),
            data.contenders(),
            data.constant(),
            data.corrected(),
            data.test(),
            data.explanations(),
            data.embeddings(),
            data.learningCurve(),
            new InsightData.Run(
                run.name(),
                run.created(),
                run.version(),
                run.transformer(),
                run.networks(),
                run.seconds(),
                run.cutShort(),
                run.config(),
                run.seed(),
                tuning));
    assertThat(sections(report(data))).doesNotContain("tuning");
    assertThat(section(report(tuned), "tuning").toString())
        .contains("Fine-tuning pays: AUC better by 0.1.", "tuned on all rows in 3 epochs")
        .contains("50 images a second", "3.0e-04");
  }

  @Test
  void withoutATestSetThatIsSaid() throws IOException {
    InsightData without = SampleInsights.of(folder, Task.BINARY, List.of("no", "yes"));
    InsightData with =
        new InsightData(
            without.profile(),
            without.scorer(),
            without.validation(),
            without.contenders(),
            without.constant(),
            without.corrected(),
            new TestFigures(20, Map.of(without.scorer(), 0.8125)),
            without.explanations(),
            without.embeddings(),
            without.learningCurve(),
            without.run());

    assertThat(report(without).toString()).contains("There was no test set");
    assertThat(report(with).toString()).doesNotContain("There was no test set").contains("0.8125");
  }

  @Test
  void theSamePictureInTwoFoldsIsTheFirstThingSaid() throws IOException {
    InsightData before = SampleInsights.of(folder, Task.BINARY, List.of("no", "yes"));
    Files.copy(
        folder.resolve("p/10.png"),
        folder.resolve("p/11.png"),
        StandardCopyOption.REPLACE_EXISTING);

    JsonNode report = report(before);

    assertThat(sections(report).get(0)).isEqualTo("warnings");
    assertThat(section(report, "warnings").toString())
        .contains("nearly the same picture in different folds")
        .contains("has different labels in one group")
        .contains("11, 12");
  }

  @Test
  void aLargeTableMakesASmallPage() throws IOException {
    InsightData small = SampleInsights.of(folder, Task.REGRESSION, List.of());
    int copies = 1000;
    int[] rows = IntStream.range(0, SampleInsights.ROWS * copies).map(i -> i / copies).toArray();
    Validation all = small.validation();
    InsightData large =
        new InsightData(
            small.profile(),
            small.scorer(),
            new Validation(
                rows,
                Arrays.stream(rows).mapToDouble(row -> all.actual()[row]).toArray(),
                Arrays.stream(rows).mapToObj(row -> all.predicted()[row]).toArray(double[][]::new),
                Arrays.stream(rows).mapToDouble(row -> 1).toArray(),
                Arrays.stream(rows).map(row -> all.fold()[row]).toArray(),
                all.foldNames(),
                0.5),
            small.contenders(),
            small.constant(),
            small.corrected(),
            small.test(),
            small.explanations(),
            small.embeddings(),
            small.learningCurve(),
            small.run());

    JsonNode report = report(large);

    assertThat(report.toString().length()).isLessThan(1_000_000);
    assertThat(report.toString()).contains("2000 rows drawn from 60,000 are shown.");
  }

  @Test
  void aPageHoldsABoundedNumberOfPictures() {
    assertThat(Pictures.MOST).isLessThanOrEqualTo(1000);
    assertThat(MapSection.MOST_ROWS).isLessThan(Pictures.MOST);
  }

  @Test
  void theModelCardHoldsNeitherCellsNorPicturesAndNoMarkupOfNames() throws IOException {
    InsightData data = SampleInsights.of(folder, Task.BINARY, List.of("<b>no|", "[yes](http://x)"));

    String card = ModelCard.text(data);

    assertThat(card)
        .contains("# sample", "| size | numeric |", "no test set", "Apache-2.0")
        .contains("\\<b\\>no\\|", "\\[yes\\](http://x)")
        .doesNotContain("p/0.png", "data:image", "0.25 |");
  }

  private static JsonNode report(InsightData data) throws IOException {
    String page = InsightReport.html(data, ProgressListener.silent());
    String start = "id=\"report-data\">";
    int from = page.indexOf(start) + start.length();
    return new ObjectMapper().readTree(page.substring(from, page.indexOf("</script>", from)));
  }

  private static List<String> sections(JsonNode report) {
    return StreamSupport.stream(report.get("sections").spliterator(), false)
        .map(section -> section.get("id").asText())
        .toList();
  }

  private static JsonNode section(JsonNode report, String id) {
    return StreamSupport.stream(report.get("sections").spliterator(), false)
        .filter(section -> section.get("id").asText().equals(id))
        .findFirst()
        .orElseThrow();
  }
}
