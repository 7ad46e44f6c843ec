package dev.amulet.training.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RatioSplitTest {
  private static final int[] SINGLE = IntStream.range(0, 400).toArray();

  private static long count(boolean[] first) {
    return IntStream.range(0, first.length).filter(i -> first[i]).count();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.75, 0.9})
  void theRatioIsMetInAllAndInEveryStratum(double ratio) {
    int[] strata = Arrays.stream(SINGLE).map(i -> i % 20 == 0 ? 1 : 0).toArray();
    boolean[] first = RatioSplit.deal(SINGLE, strata, ratio, 1);
    assertThat((double) count(first)).isBetween(400 * ratio - 1, 400 * ratio + 1);
    long rare = IntStream.range(0, 400).filter(i -> strata[i] == 1 && first[i]).count();
    assertThat((double) rare).isBetween(20 * ratio - 1, 20 * ratio + 1);
  }

  @Test
  void bundlesStayWholeAndTheSeedDecides() {
    int[] bundles = Arrays.stream(SINGLE).map(i -> i / 3 * 3).toArray();
    boolean[] first = RatioSplit.deal(bundles, new int[400], 0.75, 1);
    for (int i = 0; i < 400; i++) {
      assertThat(first[i]).isEqualTo(first[bundles[i]]);
    }
    assertThat(count(first)).isBetween(297L, 303L);
    assertThat(RatioSplit.deal(bundles, new int[400], 0.75, 1)).isEqualTo(first);
    assertThat(RatioSplit.deal(bundles, new int[400], 0.75, 2)).isNotEqualTo(first);
  }
}
