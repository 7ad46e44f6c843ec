package dev.amulet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LatenciesTest {
  @Test
  void aQuantileIsTheFirstTimeThatSoManyCallsKeptTo() {
    Latencies times = new Latencies();
    for (int i = 2_000; i > 0; i--) {
      times.add(i * 1_000_000L);
    }
    assertThat(times.count()).isEqualTo(2_000);
    assertThat(times.ms(0.5)).isEqualTo(1_000);
    assertThat(times.ms(0.99)).isEqualTo(1_980);
    assertThat(times.ms(0.9999)).isEqualTo(2_000);
    assertThat(times.ms(1)).isEqualTo(2_000);
    times.add(1);
    assertThat(times.ms(1e-9)).isEqualTo(1e-6);
  }

  @Test
  void nothingMeasuredHasNoQuantiles() {
    assertThatThrownBy(() -> new Latencies().ms(0.5)).isInstanceOf(IllegalStateException.class);
  }
}
