package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.runtime.Scorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeSearchTest {
  /** Five digits, not round: they may be codes. */
  private static final int[] BRANCHES = new Random(4).ints(12, 1000, 9999).toArray();

  @TempDir Path folder;

  @Test
  void integersThatSayMoreAsLevelsAreReadAsSuch() throws Exception {
    double[] effects = new Random(9).doubles(12, 0, 100).toArray();
    ExperimentConfig.Builder config = builder(write(i -> effects[i % 12]));
    ExperimentTest.Messages messages = new ExperimentTest.Messages();
    ExperimentResult result = Experiment.of(config.build()).run(messages);
    assertThat(messages.lines).anyMatch(line -> line.endsWith("read as levels"));
    assertThat(Files.readString(result.directory().resolve("config.toml")))
        .contains("\"branch\" = \"categorical\"");
    try (Scorer scorer = Scorer.open(result.amulet())) {
      int branch = scorer.schema().indexOf("branch");
      assertThat(scorer.schema().columns().get(branch).type()).isEqualTo(ColumnType.CATEGORICAL);
    }
  }

  @Test
  void amountsStayNumbersAndSettingsAreNotQuestioned() throws IOException {
    Path table = write(i -> code(i) / 100.0);
    ExperimentConfig config = builder(table).build();
    ExperimentData data = ExperimentData.read(config, ProgressListener.silent());
    assertThat(data.profile().possibleCodes()).containsExactly("branch");
    ExperimentData decided = CodeSearch.choose(data, config, ProgressListener.silent());
    assertThat(decided.readings()).containsEntry("branch", "numeric");
    assertThat(decided.profile().column("branch").type()).isEqualTo(ColumnType.NUMERIC);
    ExperimentConfig given = builder(table).set("column_types.branch", "numeric").build();
    ExperimentTest.Messages messages = new ExperimentTest.Messages();
    ExperimentData read = ExperimentData.read(given, messages);
    assertThat(CodeSearch.choose(read, given, messages)).isSameAs(read);
    assertThat(messages.lines).noneMatch(line -> line.contains("may hold codes"));
  }

  private ExperimentConfig.Builder builder(Path table) {
    return ExperimentConfig.builder(table)
        .target("price")
        .folds(3)
        .set("threads", "1")
        .set("learner", "linear")
        .out(folder.resolve("out"));
  }

  private static int code(int row) {
    return 10_001 + 10 * BRANCHES[row % 12];
  }

  private Path write(IntToDoubleFunction price) throws IOException {
    Random random = new Random(1);
    List<String> lines = new ArrayList<>(List.of("branch,size,price"));
    for (int i = 0; i < 180; i++) {
      int size = random.nextInt(100);
      double noise = random.nextGaussian();
      lines.add(code(i) + "," + size + "," + (price.applyAsDouble(i) + size / 10.0 + noise));
    }
    return Files.write(folder.resolve("sales.csv"), lines);
  }
}
