package dev.amulet.runtime;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.FormatVersion;
import dev.amulet.format.v1.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The golden amulets of the current format version, the table they score and what they make of it.
 * {@link #main} writes them anew, which only an unreleased version may.
 */
final class GoldenAmulets {
  /** Below it one folder per format version. */
  static final Path ROOT = Path.of("..", "format", "src", "test", "resources", "golden");

  static final List<Task> TASKS = List.of(Task.REGRESSION, Task.BINARY, Task.MULTICLASS);

  /** Cells as a table would hold them; pictures are files of the folder {@code images}. */
  private static final List<Map<String, String>> TABLE =
      List.of(
          cells("120.5 yes flat 85255", "h.png", "i.png; j.png", "A garden.", "2001-02-03"),
          cells("n/a 0 barn 85255.0", "", "h.png", "never", "31.12.1999"),
          cells("1e300 _ house _", "j.png", "", "no garden, no garage", "Feb 3, 2001 4:05 PM"),
          cells("_ TRUE ? 10115", "i.png", "j.png;i.png;h.png", "", "2024-07-01T23:59:59Z"),
          cells("-12 no loft 85002", "", "", "\u6771\u4eac 5 \ud83c\udfe0", ""));

  private static final List<String> PICTURES = List.of("h", "i", "j");

  private GoldenAmulets() {}

  /** Run in the module's folder. */
  public static void main(String[] args) throws IOException, ArtifactException {
    write(ROOT.resolve(FormatVersion.CURRENT.text()));
  }

  static void write(Path folder) throws IOException, ArtifactException {
    Files.createDirectories(folder.resolve("images"));
    for (String picture : PICTURES) {
      Files.write(
          folder.resolve("images").resolve(picture + ".png"), GoldenAmulet.picture(picture));
    }
    ObjectNode expected = new ObjectMapper().createObjectNode();
    for (Task task : TASKS) {
      String name = task.name().toLowerCase(Locale.ROOT) + ".amulet";
      Files.write(folder.resolve(name), GoldenAmulet.of(task).toBytes());
      try (Scorer scorer = open(folder.resolve(name))) {
        expected.set(name, scores(scorer));
      }
    }
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withArrayIndenter(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    Files.writeString(
        folder.resolve("expected.json"),
        new ObjectMapper().writer(printer).writeValueAsString(expected) + "\n");
  }

  static Scorer open(Path amulet) throws ArtifactException {
    return Scorer.open(
        amulet,
        ScorerOptions.builder().imageRoot(amulet.resolveSibling("images")).batchSize(2).build());
  }

  private static ArrayNode scores(Scorer scorer) {
    ArrayNode rows = new ObjectMapper().createArrayNode();
    for (Map<String, String> cells : TABLE) {
      ObjectNode row = rows.addObject();
      row.set("cells", new ObjectMapper().valueToTree(new TreeMap<>(cells)));
      Prediction prediction = scorer.score(row(scorer, row.get("cells")));
      ArrayNode numbers = row.putArray("scores");
      for (double number : numbers(scorer, prediction)) {
        numbers.add(number);
      }
      row.put("label", prediction.classIndex() < 0 ? "" : prediction.label());
      row.put("clamped", prediction.clamped());
    }
    return rows;
  }

  static Row row(Scorer scorer, JsonNode cells) {
    Row row = scorer.newRow();
    cells.properties().forEach(cell -> row.set(cell.getKey(), cell.getValue().asText()));
    return row;
  }

  static double[] numbers(Scorer scorer, Prediction prediction) {
    return scorer.schema().task() == Task.REGRESSION
        ? new double[] {prediction.value()}
        : prediction.probabilities();
  }

  /**
   * @param table area, garage, kind and zip; "_" for an empty cell
   */
  private static Map<String, String> cells(
      String table, String photo, String plans, String note, String built) {
    String[] cells = table.replace("_", "").split(" ", -1);
    return Map.of(
        "area",
        cells[0],
        "garage",
        cells[1],
        "kind",
        " " + cells[2],
        "zip",
        cells[3],
        "photo",
        photo,
        "plans",
        plans,
        "note",
        note,
        "built",
        built);
  }
}
