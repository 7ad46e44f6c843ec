package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.runtime.internal.transform.Cells;
import java.util.List;
import org.junit.jupiter.api.Test;

class NumberLevelsTest {
  private final NumberLevels zipCodes = NumberLevels.of(List.of("85255", "7.0", "1.5", "none"));

  @Test
  void aWholeNumberIsTheSameWithAndWithoutItsFraction() {
    assertThat(zipCodes.level("85255.0")).isZero();
    assertThat(zipCodes.level(85255)).isZero();
    assertThat(zipCodes.level("7")).isEqualTo(1);
    assertThat(zipCodes.level(7)).isEqualTo(1);
    assertThat(zipCodes.level(1.5)).isEqualTo(2);
  }

  @Test
  void otherWaysToWriteANumberAreOtherLevels() {
    for (String text : List.of("085255", "85255.00", "8.5255e4", "+85255", "85256.0", "", ".0")) {
      assertThat(zipCodes.level(text)).as(text).isEqualTo(Cells.UNSEEN_LEVEL);
    }
  }

  @Test
  void whereTrainingSawBothTheNumberIsTheOneWithoutFraction() {
    NumberLevels both = NumberLevels.of(List.of("7.0", "7"));
    assertThat(both.level(7)).isEqualTo(1);
    assertThat(NumberLevels.of(List.of("7", "7.0")).level(7)).isZero();
  }
}
