package dev.amulet.benchmarks;

import ai.onnxruntime.OrtException;
import dev.amulet.format.ArtifactException;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.Scorer;
import dev.amulet.training.vision.Backbone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * From a file to the first score, in a virtual machine that has scored nothing before: one shot
 * each, classes and native libraries loaded on the way.
 *
 * <p>Reference point: {@link #floor} loads the network from bytes into ONNX Runtime, decodes the
 * picture with the JDK's reader and runs the network, and checks no digest.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 7,
    jvmArgs = {"-Xms1g", "-Xmx1g"})
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class OpenBenchmark {
  /** The built-in network, or a file of ../shared/weights; one that is not there is left out. */
  @Param({"random64", "mobilenet_edgetpu"})
  public String network = "random64";

  private Backbone backbone;
  private byte[] onnx;
  private byte[] picture;
  private Path amulet;

  @Setup(Level.Trial)
  public void write() throws ArtifactException, IOException, XGBoostError {
    backbone = Models.backbone(network);
    onnx = backbone.onnx();
    Forest forest = Forest.grow(Models.imageTreeSlots(), 200, 0);
    forest.booster().dispose();
    amulet = Files.createTempFile("open", ".amulet");
    Files.write(amulet, Models.image(backbone, forest.linked()));
    picture = Pictures.draw("jpeg", "640x480", 6);
  }

  @TearDown(Level.Trial)
  public void delete() throws IOException {
    Files.delete(amulet);
  }

  @Benchmark
  public float floor() throws IOException, OrtException {
    int height = backbone.preprocessing().getHeight();
    int width = backbone.preprocessing().getWidth();
    try (BareNetwork bare = new BareNetwork(onnx, backbone.network("network"), 1, height, width)) {
      BareDecode decode = new BareDecode("jpeg");
      int pixel = decode.read(picture).getRaster().getSample(0, 0, 0);
      decode.dispose();
      bare.run();
      return bare.output().get(0) + pixel;
    }
  }

  @Benchmark
  public double openAndScore() throws ArtifactException {
    try (Scorer scorer = Scorer.open(amulet)) {
      Row row = scorer.newRow().setImage(Models.IMAGE_COLUMN, picture);
      return scorer.score(row).value();
    }
  }
}
