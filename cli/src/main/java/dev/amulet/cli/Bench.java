package dev.amulet.cli;

import dev.amulet.cli.BenchReport.OneRow;
import dev.amulet.cli.BenchReport.StageTime;
import dev.amulet.cli.BenchReport.Throughput;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Kind;
import dev.amulet.runtime.BulkOptions;
import dev.amulet.runtime.BulkScorer;
import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.ScoreOptions;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.runtime.ScoringException;
import dev.amulet.runtime.ScoringSession;
import dev.amulet.runtime.ScoringStage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Measures an amulet on the rows of an input, which it keeps and scores over and over; images that
 * are files are read again each time. Every part is warmed up and then runs for a given time.
 */
final class Bench {
  private static final int MOST_ROWS = 512;
  private static final int MOST_OPENS = 9;
  private static final int[] BATCHES = {1, 16};

  private final Path amulet;
  private final ScoreInput input;
  private final long partNs;
  private final Consumer<String> progress;

  Bench(Path amulet, ScoreInput input, double secondsPerPart, Consumer<String> progress) {
    this.amulet = amulet;
    this.input = input;
    this.partNs = (long) (1e9 * secondsPerPart);
    this.progress = progress;
  }

  BenchReport run() throws IOException, ArtifactException {
    progress.accept("opening");
    long start = System.nanoTime();
    try (Scorer scorer = open(1)) {
      double firstOpenMs = msSince(start);
      if (scorer.manifest().getKind() != Kind.MODEL) {
        throw CommandFailure.wrongInput(amulet + ": is a draft, which has no model to score with");
      }
      Rows rows = Rows.read(scorer, input);
      progress.accept("one row at a time");
      oneRow(scorer, rows.good, partNs / 2);
      OneRow oneRow = OneRow.of(oneRow(scorer, rows.good, partNs));
      return new BenchReport(
          amulet.toString(),
          scorer.id(),
          Files.size(amulet),
          Machine.description(),
          rows.good.size(),
          rows.leftOut,
          firstOpenMs,
          openAgain(),
          rows.firstRowMs,
          oneRow,
          stages(scorer, rows.good),
          bulk());
    }
  }

  private Scorer open(int batch) throws IOException, ArtifactException {
    return Scorer.open(
        amulet, ScorerOptions.builder().imageSource(input.images()).batchSize(batch).build());
  }

  /** Median of opening with everything loaded once before. */
  private double openAgain() throws IOException, ArtifactException {
    Latencies times = new Latencies();
    long end = System.nanoTime() + partNs;
    do {
      long start = System.nanoTime();
      open(1).close();
      times.add(System.nanoTime() - start);
    } while (times.count() < MOST_OPENS && System.nanoTime() < end);
    return times.ms(0.5);
  }

  private static Latencies oneRow(Scorer scorer, List<Row> rows, long forNs) {
    Latencies times = new Latencies();
    try (ScoringSession session = scorer.newSession()) {
      Prediction prediction = session.newPrediction();
      long start = System.nanoTime();
      long end = start + forNs;
      for (int i = 0; start < end; i = (i + 1) % rows.size()) {
        session.score(rows.get(i), prediction);
        long now = System.nanoTime();
        times.add(now - start);
        start = now;
      }
    }
    return times;
  }

  private List<StageTime> stages(Scorer scorer, List<Row> rows) {
    Map<ScoringStage, Latencies> times = new EnumMap<>(ScoringStage.class);
    ScoreOptions timings = ScoreOptions.builder().timings().build();
    try (ScoringSession session = scorer.newSession()) {
      Prediction prediction = session.newPrediction();
      long end = System.nanoTime() + partNs / 2;
      int i = 0;
      do {
        session.score(rows.get(i), timings, prediction);
        for (ScoringStage stage : ScoringStage.values()) {
          times.computeIfAbsent(stage, s -> new Latencies()).add(prediction.timingNs(stage));
        }
        i = (i + 1) % rows.size();
      } while (System.nanoTime() < end);
    }
    List<StageTime> medians = new ArrayList<>();
    times.forEach(
        (stage, all) ->
            medians.add(new StageTime(stage.name().toLowerCase(Locale.ROOT), all.ms(0.5))));
    return medians;
  }

  private List<Throughput> bulk() throws IOException, ArtifactException {
    TreeSet<Integer> threads = new TreeSet<>();
    int processors = Runtime.getRuntime().availableProcessors();
    for (int count = 1; count < processors; count *= 2) {
      threads.add(count);
    }
    threads.add(processors);
    List<Throughput> figures = new ArrayList<>();
    for (int batch : BATCHES) {
      try (Scorer scorer = open(batch)) {
        List<Row> rows = Rows.read(scorer, input).good;
        for (int count : threads) {
          progress.accept("bulk, " + Figures.count(count, "thread") + ", batch " + batch);
          rowsPerSecond(scorer, rows, count, partNs / 2);
          figures.add(new Throughput(count, batch, rowsPerSecond(scorer, rows, count, partNs)));
        }
      }
    }
    return figures;
  }

  private static double rowsPerSecond(Scorer scorer, List<Row> rows, int threads, long forNs)
      throws IOException {
    long start = System.nanoTime();
    Iterator<Row> untilTheEnd =
        new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            return System.nanoTime() - start < forNs;
          }

          @Override
          public Row next() {
            next = (next + 1) % rows.size();
            return rows.get(next);
          }
        };
    long done = 0;
    try (BulkScorer bulk = scorer.bulk(untilTheEnd, BulkOptions.ofWorkers(threads - 1))) {
      while (bulk.next() != null) {
        done++;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.workFailed("interrupted");
    }
    return done / ((System.nanoTime() - start) / 1e9);
  }

  private static double msSince(long startNs) {
    return (System.nanoTime() - startNs) / 1e6;
  }

  /**
   * The rows of the input that this scorer can score, each scored once.
   *
   * @param firstRowMs how long the first of them took
   */
  private record Rows(List<Row> good, int leftOut, double firstRowMs) {
    static Rows read(Scorer scorer, ScoreInput input) throws IOException {
      List<Row> good = new ArrayList<>();
      int read = 0;
      double firstRowMs = 0;
      String problem = "it is empty";
      try (RowFeed feed = input.feed(InputStream.nullInputStream(), scorer.schema())) {
        for (boolean more = true; more && good.size() < MOST_ROWS; read += more ? 1 : 0) {
          Row row = scorer.newRow();
          try {
            more = feed.next(row);
            if (more) {
              long start = System.nanoTime();
              scorer.score(row);
              firstRowMs = good.isEmpty() ? msSince(start) : firstRowMs;
              good.add(row);
            }
          } catch (ScoringException e) {
            problem = feed.place() + ": " + e.getMessage();
          }
        }
      }
      if (good.isEmpty()) {
        throw CommandFailure.wrongInput("no row of the input can be scored: " + problem);
      }
      return new Rows(good, read - good.size(), firstRowMs);
    }
  }
}
