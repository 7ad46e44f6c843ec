package dev.amulet.benchmarks;

import ai.onnxruntime.OrtException;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Network;
import dev.amulet.runtime.Device;
import dev.amulet.runtime.internal.onnx.Binding;
import dev.amulet.runtime.internal.onnx.OnnxNetwork;
import dev.amulet.training.vision.Backbone;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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
 * A tensor to its embedding.
 *
 * <p>Reference point: {@link #floor} is ONNX Runtime by itself with pinned tensors and the same
 * session options, so that the distance is what the runtime's binding adds: counting uses, so that
 * closing is safe, and checking what came back.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 3,
    jvmArgs = {"-Xms1g", "-Xmx1g"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class NetworkBenchmark {
  /** The built-in network, or a file of ../shared/weights; one that is not there is left out. */
  @Param({"random64", "mobilenet_edgetpu"})
  public String network = "random64";

  @Param({"1", "8"})
  public int batch = 1;

  private BareNetwork bare;
  private OnnxNetwork opened;
  private Binding binding;

  @Setup(Level.Trial)
  public void open() throws ArtifactException, OrtException {
    Backbone backbone = Models.backbone(network);
    byte[] onnx = backbone.onnx();
    Network spec = backbone.network("network");
    int height = backbone.preprocessing().getHeight();
    int width = backbone.preprocessing().getWidth();
    bare = new BareNetwork(onnx, spec, batch, height, width);
    opened = OnnxNetwork.open(ByteBuffer.wrap(onnx), spec, 1, Device.CPU);
    binding = opened.newBinding(batch, height, width);
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < bare.input().capacity(); i++) {
      float value = (float) (2 * random.nextDouble() - 1);
      bare.input().put(i, value);
      binding.input().put(i, value);
    }
  }

  @TearDown(Level.Trial)
  public void close() throws OrtException {
    binding.close();
    opened.close();
    bare.close();
  }

  @Benchmark
  public float floor() throws OrtException {
    bare.run();
    return bare.output().get(0);
  }

  @Benchmark
  public float binding() {
    binding.run(batch);
    return binding.output(Backbone.EMBEDDING).get(0);
  }
}
