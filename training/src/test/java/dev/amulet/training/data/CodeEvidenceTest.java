package dev.amulet.training.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodeEvidenceTest {
  @ParameterizedTest
  @ValueSource(strings = {"zipcode", "Zip", "ship_zip", "postal.code", "storeId", "PLZ", "shop id"})
  void aNameSaysThatIntegersAreCodes(String name) {
    assertThat(of(name, i -> "" + (1067 + 991 * (i % 12)))).isEqualTo(CodeEvidence.CLEAR);
    assertThat(of(name, i -> "" + (i % 5))).as("of one digit").isEqualTo(CodeEvidence.CLEAR);
  }

  @ParameterizedTest
  @ValueSource(strings = {"paid", "encoder", "decode_ms", "width", "grid", "zippers"})
  void aPartOfAWordSaysNothing(String name) {
    assertThat(of(name, i -> "" + (i % 5))).isEqualTo(CodeEvidence.NONE);
  }

  @Test
  void numbersStayNumbersWhateverTheirName() {
    assertThat(of("zip", i -> "" + i)).as("all different").isEqualTo(CodeEvidence.NONE);
    assertThat(of("zip", i -> i % 7 + ".5")).as("fractions").isEqualTo(CodeEvidence.NONE);
    assertThat(of("zip", i -> "" + (i % 7 - 3))).as("with a sign").isEqualTo(CodeEvidence.NONE);
    assertThat(of("code", i -> "" + i % 2)).as("a flag").isEqualTo(CodeEvidence.NONE);
  }

  @Test
  void integersOfOneLengthMayBeCodes() {
    assertThat(of("area", i -> "" + (90_211 + 37 * (i % 9)))).isEqualTo(CodeEvidence.POSSIBLE);
  }

  @Test
  void yearsDatesCountsAndAmountsAreNone() {
    assertThat(of("year", i -> "" + (1990 + i % 9))).isEqualTo(CodeEvidence.NONE);
    assertThat(of("day", i -> "" + (20_240_101 + i % 9))).isEqualTo(CodeEvidence.NONE);
    assertThat(of("month", i -> "" + (202_401 + i % 9))).isEqualTo(CodeEvidence.NONE);
    assertThat(of("rooms", i -> "" + i % 6)).isEqualTo(CodeEvidence.NONE);
    assertThat(of("salary", i -> 30 + i % 9 + "500")).isEqualTo(CodeEvidence.NONE);
    assertThat(of("metres", i -> "" + (9_995 + i % 9))).isEqualTo(CodeEvidence.NONE);
  }

  private static CodeEvidence of(String name, IntFunction<String> cell) {
    List<List<String>> rows = IntStream.range(0, 60).mapToObj(i -> List.of(cell.apply(i))).toList();
    Dataset dataset = Dataset.of("t", Path.of("."), List.of(name), rows);
    return CodeEvidence.of(ColumnCells.of(dataset, name));
  }
}
