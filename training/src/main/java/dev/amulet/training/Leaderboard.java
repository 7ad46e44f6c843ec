package dev.amulet.training;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.amulet.training.data.Folds;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The candidates finished so far, the best first. Says a line as each one comes in, with its place;
 * {@code leaderboard.csv} has them all, with every metric and the scorer of every fold.
 */
final class Leaderboard {
  private final Metric scorer;
  private final Folds folds;
  private final ProgressListener progress;
  private final List<CandidateResult> results = new ArrayList<>();

  Leaderboard(Metric scorer, Folds folds, ProgressListener progress) {
    this.scorer = scorer;
    this.folds = folds;
    this.progress = progress;
  }

  /** Takes in a candidate and says how it did. */
  void add(CandidateResult result) {
    results.add(result);
    int place = ranked().indexOf(result) + 1;
    progress.message(
        String.format(
            Locale.ROOT,
            "  %-22s %s  %7.1f s  %s",
            result.candidate().words(),
            Score.of(values(result, scorer)),
            result.seconds(),
            place == 1 ? "best so far" : "place " + place + " of " + results.size()));
  }

  private static double[] values(CandidateResult result, Metric metric) {
    double[] values = result.perFold().get(metric);
    return values == null ? new double[] {Double.NaN} : values;
  }

  int size() {
    return results.size();
  }

  /** The best first; of equals, and of those without a score, the one that came first. */
  private List<CandidateResult> ranked() {
    Comparator<CandidateResult> best =
        (a, b) -> {
          double first = Score.of(values(a, scorer)).mean();
          double second = Score.of(values(b, scorer)).mean();
          if (Double.isNaN(first) || Double.isNaN(second)) {
            return Boolean.compare(Double.isNaN(first), Double.isNaN(second));
          }
          return scorer.better(first, second) ? -1 : scorer.better(second, first) ? 1 : 0;
        };
    return results.stream().sorted(best).toList();
  }

  /**
   * The table as CSV.
   *
   * @param chosen the candidate that became the model, or null when there is none
   */
  String csv(@Nullable Candidate chosen) {
    StringWriter text = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().build(text)) {
      csv.writeRecord(header());
      List<CandidateResult> ranked = ranked();
      for (int i = 0; i < ranked.size(); i++) {
        CandidateResult result = ranked.get(i);
        List<String> cells = new ArrayList<>();
        cells.add(Integer.toString(i + 1));
        cells.add(result.candidate().features().key());
        cells.add(result.candidate().learner().key());
        cells.add(result.candidate().searched());
        cells.add(result.candidate().equals(chosen) ? "true" : "false");
        cells.add(String.format(Locale.ROOT, "%.1f", result.seconds()));
        for (Metric metric : metrics()) {
          Score score = Score.of(values(result, metric));
          cells.add(number(score.mean()));
          cells.add(number(score.sd()));
        }
        double[] values = values(result, scorer);
        for (int fold = 0; fold < folds.count(); fold++) {
          cells.add(number(fold < values.length ? values[fold] : Double.NaN));
        }
        csv.writeRecord(cells);
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail to be written to", e);
    }
    return text.toString();
  }

  private List<String> header() {
    List<String> header =
        new ArrayList<>(List.of("place", "feature_set", "learner", "tuned", "chosen", "seconds"));
    for (Metric metric : metrics()) {
      header.add(metric + ".mean");
      header.add(metric + ".sd");
    }
    folds.names().forEach(name -> header.add(scorer + ".fold." + name));
    return header;
  }

  /** The scorer first, then what else applies. */
  private List<Metric> metrics() {
    List<Metric> metrics = new ArrayList<>(List.of(scorer));
    results.stream()
        .flatMap(result -> result.perFold().keySet().stream())
        .distinct()
        .sorted()
        .filter(metric -> metric != scorer)
        .forEach(metrics::add);
    return metrics;
  }

  private static String number(double value) {
    return Double.isFinite(value) ? Double.toString(value) : "";
  }
}
