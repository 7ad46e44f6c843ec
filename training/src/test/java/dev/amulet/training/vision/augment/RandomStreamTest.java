package dev.amulet.training.vision.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RandomStreamTest {
  @Test
  void sameKeysSameNumbersOtherKeysOthers() {
    assertThat(RandomStream.of(1, 2, 3).bits()).isEqualTo(RandomStream.of(1, 2, 3).bits());
    assertThat(
            IntStream.range(0, 1000)
                .mapToLong(i -> RandomStream.of(i % 10, i / 10 % 10, i / 100).bits())
                .distinct()
                .count())
        .isEqualTo(1000);
    assertThat(RandomStream.of(0, 1).bits()).isNotEqualTo(RandomStream.of(1, 0).bits());
  }

  @Test
  void numbersFillTheirRangesEvenly() {
    RandomStream random = RandomStream.of(4);
    int[] counts = new int[7];
    for (int i = 0; i < 70_000; i++) {
      counts[random.below(7)]++;
    }
    assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(9_500);
    double[] uniform = IntStream.range(0, 50_000).mapToDouble(i -> random.uniform(2, 4)).toArray();
    assertThat(Arrays.stream(uniform).average().orElseThrow()).isCloseTo(3, Offset.offset(0.02));
    assertThat(Arrays.stream(uniform).min().orElseThrow()).isGreaterThanOrEqualTo(2);
    assertThat(Arrays.stream(uniform).max().orElseThrow()).isLessThan(4);
  }

  @Test
  void theBellHasMeanZeroAndDeviationOne() {
    RandomStream random = RandomStream.of(4);
    double[] bell = IntStream.range(0, 50_000).mapToDouble(i -> random.bell()).toArray();
    assertThat(Arrays.stream(bell).average().orElseThrow()).isCloseTo(0, Offset.offset(0.02));
    assertThat(Arrays.stream(bell).map(b -> b * b).average().orElseThrow())
        .isCloseTo(1, Offset.offset(0.03));
  }
}
