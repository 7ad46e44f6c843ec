package dev.amulet.benchmarks;

import dev.amulet.runtime.internal.tree.TreeKernel;
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
 * One row through a boosted ensemble of depth 6 on 64 slots.
 *
 * <p>Reference points: {@link #floor} walks the same arrays with no rule for missing values, so it
 * is wrong for rows that have some, and what the kernel's rule costs is the distance to it; {@link
 * #objects} walks linked node objects, the obvious way to write it; {@link #kernel} is what the
 * runtime does; {@link #xgboost} and {@link #xgboostInPlace} are XGBoost4J's two ways to predict
 * one row, on one thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 3,
    jvmArgs = {"-Xms1g", "-Xmx1g"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class TreeBenchmark {
  private static final int ROWS = 512;

  @Param({"100", "500"})
  public int trees;

  @Param("0.05")
  public double missingShare;

  private float[][] rows;
  private Booster booster;
  private TreeKernel kernel;
  private LinkedTrees linked;
  private BareWalk bare;
  private float[] margins;
  private int next;

  @Setup(Level.Trial)
  public void train() throws XGBoostError {
    Forest forest = Forest.grow(64, trees, missingShare);
    booster = forest.booster();
    linked = forest.linked();
    kernel = new TreeKernel(linked.ensemble());
    bare = new BareWalk(linked.ensemble());
    rows = TreeTask.draw(ROWS, 64, missingShare, 43).rows();
    margins = new float[1];
  }

  @TearDown(Level.Trial)
  public void dispose() {
    booster.dispose();
  }

  @Benchmark
  public float floor() {
    return bare.margin(nextRow());
  }

  @Benchmark
  public float objects() {
    return linked.margin(nextRow());
  }

  @Benchmark
  public float kernel() {
    kernel.margins(nextRow(), 0, margins);
    return margins[0];
  }

  @Benchmark
  public float xgboost() throws XGBoostError {
    float[] row = nextRow();
    DMatrix matrix = new DMatrix(row, 1, row.length, Float.NaN);
    float margin = booster.predict(matrix, true)[0][0];
    matrix.dispose();
    return margin;
  }

  @Benchmark
  public float xgboostInPlace() throws XGBoostError {
    float[] row = nextRow();
    return booster.inplace_predict(row, 1, row.length, Float.NaN)[0][0];
  }

  /** Starts the rows anew, so that two bodies can be asked about the same row. */
  void rewind() {
    next = 0;
  }

  private float[] nextRow() {
    next = (next + 1) % ROWS;
    return rows[next];
  }
}
