package dev.amulet.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.amulet.format.v1.Resize;
import dev.amulet.runtime.internal.image.Pixels;
import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs every benchmark body once: a fast wrong answer is no figure. */
class BenchmarkCorrectnessTest {
  @Test
  void everyWayThroughTheTreesGivesTheSameBits() throws Exception {
    TreeBenchmark benchmark = trees(0.05);
    try {
      float expected = benchmark.objects();
      assertThat(expected).isNotEqualTo(0.5f);
      benchmark.rewind();
      assertThat(benchmark.kernel()).isEqualTo(expected);
      benchmark.rewind();
      assertThat(benchmark.xgboost()).isEqualTo(expected);
      benchmark.rewind();
      assertThat(benchmark.xgboostInPlace()).isEqualTo(expected);
    } finally {
      benchmark.dispose();
    }
  }

  @Test
  void theFloorWalksTheSameTreesWhereNothingIsMissing() throws Exception {
    TreeBenchmark benchmark = trees(0);
    try {
      float expected = benchmark.kernel();
      benchmark.rewind();
      assertThat(benchmark.floor()).isEqualTo(expected);
    } finally {
      benchmark.dispose();
    }
  }

  private static TreeBenchmark trees(double missingShare) throws Exception {
    TreeBenchmark benchmark = new TreeBenchmark();
    benchmark.trees = 20;
    benchmark.missingShare = missingShare;
    benchmark.train();
    return benchmark;
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpeg", "png"})
  void bothDecodersSeeThePicture(String format) throws Exception {
    DecodeBenchmark benchmark = new DecodeBenchmark();
    benchmark.format = format;
    benchmark.size = "64x48";
    benchmark.draw();
    try {
      BufferedImage expected = benchmark.floor();
      Pixels found = benchmark.decode();
      assertThat(new int[] {found.width(), found.height()}).containsExactly(64, 48);
      for (int i = 0; i < found.rgb().length; i++) {
        int pixel = expected.getRGB(i / 3 % 64, i / 3 / 64);
        int sample = pixel >> (16 - 8 * (i % 3)) & 0xFF;
        assertThat(found.rgb()[i] & 0xFF).isCloseTo(sample, within(2));
      }
    } finally {
      benchmark.dispose();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SQUASH", "SHORTER_SIDE_CROP"})
  void preprocessingFillsTheTensorThatTheFloorOverwrites(Resize resize) throws Exception {
    PreprocessBenchmark benchmark = new PreprocessBenchmark();
    benchmark.size = "64x48";
    benchmark.resize = resize;
    benchmark.draw();
    FloatBuffer tensor = benchmark.preprocess();
    double squares = 0;
    for (int i = 0; i < tensor.capacity(); i++) {
      assertThat(tensor.get(i)).isBetween(-2.2f, 2.7f);
      squares += tensor.get(i) * tensor.get(i);
    }
    assertThat(squares / tensor.capacity()).isGreaterThan(0.1);
    assertThat(benchmark.floor()).isNotEqualTo(new byte[64 * 48 * 3]);
    assertThat(tensor.get(0)).isZero();
  }

  @Test
  void bothWaysThroughTheNetworkGiveTheSameBits() throws Exception {
    NetworkBenchmark benchmark = new NetworkBenchmark();
    benchmark.batch = 2;
    benchmark.open();
    try {
      assertThat(benchmark.binding()).isEqualTo(benchmark.floor()).isNotZero();
    } finally {
      benchmark.close();
    }
  }

  @Test
  void aWholeImageRowScoresTheSameWithASessionAndWithoutOne() throws Exception {
    ImageRowBenchmark benchmark = new ImageRowBenchmark();
    benchmark.size = "64x48";
    benchmark.trees = 20;
    benchmark.open();
    try {
      assertThat(benchmark.session()).isEqualTo(benchmark.scorer()).isNotEqualTo(0.5);
      assertThat(benchmark.floor()).isNotZero().isFinite();
    } finally {
      benchmark.close();
    }
  }

  @Test
  void aWholeTableRowScoresAsXgboostDoes() throws Exception {
    TableRowBenchmark benchmark = new TableRowBenchmark();
    benchmark.trees = 20;
    benchmark.open();
    try {
      double expected = benchmark.xgboost();
      assertThat(expected).isNotEqualTo(0.5);
      benchmark.rewind();
      assertThat(benchmark.session()).isEqualTo(expected);
      benchmark.rewind();
      assertThat(benchmark.scorer()).isEqualTo(expected);
      benchmark.rewind();
      assertThat(benchmark.text()).isEqualTo(expected);
    } finally {
      benchmark.close();
    }
  }

  @Test
  void theFloorOfATableRowWalksTheSameTreesWhereNothingIsMissing() throws Exception {
    TableRowBenchmark benchmark = new TableRowBenchmark();
    benchmark.trees = 20;
    benchmark.missingShare = 0;
    benchmark.open();
    try {
      double expected = benchmark.session();
      benchmark.rewind();
      assertThat((double) benchmark.floor()).isEqualTo(expected);
    } finally {
      benchmark.close();
    }
  }

  @Test
  void anAmuletOpensAndScores() throws Exception {
    OpenBenchmark benchmark = new OpenBenchmark();
    benchmark.write();
    try {
      assertThat(benchmark.openAndScore()).isFinite().isNotEqualTo(0.5);
      assertThat(benchmark.floor()).isFinite().isNotZero();
    } finally {
      benchmark.delete();
    }
  }
}
