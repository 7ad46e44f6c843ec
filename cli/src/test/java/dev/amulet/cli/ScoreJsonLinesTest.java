package dev.amulet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreJsonLinesTest {
  private static final String HEADER = "area,garage,zip,kind\n";

  @TempDir static Path folder;

  private static Path amulet;

  @BeforeAll
  static void train() throws Exception {
    StringBuilder table = new StringBuilder("area,garage,zip,kind,price\n");
    String[] kinds = {"flat", "loft", "house"};
    for (int i = 0; i < 90; i++) {
      double area = 40.5 + (i * 37) % 120;
      boolean garage = i % 4 == 0;
      int zip = 10115 + i % 3;
      double price = area * 3 + (garage ? 40 : 0) + (i % 3) * 25 + i % 7;
      table.append(area).append(garage ? ",true," : ",false,").append("z").append(zip);
      table.append(',').append(kinds[i / 3 % 3]).append(',').append(price).append('\n');
    }
    Path csv = Files.writeString(folder.resolve("houses.csv"), table);
    CommandRun training =
        CommandRun.of(
            "train", csv, "--target", "price", "--folds", "2", "--name", "houses", "--out", folder);
    assertThat(training.exitCode()).as(training.err()).isZero();
    amulet = folder.resolve("houses").resolve("model.amulet");
  }

  @Test
  void typedValuesScoreAsTheSameCellsOfATable() {
    String expected =
        out(HEADER + "90,true,z10115,loft\n55.5,false,,flat\n,,z10117,house\n1e2,no,z10116,new\n");
    String typed =
        """
        {"area": 90, "garage": true, "zip": "z10115", "kind": "loft"}
        {"kind": "flat", "area": 55.5, "garage": false, "zip": null}

        {"zip": "z10117", "kind": "house", "other": {"of": ["no", {"interest": 1}]}}
          {"area": 1e2, "garage": "no", "zip": "z10116", "kind": "new"}
        """;
    assertThat(expected.lines()).hasSize(5);
    assertThat(out(typed)).isEqualTo(expected);
    assertThat(out("\uFEFF" + typed.replace("\n", "\r\n"))).isEqualTo(expected);
    String asText = typed.replace("90,", "\"90\",").replace(": true", ": \"Yes\"");
    assertThat(out(asText)).isEqualTo(expected);
  }

  @Test
  void aNumberOfManyDigitsIsWhatTheSameCellOfATableIs() {
    String cell = HEADER + "9007199254740993,true,z10115,loft\n";
    String typed =
        "{\"area\": 9007199254740993, \"garage\": true, \"zip\": \"z10115\", \"kind\": \"loft\"}";
    assertThat(out(typed)).isEqualTo(out(cell)).doesNotContain("digits");
  }

  @Test
  void aNumberInAColumnOfTextsIsText() {
    Path texts = Path.of("..", "format/src/test/resources/golden/0.1/regression.amulet");
    String asText = "{\"note\": \"1984\"}\n{\"note\": \"2.50\"}\n";
    CommandRun expected = CommandRun.withInput(bytes(asText), "score", texts, "-");
    assertThat(expected.exitCode()).as(expected.err()).isZero();
    String typed = asText.replace("\"1984\"", "1984").replace("\"2.50\"", "2.50");
    CommandRun found = CommandRun.withInput(bytes(typed), "score", texts, "-");
    assertThat(found.out()).isEqualTo(expected.out()).doesNotContain("cannot be set");
  }

  @Test
  void aFileOfJsonLinesIsKnownByItsExtension() throws Exception {
    String line = "{\"area\": 90, \"garage\": 1, \"zip\": \"z10115\", \"kind\": \"loft\"}";
    Path file = Files.writeString(folder.resolve("new.JSONL"), line);
    CommandRun run = CommandRun.of("score", amulet, file);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo(out(HEADER + "90,true,z10115,loft\n"));
  }

  @Test
  void aBadLineIsARowThatCannotBeScoredAndTheNextGoesOn() {
    List<String> bad =
        List.of(
            "{\"area\": \"big\", \"kind\": \"loft\"}",
            "{\"area\": 90, \"area\": 91}",
            "{\"area\": 90",
            "{\"area\": {\"m2\": 90}}",
            "{\"area\": [90, 91]}",
            "{\"size\": 90}",
            "{\"area\": 90} {\"area\": 91}",
            "[90]",
            "{\"area\": 1e999}",
            "{\"area\": NaN}",
            "{\"area\": 90, \"x\": " + "[".repeat(70) + "]".repeat(70) + "}",
            "{\"area\": 90, \"kind\": \"\u0000\"}");
    List<String> why =
        List.of(
            "\"area\"\": \"\"big\"\" is not a number",
            "Duplicate",
            "not JSON at column",
            "area\"\": is an object",
            "area\"\": is an array",
            "none of the model's columns area, garage, zip, kind; found the keys [size]",
            "more text after the object",
            "expected a JSON object",
            "infinite",
            "not JSON at column",
            "nesting depth",
            "not JSON at column");
    String good = "{\"area\": 90, \"kind\": \"loft\"}";
    CommandRun run = run(good + "\n" + String.join("\n" + good + "\n", bad) + "\n");
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(1 + 2 * bad.size());
    for (int i = 0; i < bad.size(); i++) {
      assertThat(lines.get(1 + 2 * i)).matches(2 * i + ",[0-9.]+,");
      assertThat(lines.get(2 + 2 * i))
          .startsWith(2 * i + 1 + ",,")
          .containsIgnoringCase(why.get(i));
    }
    assertThat(run.err()).contains("12 rows without a prediction", "standard input line 2");
  }

  @Test
  void onErrorFailNamesTheLineAndTheKey() {
    CommandRun run =
        CommandRun.withInput(
            bytes("\n{\"area\": 90}\n\n{\"garage\": \"perhaps\"}\n"),
            "score",
            amulet,
            "-",
            "--on-error",
            "fail");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("row 1", "standard input line 4", "garage", "perhaps");
  }

  private static CommandRun run(String input) {
    return CommandRun.withInput(bytes(input), "score", amulet, "-");
  }

  private static String out(String input) {
    CommandRun run = run(input);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    return run.out();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
