package dev.amulet.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code amulet bench} measured.
 *
 * @param amulet the file, as it was given
 * @param bytes its size
 * @param machine what it ran on, in words
 * @param rows rows of the input that were scored, over and over
 * @param leftOut rows of the input that cannot be scored
 * @param firstOpenMs opening in a fresh process, with all that has to be loaded for it
 * @param openMs median of opening again
 * @param firstRowMs the first score of the process
 * @param oneRow one row after the other, on one thread
 * @param stages median time of each step of a row, on one thread
 * @param bulk rows per second
 */
record BenchReport(
    String amulet,
    String id,
    long bytes,
    String machine,
    int rows,
    int leftOut,
    double firstOpenMs,
    double openMs,
    double firstRowMs,
    OneRow oneRow,
    List<StageTime> stages,
    List<Throughput> bulk) {

  /** Quantiles in milliseconds. */
  record OneRow(int calls, double p50Ms, double p90Ms, double p99Ms, double maxMs) {
    static OneRow of(Latencies times) {
      return new OneRow(times.count(), times.ms(0.5), times.ms(0.9), times.ms(0.99), times.ms(1));
    }
  }

  /** Median time of one step. */
  record StageTime(String name, double ms) {}

  /** The bulk path with so many threads, the caller's among them, and rows per network batch. */
  record Throughput(int threads, int batch, double rowsPerSecond) {}

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    TextTable head = new TextTable("", "ll");
    head.add("amulet", amulet + ", " + Figures.bytes(bytes) + ", id " + id.substring(0, 12));
    head.add("machine", machine);
    head.add(
        "input",
        Figures.count(rows, "row")
            + (leftOut == 0 ? "" : ", " + leftOut + " that cannot be scored left out"));
    head.add("open", text(firstOpenMs) + " the first time, " + text(openMs) + " again (median)");
    head.add("first row", text(firstRowMs));
    head.add(
        "one row",
        "p50 %s   p90 %s   p99 %s   max %s   (%s, one thread)"
            .formatted(
                text(oneRow.p50Ms),
                text(oneRow.p90Ms),
                text(oneRow.p99Ms),
                text(oneRow.maxMs),
                Figures.count(oneRow.calls, "call")));
    stages.forEach(stage -> head.add("  " + stage.name, text(stage.ms)));
    lines.addAll(head.lines());
    lines.add("bulk");
    TextTable table = new TextTable("  ", "rrr").add("threads", "batch", "rows/s");
    bulk.forEach(
        run ->
            table.add(
                Integer.toString(run.threads),
                Integer.toString(run.batch),
                Figures.number(run.rowsPerSecond)));
    lines.addAll(table.lines());
    return lines;
  }

  String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeStringField("amulet", amulet);
      json.writeStringField("id", id);
      json.writeNumberField("bytes", bytes);
      json.writeStringField("machine", machine);
      json.writeNumberField("rows", rows);
      json.writeNumberField("left_out", leftOut);
      json.writeNumberField("first_open_ms", firstOpenMs);
      json.writeNumberField("open_ms", openMs);
      json.writeNumberField("first_row_ms", firstRowMs);
      json.writeObjectFieldStart("one_row");
      json.writeNumberField("calls", oneRow.calls);
      json.writeNumberField("p50_ms", oneRow.p50Ms);
      json.writeNumberField("p90_ms", oneRow.p90Ms);
      json.writeNumberField("p99_ms", oneRow.p99Ms);
      json.writeNumberField("max_ms", oneRow.maxMs);
      json.writeObjectFieldStart("stages_ms");
      for (StageTime stage : stages) {
        json.writeNumberField(stage.name, stage.ms);
      }
      json.writeEndObject();
      json.writeEndObject();
      json.writeArrayFieldStart("bulk");
      for (Throughput run : bulk) {
        json.writeStartObject();
        json.writeNumberField("threads", run.threads);
        json.writeNumberField("batch", run.batch);
        json.writeNumberField("rows_per_second", run.rowsPerSecond);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static String text(double ms) {
    return ms < 0.1
        ? String.format(Locale.ROOT, "%.1f us", 1e3 * ms)
        : String.format(Locale.ROOT, ms < 10 ? "%.2f ms" : "%.1f ms", ms);
  }
}
