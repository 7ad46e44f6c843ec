package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BudgetTest {
  @Test
  void theSearchLeavesATenthOfTheTimeForTheReport() {
    Budget budget = new Budget(100);
    assertThat(budget.leftSeconds() - budget.searchSecondsLeft()).isCloseTo(600, within(5.0));
  }

  @Test
  void nothingIsLeftOfARunThatIsToStop() {
    Budget budget = new Budget(100);
    budget.stop();
    assertThat(budget.leftSeconds()).isZero();
    assertThat(budget.searchSecondsLeft()).isZero();
  }
}
