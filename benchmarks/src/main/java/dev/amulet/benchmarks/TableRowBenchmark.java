package dev.amulet.benchmarks;

import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.runtime.ScoringSession;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A row of numbers to its prediction: cells, slots, trees of depth 6, outputs.
 *
 * <p>Reference points: {@link #floor} walks the trees' arrays with no rule for missing values and
 * nothing around; {@link #session} is typed values with a session of the caller, {@link #scorer}
 * the same with the scorer's pool and a new row, {@link #text} parses every cell; the rival {@link
 * #xgboost} is XGBoost4J on one thread as its users call it for one row, a matrix each time.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 3,
    jvmArgs = {"-Xms1g", "-Xmx1g"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class TableRowBenchmark {
  private static final int ROWS = 512;

  @Param("28")
  public int columns = 28;

  @Param("200")
  public int trees = 200;

  @Param("0.05")
  public double missingShare = 0.05;

  private float[][] rows;
  private String[][] texts;
  private BareWalk bare;
  private Booster booster;
  private Scorer scorer;
  private ScoringSession session;
  private Row row;
  private Prediction prediction;
  private int next;

  @Setup(Level.Trial)
  public void open() throws ArtifactException, XGBoostError {
    Forest forest = Forest.grow(columns, trees, missingShare);
    booster = forest.booster();
    bare = new BareWalk(forest.linked().ensemble());
    byte[] amulet = Models.table(columns, forest.linked().ensemble());
    scorer =
        Scorer.open(
            Artifact.open(ByteBuffer.wrap(amulet), "table"), ScorerOptions.builder().build());
    session = scorer.newSession();
    row = scorer.newRow();
    prediction = session.newPrediction();
    rows = TreeTask.draw(ROWS, columns, missingShare, 43).rows();
    texts = new String[ROWS][columns];
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < columns; j++) {
        texts[i][j] = Float.isNaN(rows[i][j]) ? "" : Float.toString(rows[i][j]);
      }
    }
  }

  @TearDown(Level.Trial)
  public void close() {
    session.close();
    scorer.close();
    booster.dispose();
  }

  @Benchmark
  public float floor() {
    return bare.margin(rows[nextRow()]);
  }

  @Benchmark
  public double session() {
    session.score(fill(row, rows[nextRow()]), prediction);
    return prediction.value();
  }

  @Benchmark
  public double scorer() {
    return scorer.score(fill(scorer.newRow(), rows[nextRow()])).value();
  }

  @Benchmark
  public double text() {
    String[] cells = texts[nextRow()];
    for (int i = 0; i < cells.length; i++) {
      row.set(i, cells[i]);
    }
    session.score(row, prediction);
    return prediction.value();
  }

  @Benchmark
  public float xgboost() throws XGBoostError {
    float[] cells = rows[nextRow()];
    DMatrix matrix = new DMatrix(cells, 1, cells.length, Float.NaN);
    float margin = booster.predict(matrix, true)[0][0];
    matrix.dispose();
    return margin;
  }

  /** Starts the rows anew, so that two bodies can be asked about the same row. */
  void rewind() {
    next = 0;
  }

  private int nextRow() {
    next = (next + 1) % ROWS;
    return next;
  }

  private static Row fill(Row empty, float[] cells) {
    for (int i = 0; i < cells.length; i++) {
      empty.set(i, (double) cells[i]);
    }
    return empty;
  }
}
