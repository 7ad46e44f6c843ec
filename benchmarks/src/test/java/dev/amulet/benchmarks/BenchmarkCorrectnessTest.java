package dev.amulet.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
}
