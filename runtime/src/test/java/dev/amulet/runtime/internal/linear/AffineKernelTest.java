package dev.amulet.runtime.internal.linear;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AffineKernelTest {
  @Test
  void sumsHaveTheBitsOfANaiveLoop() {
    Random random = new Random(7);
    for (int round = 0; round < 100; round++) {
      int inputs = 1 + random.nextInt(40);
      int outputs = 1 + random.nextInt(5);
      List<Float> fill = floats(random, inputs);
      List<Float> centre = floats(random, inputs);
      List<Float> weights = floats(random, inputs * outputs);
      List<Double> bias = random.doubles(outputs, -1, 1).boxed().toList();
      AffineKernel kernel = new AffineKernel(inputs, outputs, fill, centre, weights, bias);
      float[] slots = new float[inputs + 3];
      for (int i = 0; i < slots.length; i++) {
        slots[i] = random.nextInt(4) == 0 ? Float.NaN : (float) random.nextGaussian();
      }
      double[] out = new double[outputs];
      kernel.start(out);
      int cut = random.nextInt(inputs + 1);
      kernel.add(slots, 3, 0, cut, out);
      kernel.add(slots, 3 + cut, cut, inputs - cut, out);
      for (int k = 0; k < outputs; k++) {
        double expected = bias.get(k);
        for (int i = 0; i < inputs; i++) {
          double x = Float.isNaN(slots[3 + i]) ? fill.get(i) : slots[3 + i];
          expected += weights.get(k * inputs + i) * (x - centre.get(i));
        }
        assertThat(out[k]).isEqualTo(expected);
      }
    }
  }

  @Test
  void aMissingSlotTakesItsFill() {
    AffineKernel kernel =
        new AffineKernel(1, 1, List.of(3f), List.of(1f), List.of(2f), List.of(0.5));
    double[] out = new double[1];
    kernel.start(out);
    kernel.add(new float[] {Float.NaN}, 0, 0, 1, out);
    assertThat(out).containsExactly(2 * (3 - 1) + 0.5);
  }

  @Test
  void withoutBiasSumsStartAtZero() {
    AffineKernel kernel =
        new AffineKernel(1, 2, List.of(0f), List.of(0f), List.of(2f, -2f), List.of());
    double[] out = {9, 9, 9};
    kernel.start(out);
    assertThat(out).containsExactly(0, 0, 9);
    kernel.add(new float[] {1.5f}, 0, 0, 1, out);
    assertThat(out).containsExactly(3, -3, 9);
    assertThat(kernel.bias(1)).isZero();
  }

  private static List<Float> floats(Random random, int count) {
    List<Float> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add((float) random.nextGaussian());
    }
    return values;
  }
}
