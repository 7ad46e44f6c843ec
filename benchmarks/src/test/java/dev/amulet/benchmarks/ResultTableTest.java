package dev.amulet.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTableTest {
  @Test
  void eachFigureStandsBelowTheFloorOfItsOwnParameters() throws IOException {
    String json =
        "["
            + result("DecodeBenchmark.decode", "png", 30, "NaN")
            + ","
            + result("DecodeBenchmark.floor", "png", 20, "1.5")
            + ","
            + result("DecodeBenchmark.floor", "jpeg", 4, "0.1")
            + ","
            + result("DecodeBenchmark.decode", "jpeg", 5, "0.2")
            + "]";

    List<String> lines = ResultTable.render(new ObjectMapper().readTree(json)).lines().toList();

    assertThat(lines).hasSize(5);
    assertThat(lines.get(1).split(" +"))
        .containsExactly(
            "Decode",
            "format=png",
            "floor",
            "20.0",
            "1.500",
            "us",
            "1.00",
            "40.0",
            "1.00",
            "1,024");
    assertThat(lines.get(2).split(" +"))
        .containsExactly(
            "Decode", "format=png", "decode", "30.0", "us", "1.50", "60.0", "1.50", "1,024");
    assertThat(lines.get(3)).contains("jpeg", "floor", "1.00");
    assertThat(lines.get(4)).contains("jpeg", "decode", "1.25");
  }

  private static String result(String name, String format, double score, String error) {
    String number = error.equals("NaN") ? "\"NaN\"" : error;
    return """
        {"benchmark": "dev.amulet.benchmarks.%s", "params": {"format": "%s"},
         "primaryMetric": {"score": %s, "scoreError": %s, "scoreUnit": "us/op"},
         "secondaryMetrics": {"gc.alloc.rate.norm": {"score": 1024.0}, "cpu": {"score": %s}}}
        """
        .formatted(name, format, score, number, 2 * score);
  }
}
