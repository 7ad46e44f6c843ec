package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.amulet.format.v1.LinearModel;
import dev.amulet.training.linear.TrainedLinear;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AveragedHeadTest {
  private static final int COLUMNS = 2;
  private static final int OUTPUTS = 3;

  @Test
  void itSaysTheMeanOfWhatTheHeadsSay() {
    Random random = new Random(4);
    // Embeddings of three and of two numbers, by two columns of pictures.
    LinearModel first = head(random, 3 * COLUMNS);
    LinearModel second = head(random, 2 * COLUMNS);
    float[] a = numbers(random, 3 * COLUMNS);
    float[] b = numbers(random, 2 * COLUMNS);
    a[1] = Float.NaN;
    float[] both = {a[0], a[1], a[2], b[0], b[1], a[3], a[4], a[5], b[2], b[3]};

    double[] mean = margins(AveragedHead.of(List.of(first, second), COLUMNS), both);

    double[] ofFirst = margins(first, a);
    double[] ofSecond = margins(second, b);
    for (int k = 0; k < OUTPUTS; k++) {
      assertThat(mean[k]).isCloseTo((ofFirst[k] + ofSecond[k]) / 2, within(1e-6));
    }
  }

  @Test
  void oneHeadStaysAsItIs() {
    LinearModel head = head(new Random(1), 4);
    assertThat(AveragedHead.of(List.of(head), COLUMNS)).isSameAs(head);
  }

  private static double[] margins(LinearModel head, float[] slots) {
    double[] margins = new double[OUTPUTS];
    TrainedLinear.of(head).margins(slots, 0, margins);
    return margins;
  }

  private static LinearModel head(Random random, int inputs) {
    LinearModel.Builder head = LinearModel.newBuilder().setInputs(inputs).setOutputs(OUTPUTS);
    for (float centre : numbers(random, inputs)) {
      head.addCentre(centre).addFill(centre);
    }
    for (float weight : numbers(random, inputs * OUTPUTS)) {
      head.addWeights(weight);
    }
    for (int k = 0; k < OUTPUTS; k++) {
      head.addBias(random.nextGaussian());
    }
    return head.build();
  }

  private static float[] numbers(Random random, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }
}
