package dev.amulet.training;

import dev.amulet.runtime.ImageSource;
import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScoringException;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.DatasetReader;
import dev.amulet.training.data.TableProfile;
import dev.amulet.training.data.Target;
import dev.amulet.training.evaluation.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The separate table that a finished model is judged on. Read and understood before anything is
 * trained, so that a wrong one costs no time; a row that cannot be scored later is an error of that
 * row and never of the experiment.
 */
final class TestTable {
  private static final int CHUNK_ROWS = 64;

  private final Dataset table;
  private final TargetCoding coding;
  private final double @Nullable [] targets;
  private final double @Nullable [] weights;

  private TestTable(
      Dataset table,
      TargetCoding coding,
      double @Nullable [] targets,
      double @Nullable [] weights) {
    this.table = table;
    this.coding = coding;
    this.targets = targets;
    this.weights = weights;
  }

  /**
   * What a model makes of the table.
   *
   * @param rows of the table
   * @param scores every metric over the rows that could be scored; empty without a target
   * @param csv the predictions, empty without a table
   */
  record Result(int rows, Map<Metric, Double> scores, String csv) {
    /** Of an experiment without a test table. */
    static final Result NONE = new Result(0, Map.of(), "");
  }

  /**
   * Reads a test table.
   *
   * @throws TrainingException when a column is missing, or a target or weight makes no sense
   */
  static TestTable read(
      Path path, ExperimentConfig config, ExperimentData data, ProgressListener progress) {
    TableProfile profile = data.profile();
    Dataset table =
        profile.conform(
            DatasetReader.read(
                path, config.imageRoot(), config.images().downloadTimeout(), progress));
    Target target = profile.requiredTarget();
    boolean judged = table.hasColumn(target.column());
    progress.message(
        "test table %s: %d rows%s"
            .formatted(
                path,
                table.rows(),
                judged ? "" : "; it has no target: they are predicted, not judged"));
    return new TestTable(
        table,
        data.coding(),
        judged ? target.values(table) : null,
        profile.weightsOf(table).orElse(null));
  }

  int rows() {
    return table.rows();
  }

  /** Where its images are. */
  ImageSource images() {
    return table.images();
  }

  /** Scores every row with a finished model. */
  Result score(Scorer scorer, PredictionFile file, ProgressListener progress) {
    double[][] predictions = new double[table.rows()][];
    @Nullable String[] errors = new String[table.rows()];
    Tally failed = new Tally();
    Tally withoutImage = new Tally();
    for (int first = 0; first < table.rows(); first += CHUNK_ROWS) {
      int end = Math.min(table.rows(), first + CHUNK_ROWS);
      List<ScoredRow> scored = score(scorer, first, end);
      for (int row = first; row < end; row++) {
        ScoredRow one = scored.get(row - first);
        Prediction prediction = one.prediction();
        if (prediction == null) {
          errors[row] = message(one.error());
          failed.add(row, one.error());
        } else {
          predictions[row] = ParityGate.values(prediction);
          withoutImage.add(row, prediction.imageProblem());
        }
      }
      progress.progress("test", end, table.rows());
    }
    failed.warn("cannot be scored and do not count in its metrics", progress);
    withoutImage.warn("have an image that cannot be used and counts as missing", progress);
    return new Result(
        table.rows(),
        evaluate(predictions, scorer.manifest().getOutputs().getLabelThreshold()),
        file.text(table, predictions, errors, null));
  }

  private List<ScoredRow> score(Scorer scorer, int first, int end) {
    int[] positions = Drafts.positions(scorer, table);
    ScoredRow[] scored = new ScoredRow[end - first];
    List<Row> readable = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int row = first; row < end; row++) {
      try {
        readable.add(Drafts.row(scorer, table, positions, row));
        places.add(row - first);
      } catch (ScoringException e) {
        scored[row - first] = new ScoredRow(null, e);
      }
    }
    List<ScoredRow> results = scorer.score(readable);
    for (int i = 0; i < results.size(); i++) {
      scored[places.get(i)] = results.get(i);
    }
    return Arrays.asList(scored);
  }

  private Map<Metric, Double> evaluate(double[][] predictions, double threshold) {
    double[] actual = targets;
    int[] rows =
        IntStream.range(0, predictions.length).filter(row -> predictions[row] != null).toArray();
    if (actual == null || rows.length == 0) {
      return Map.of();
    }
    double[] given = weights;
    return ModelSelection.evaluate(
            coding,
            ModelSelection.pick(actual, rows),
            ModelSelection.pick(predictions, rows),
            given == null ? null : ModelSelection.pick(given, rows),
            threshold)
        .values();
  }

  private static String message(@Nullable ScoringException error) {
    return error == null ? "no prediction" : String.valueOf(error.getMessage());
  }

  /** Rows of one kind, and what was wrong with the first. */
  private final class Tally {
    private int count;
    private String first = "";

    void add(int row, @Nullable ScoringException problem) {
      if (problem != null && count++ == 0) {
        first = "row " + (table.sourceRow(row) + 1) + " " + message(problem);
      }
    }

    void warn(String what, ProgressListener progress) {
      if (count > 0) {
        progress.message(
            "warning: %d of %d rows of the test table %s; %s"
                .formatted(count, table.rows(), what, first));
      }
    }
  }
}
