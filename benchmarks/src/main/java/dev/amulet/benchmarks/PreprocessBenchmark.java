package dev.amulet.benchmarks;

import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.format.v1.Interpolation;
import dev.amulet.format.v1.Resize;
import dev.amulet.runtime.ImagePolicy;
import dev.amulet.runtime.internal.image.ImageDecoder;
import dev.amulet.runtime.internal.image.ImageException;
import dev.amulet.runtime.internal.image.Pixels;
import dev.amulet.runtime.internal.image.Preprocessor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Pixels to the tensor of a network that reads 224 x 224: resized as Pillow does, normalised.
 *
 * <p>Reference point: {@link #floor} copies the picture's bytes and as many floats as the tensor
 * has, the memory traffic that any way of doing it needs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 3,
    jvmArgs = {"-Xms1g", "-Xmx1g"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PreprocessBenchmark {
  private static final int SIDE = 224;

  @Param({"640x480", "1600x1200"})
  public String size = "640x480";

  @Param({"SQUASH", "SHORTER_SIDE_CROP"})
  public Resize resize = Resize.SQUASH;

  private Pixels picture;
  private Preprocessor preprocessor;
  private FloatBuffer tensor;
  private byte[] bytes;
  private float[] floats;

  @Setup(Level.Trial)
  public void draw() throws ImageException {
    ImagePreprocessing spec =
        ImagePreprocessing.newBuilder()
            .setResize(resize)
            .setShorterSide(256)
            .setInterpolation(Interpolation.BILINEAR)
            .setWidth(SIDE)
            .setHeight(SIDE)
            .setDivisor(255)
            .addAllMean(List.of(0.485f, 0.456f, 0.406f))
            .addAllStd(List.of(0.229f, 0.224f, 0.225f))
            .build();
    byte[] file = Pictures.draw("png", size, 2);
    picture = new ImageDecoder(ImagePolicy.defaults()).decode(file, spec);
    preprocessor = new Preprocessor(spec);
    tensor =
        ByteBuffer.allocateDirect(3 * SIDE * SIDE * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    bytes = new byte[picture.rgb().length];
    floats = new float[3 * SIDE * SIDE];
  }

  @Benchmark
  public byte[] floor() {
    System.arraycopy(picture.rgb(), 0, bytes, 0, bytes.length);
    tensor.put(0, floats);
    return bytes;
  }

  @Benchmark
  public FloatBuffer preprocess() {
    preprocessor.apply(picture, false, tensor, 0);
    return tensor;
  }
}
