package dev.amulet.benchmarks;

import ai.onnxruntime.OrtException;
import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.runtime.ScoringSession;
import dev.amulet.training.vision.Backbone;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
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
 * A row with a JPEG in memory and eight numbers to its prediction: everything between.
 *
 * <p>Reference point: {@link #floor} decodes with the JDK's reader alone and runs the network alone
 * on a tensor that is ready; no resizing, no table, no trees. {@link #session} scores with a
 * session of the caller, {@link #scorer} with the scorer's pool.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 3,
    jvmArgs = {"-Xms1g", "-Xmx1g"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ImageRowBenchmark {
  /** The built-in network, or a file of ../shared/weights; one that is not there is left out. */
  @Param({"random64", "mobilenet_edgetpu"})
  public String network = "random64";

  @Param("640x480")
  public String size = "640x480";

  @Param("200")
  public int trees = 200;

  private byte[] file;
  private BareDecode bareDecode;
  private BareNetwork bareNetwork;
  private Scorer scorer;
  private ScoringSession session;
  private Row row;
  private Prediction prediction;
  private int photo;

  @Setup(Level.Trial)
  public void open() throws ArtifactException, OrtException, XGBoostError {
    Backbone backbone = Models.backbone(network);
    file = Pictures.draw("jpeg", size, 4);
    bareDecode = new BareDecode("jpeg");
    int height = backbone.preprocessing().getHeight();
    int width = backbone.preprocessing().getWidth();
    bareNetwork = new BareNetwork(backbone.onnx(), backbone.network("network"), 1, height, width);
    Forest forest = Forest.grow(Models.imageTreeSlots(), trees, 0);
    forest.booster().dispose();
    byte[] amulet = Models.image(backbone, forest.linked());
    scorer =
        Scorer.open(
            Artifact.open(ByteBuffer.wrap(amulet), "image"), ScorerOptions.builder().build());
    session = scorer.newSession();
    row = scorer.newRow();
    prediction = session.newPrediction();
    photo = scorer.schema().indexOf(Models.IMAGE_COLUMN);
  }

  @TearDown(Level.Trial)
  public void close() throws OrtException {
    session.close();
    scorer.close();
    bareNetwork.close();
    bareDecode.dispose();
  }

  @Benchmark
  public float floor() throws IOException, OrtException {
    int pixel = bareDecode.read(file).getRaster().getSample(0, 0, 0);
    bareNetwork.run();
    return bareNetwork.output().get(0) + pixel;
  }

  @Benchmark
  public double session() {
    session.score(fill(row), prediction);
    return prediction.value();
  }

  @Benchmark
  public double scorer() {
    return scorer.score(fill(scorer.newRow())).value();
  }

  private Row fill(Row empty) {
    for (int i = 0; i < Models.COLUMNS_BESIDE_IMAGE; i++) {
      empty.set(i, 0.1 * i);
    }
    return empty.setImage(photo, file);
  }
}
