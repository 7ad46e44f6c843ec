package dev.amulet.runtime.internal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.amulet.runtime.ImagePolicy;
import dev.amulet.runtime.PixelBudget;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Pictures wait until the pixels that their headers declare are free. */
class PixelBudgetTest {
  private static final int WIDE = 40;
  private static final int HIGH = 30;

  private static byte[] picture() throws Exception {
    return DrawnFiles.png(WIDE, HIGH, 8, 2, new byte[HIGH * (1 + WIDE * 3)]);
  }

  @Test
  void aPictureWaitsForThoseBeforeItAndThenDecodes() throws Exception {
    PixelBudget budget = new PixelBudget(WIDE * HIGH + 5);
    int others = budget.acquire(6);
    byte[] file = picture();
    FutureTask<Pixels> decoding =
        new FutureTask<>(
            () ->
                new ImageDecoder(ImagePolicy.defaults(), budget)
                    .decode(file, false, AlphaMode.DROP));
    Thread thread = new Thread(decoding, "decoder");
    thread.start();
    while (thread.getState() != Thread.State.WAITING) {
      assertThat(decoding.isDone()).isFalse();
      Thread.onSpinWait();
    }
    assertThat(budget.inFlight()).isEqualTo(6);
    budget.release(others);
    assertThat(decoding.get(60, TimeUnit.SECONDS).width()).isEqualTo(WIDE);
    assertThat(budget.inFlight()).isZero();
  }

  @Test
  void onePictureLargerThanTheBudgetIsDecodedAlone() throws Exception {
    PixelBudget budget = new PixelBudget(7);
    ImageDecoder decoder = new ImageDecoder(ImagePolicy.defaults(), budget);
    assertThat(decoder.decode(picture(), false, AlphaMode.DROP).height()).isEqualTo(HIGH);
    assertThat(budget.inFlight()).isZero();
  }

  @Test
  void whatCannotBeDecodedGivesBackWhatItTook() throws Exception {
    PixelBudget budget = new PixelBudget(10_000);
    ImageDecoder decoder = new ImageDecoder(ImagePolicy.defaults(), budget);
    byte[] cut = Arrays.copyOf(picture(), 50);
    assertThatThrownBy(() -> decoder.decode(cut, false, AlphaMode.DROP))
        .isInstanceOf(ImageException.class);
    assertThat(budget.inFlight()).isZero();
  }
}
