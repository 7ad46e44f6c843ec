package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.FormatVersion;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Task;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.format.v1.VerificationRow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What an amulet of any format version once scored, it scores forever. */
class GoldenAmuletTest {
  static List<Path> goldenAmulets() throws IOException {
    List<Path> amulets = new ArrayList<>();
    for (FormatVersion version : FormatVersion.values()) {
      try (Stream<Path> files = Files.list(GoldenAmulets.ROOT.resolve(version.text()))) {
        files.filter(file -> file.toString().endsWith(".amulet")).sorted().forEach(amulets::add);
      }
    }
    return amulets;
  }

  @ParameterizedTest
  @MethodSource("goldenAmulets")
  void aGoldenAmuletVerifiesItself(Path amulet) throws ArtifactException {
    try (Scorer scorer = GoldenAmulets.open(amulet)) {
      VerificationReport report = scorer.verify();
      assertThat(report.rows()).hasSizeGreaterThanOrEqualTo(5);
      assertThat(report.passed()).as(report.toString()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("goldenAmulets")
  void aGoldenAmuletScoresItsTableAsEver(Path amulet) throws ArtifactException, IOException {
    JsonNode expected =
        new ObjectMapper()
            .readTree(amulet.resolveSibling("expected.json").toFile())
            .get(amulet.getFileName().toString());
    assertThat(expected).as("expected scores of " + amulet).isNotNull().hasSize(5);
    try (Scorer scorer = GoldenAmulets.open(amulet)) {
      Offset<Double> tolerance = Offset.offset(scorer.verify().madeHere() ? 0 : 1e-6);
      List<Row> rows = new ArrayList<>();
      expected.forEach(row -> rows.add(GoldenAmulets.row(scorer, row.get("cells"))));
      List<ScoredRow> scored = scorer.score(rows);
      for (int i = 0; i < rows.size(); i++) {
        assertThat(scored.get(i).error()).as("row " + i).isNull();
        Prediction prediction = scored.get(i).prediction();
        double[] numbers = GoldenAmulets.numbers(scorer, prediction);
        JsonNode scores = expected.get(i).get("scores");
        assertThat(numbers).hasSize(scores.size());
        for (int k = 0; k < numbers.length; k++) {
          double score = scores.get(k).asDouble();
          assertThat(numbers[k] / score).as("row " + i).isCloseTo(1, tolerance);
        }
        assertThat(prediction.clamped()).isEqualTo(expected.get(i).get("clamped").asBoolean());
        if (prediction.classIndex() >= 0) {
          assertThat(prediction.label()).isEqualTo(expected.get(i).get("label").asText());
        }
      }
      assertThat(scored.stream().map(row -> row.prediction().clamped())).contains(true, false);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"REGRESSION", "BINARY", "MULTICLASS"})
  void theGeneratorGivesTheSameAmuletAgain(Task task) throws ArtifactException {
    Path stored =
        GoldenAmulets.ROOT
            .resolve(FormatVersion.CURRENT.text())
            .resolve(task.name().toLowerCase(Locale.ROOT) + ".amulet");
    byte[] again = GoldenAmulet.of(task).toBytes();
    try (Scorer golden = GoldenAmulets.open(stored);
        Artifact made = Artifact.open(ByteBuffer.wrap(again), "made again")) {
      if (golden.verify().madeHere()) {
        assertThat(made.manifest()).isEqualTo(golden.manifest());
        assertThat(made.id()).isEqualTo(golden.id());
      } else {
        assertThat(withoutExpectations(made.manifest()))
            .isEqualTo(withoutExpectations(golden.manifest()));
      }
    }
  }

  /** Else another machine's last bits could choose another leaf. */
  @ParameterizedTest
  @MethodSource("goldenAmulets")
  void noSlotLiesNearAThreshold(Path amulet) throws ArtifactException {
    try (Artifact artifact = Artifact.open(amulet)) {
      TreeEnsemble trees = artifact.trees("trees/trees.pb");
      for (VerificationRow row : artifact.verification().orElseThrow().getRowsList()) {
        for (int node = 0; node < trees.getSlotsCount(); node++) {
          if (trees.getSlots(node) >= 0 && !Float.isNaN(row.getSlots(trees.getSlots(node)))) {
            assertThat(row.getSlots(trees.getSlots(node)))
                .isNotCloseTo(trees.getValues(node), Offset.offset(0.005f));
          }
        }
      }
    }
  }

  /** Another machine expects other last bits, and so other digests of what holds them. */
  private static Manifest withoutExpectations(Manifest manifest) {
    Manifest.Builder kept = manifest.toBuilder().clearEntries();
    manifest.getEntriesList().stream()
        .filter(entry -> !List.of("verification.pb", "manifest.json").contains(entry.getPath()))
        .forEach(kept::addEntries);
    return kept.build();
  }
}
