package dev.amulet.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Prints JMH's JSON as a table: each figure beside the floor of the same suite and parameters. */
public final class ResultTable {
  private static final String FLOOR = "floor";
  private static final String LINE = "%-12s %-46s %-15s %10s %8s %-3s %8s %10s %8s %12s%n";

  private ResultTable() {}

  public static void main(String[] files) throws IOException {
    for (String file : files) {
      System.out.print(render(new ObjectMapper().readTree(new File(file))));
    }
  }

  /** One line per body, the floor first; bytes are those allocated per call, in all threads. */
  static String render(JsonNode results) {
    Map<String, List<JsonNode>> groups = new LinkedHashMap<>();
    for (JsonNode result : results) {
      String suiteAndParameters = suite(result) + " " + parameters(result);
      List<JsonNode> group = groups.computeIfAbsent(suiteAndParameters, k -> new ArrayList<>());
      group.add(body(result).equals(FLOOR) ? 0 : group.size(), result);
    }
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            LINE,
            "suite",
            "parameters",
            "body",
            "time",
            "±",
            "",
            "× floor",
            "cpu us",
            "× floor",
            "B per call"));
    groups.values().forEach(group -> lines(group, table));
    return table.toString();
  }

  private static void lines(List<JsonNode> group, StringBuilder table) {
    boolean hasFloor = body(group.get(0)).equals(FLOOR);
    double floor = score(group.get(0));
    double floorCpu = secondary(group.get(0), CpuTimeProfiler.LABEL);
    for (JsonNode result : group) {
      double garbage = secondary(result, "gc.alloc.rate.norm");
      double cpu = secondary(result, CpuTimeProfiler.LABEL);
      table.append(
          String.format(
              LINE,
              suite(result),
              parameters(result),
              body(result),
              number(score(result)),
              number(result.path("primaryMetric").path("scoreError").asDouble(Double.NaN)),
              result.path("primaryMetric").path("scoreUnit").asText().replace("/op", ""),
              hasFloor ? ratio(score(result) / floor) : "",
              number(cpu),
              hasFloor ? ratio(cpu / floorCpu) : "",
              Double.isNaN(garbage) ? "" : String.format(Locale.ROOT, "%,.0f", garbage)));
    }
  }

  private static String suite(JsonNode result) {
    String type = type(result);
    return type.substring(type.lastIndexOf('.') + 1).replaceFirst("Benchmark$", "");
  }

  private static String type(JsonNode result) {
    String name = result.path("benchmark").asText();
    return name.substring(0, name.lastIndexOf('.'));
  }

  private static String body(JsonNode result) {
    return result.path("benchmark").asText().substring(type(result).length() + 1);
  }

  private static String parameters(JsonNode result) {
    Map<String, String> sorted = new TreeMap<>();
    for (var entry : result.path("params").properties()) {
      sorted.put(entry.getKey(), entry.getValue().asText());
    }
    return sorted.toString().replaceAll("[{}]", "");
  }

  private static double score(JsonNode result) {
    return result.path("primaryMetric").path("score").asDouble();
  }

  private static double secondary(JsonNode result, String name) {
    return result.path("secondaryMetrics").path(name).path("score").asDouble(Double.NaN);
  }

  private static String ratio(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.2f", value);
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    return String.format(
        Locale.ROOT, value >= 1000 ? "%,.0f" : value >= 10 ? "%.1f" : "%.3f", value);
  }
}
