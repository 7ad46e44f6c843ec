package dev.amulet.runtime.internal.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.v1.Frequencies;
import dev.amulet.format.v1.NumericFunction;
import dev.amulet.format.v1.OneHotStage;
import dev.amulet.format.v1.TargetMeans;
import dev.amulet.format.v1.UnseenLevel;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TransformKernelTest {
  private static final float NAN = Float.NaN;

  @ParameterizedTest
  @CsvSource({
    "IDENTITY, -7.5, -7.5",
    "LOG, 0, 0",
    "LOG, 1.718281828459045, 1",
    "LOG, -1.718281828459045, -1",
    "LOG, 1e300, 690.7755",
    "SQRT, 9, 3",
    "SQRT, -9, -3",
    "SQRT, 1e300, 1e150"
  })
  void functionsKeepTheSign(NumericFunction function, double value, double expected) {
    float clamped = (float) Math.min(expected, Float.MAX_VALUE);
    assertThat(numeric(function, false, value)[1])
        .isCloseTo(clamped, Offset.offset(1e-6f * Math.abs(clamped)));
  }

  @ParameterizedTest
  @EnumSource(
      value = NumericFunction.class,
      names = {"IDENTITY", "LOG", "SQRT"})
  void aMissingNumberStaysMissingAndIsFlagged(NumericFunction function) {
    assertThat(numeric(function, true, Double.NaN)).containsExactly(-9, NAN, 1, -9);
    assertThat(numeric(function, false, Double.NaN)).containsExactly(-9, NAN, -9, -9);
    assertThat(numeric(function, true, 0)).containsExactly(-9, 0, 0, -9);
  }

  @ParameterizedTest
  @CsvSource({
    // Slots: levels 2 and 0, perhaps other, missing.
    "DEFAULT, 0, 0 1 0",
    "DEFAULT, 2, 1 0 0",
    "DEFAULT, 1, 0 0 0",
    "DEFAULT, -2, 0 0 0",
    "DEFAULT, -1, 0 0 1",
    "OTHER_SLOT, 0, 0 1 0 0",
    "OTHER_SLOT, 1, 0 0 1 0",
    "OTHER_SLOT, -2, 0 0 1 0",
    "OTHER_SLOT, -1, 0 0 0 1",
    "AS_MISSING, 2, 1 0 0",
    "AS_MISSING, 1, 0 0 1",
    "AS_MISSING, -2, 0 0 1",
    "AS_MISSING, -1, 0 0 1"
  })
  void levelsGoToTheirSlots(UnseenLevel unseen, int level, String expected) {
    assertThat(oneHot(unseen, true, level)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "DEFAULT, -1, 0 0",
    "OTHER_SLOT, -1, 0 0 0",
    "OTHER_SLOT, -2, 0 0 1",
    "AS_MISSING, -2, 0 0"
  })
  void withoutAMissingSlotNoSlotIsSet(UnseenLevel unseen, int level, String expected) {
    assertThat(oneHot(unseen, false, level)).isEqualTo(expected);
  }

  @Test
  void slotsOfAnEarlierRowAreOverwritten() {
    OneHotKernel kernel = new OneHotKernel(stage(UnseenLevel.OTHER_SLOT, true), 0, 3, 0);
    float[] slots = {1, 1, 1, 1};
    kernel.apply(TestCells.ofLevel(2), new TransformScratch(), slots);
    assertThat(slots).containsExactly(1, 0, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "DEFAULT, 0, 0.5",
    "DEFAULT, 1, 0.25",
    "DEFAULT, -2, 0.125",
    "DEFAULT, -1, NaN",
    "AS_MISSING, 1, 0.25",
    "AS_MISSING, -2, NaN",
    "AS_MISSING, -1, NaN"
  })
  void aLevelBecomesItsShare(UnseenLevel unseen, int level, float expected) {
    Frequencies table =
        Frequencies.newBuilder()
            .addAllShares(List.of(0.5f, 0.25f))
            .setUnseen(0.125f)
            .setMissing(NAN)
            .build();
    assertThat(levels(LevelTableKernel.of(table, unseen, 0, 1), level))
        .containsExactly(-9, expected, -9, -9);
  }

  @ParameterizedTest
  @CsvSource({
    "DEFAULT, 0, 1, 2",
    "DEFAULT, 1, 3, 4",
    "DEFAULT, -2, 5, 6",
    "DEFAULT, -1, 7, NaN",
    "AS_MISSING, -2, 7, NaN",
    "AS_MISSING, -1, 7, NaN"
  })
  void aLevelBecomesItsTargetMeans(UnseenLevel unseen, int level, float first, float second) {
    TargetMeans table =
        TargetMeans.newBuilder()
            .setOutputs(2)
            .addAllMeans(List.of(1f, 2f, 3f, 4f))
            .addAllUnseen(List.of(5f, 6f))
            .addAllMissing(List.of(7f, NAN))
            .build();
    assertThat(levels(LevelTableKernel.of(table, unseen, 0, 1), level))
        .containsExactly(-9, first, second, -9);
  }

  private static float[] levels(TransformKernel kernel, int level) {
    float[] slots = {-9, -9, -9, -9};
    kernel.apply(TestCells.ofLevel(level), new TransformScratch(), slots);
    return slots;
  }

  private static float[] numeric(NumericFunction function, boolean flag, double value) {
    float[] slots = {-9, -9, -9, -9};
    new NumericKernel(0, function, flag, 1)
        .apply(TestCells.ofNumber(value), new TransformScratch(), slots);
    return slots;
  }

  private static String oneHot(UnseenLevel unseen, boolean missingSlot, int level) {
    float[] slots = {9, 9, 9, 9, 9, 9};
    new OneHotKernel(stage(unseen, missingSlot), 0, 3, 1)
        .apply(TestCells.ofLevel(level), new TransformScratch(), slots);
    StringBuilder text = new StringBuilder();
    assertThat(slots[0]).isEqualTo(9);
    for (int i = 1; slots[i] != 9; i++) {
      text.append(i == 1 ? "" : " ").append((int) slots[i]);
    }
    return text.toString();
  }

  private static OneHotStage stage(UnseenLevel unseen, boolean missingSlot) {
    return OneHotStage.newBuilder()
        .addAllLevels(List.of(2, 0))
        .setUnseen(unseen)
        .setMissingSlot(missingSlot)
        .build();
  }
}
