package dev.amulet.benchmarks;

import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.format.v1.Orientation;
import dev.amulet.runtime.ImagePolicy;
import dev.amulet.runtime.internal.image.ImageDecoder;
import dev.amulet.runtime.internal.image.ImageException;
import dev.amulet.runtime.internal.image.Pixels;
import java.awt.image.BufferedImage;
import java.io.IOException;
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
 * An encoded picture to RGB.
 *
 * <p>Reference point: {@link #floor} is the JDK's own reader with nothing around it; it applies
 * colour profiles, checks no limit and gives a {@link BufferedImage}. {@link #decode} is what the
 * runtime does: limits first, then pixels as Pillow gives them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 3,
    jvmArgs = {"-Xms1g", "-Xmx1g"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecodeBenchmark {
  private static final ImagePreprocessing UPRIGHT =
      ImagePreprocessing.newBuilder().setOrientation(Orientation.EXIF).build();

  @Param({"jpeg", "png"})
  public String format = "jpeg";

  @Param({"640x480", "1600x1200"})
  public String size = "640x480";

  private byte[] file;
  private BareDecode bare;
  private ImageDecoder decoder;

  @Setup(Level.Trial)
  public void draw() {
    file = Pictures.draw(format, size, 1);
    bare = new BareDecode(format);
    decoder = new ImageDecoder(ImagePolicy.defaults());
  }

  @TearDown(Level.Trial)
  public void dispose() {
    bare.dispose();
  }

  @Benchmark
  public BufferedImage floor() throws IOException {
    return bare.read(file);
  }

  @Benchmark
  public Pixels decode() throws ImageException {
    return decoder.decode(file, UPRIGHT);
  }
}
