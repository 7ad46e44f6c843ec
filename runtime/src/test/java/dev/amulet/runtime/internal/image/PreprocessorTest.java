package dev.amulet.runtime.internal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.format.v1.ChannelOrder;
import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.format.v1.Interpolation;
import dev.amulet.format.v1.Resize;
import dev.amulet.runtime.Garbage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PreprocessorTest {

  static Stream<JsonNode> cases() {
    JsonNode all = Golden.read("resize.json").get("preprocess").get("cases");
    return StreamSupport.stream(all.spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shorterSideAndCentreCropEqualTimm(JsonNode golden) {
    int size = golden.get("size").asInt();
    ImagePreprocessing.Builder spec =
        squash(size, size)
            .setResize(Resize.SHORTER_SIDE_CROP)
            .setShorterSide((int) Math.floor(size / golden.get("crop_pct").asDouble()))
            .setInterpolation(
                Interpolation.valueOf(golden.get("filter").asText().toUpperCase(Locale.ROOT)))
            .clearMean()
            .clearStd();
    golden.get("mean").forEach(m -> spec.addMean((float) m.asDouble()));
    golden.get("std").forEach(s -> spec.addStd((float) s.asDouble()));
    Pixels source =
        Golden.source(
            golden.get("src").asText(), golden.get("w").asInt(), golden.get("h").asInt(), 3);
    int offset = 5;
    float[] actual = apply(spec.build(), source, false, offset);

    double sum = 0;
    for (float value : actual) {
      sum += value;
    }
    Offset<Float> close = Offset.offset(1e-6f);
    assertThat(actual).hasSize(3 * size * size);
    assertThat(sum).isCloseTo(golden.get("sum").asDouble(), Offset.offset(1e-2));
    for (int i = 0; i < 8; i++) {
      assertThat(actual[i]).isCloseTo((float) golden.get("first8").get(i).asDouble(), close);
    }
    for (int i = 0; i < 4; i++) {
      assertThat(actual[actual.length - 4 + i])
          .isCloseTo((float) golden.get("last4").get(i).asDouble(), close);
    }
    for (int c = 0; c < 3; c++) {
      assertThat(actual[c * size * size + size / 2 * size + size / 2])
          .isCloseTo((float) golden.get("center").get(c).asDouble(), close);
    }
  }

  @Test
  void mirroringSwapsLeftAndRight() {
    Pixels source = Golden.source("noise", 53, 37, 3);
    ImagePreprocessing spec = squash(16, 12).build();
    float[] upright = apply(spec, source, false, 0);
    float[] mirrored = apply(spec, source, true, 0);
    for (int row = 0; row < 3 * 12; row++) {
      for (int x = 0; x < 16; x++) {
        assertThat(mirrored[row * 16 + x]).isEqualTo(upright[row * 16 + 15 - x]);
      }
    }
  }

  @Test
  void bgrSwapsTheFirstAndLastPlaneAndKeepsTheirMeans() {
    Pixels source = new Pixels(1, 1, new byte[] {10, 20, 30});
    ImagePreprocessing spec =
        squash(1, 1)
            .setChannelOrder(ChannelOrder.BGR)
            .setDivisor(1)
            .clearMean()
            .addMean(1)
            .addMean(2)
            .addMean(3)
            .clearStd()
            .addStd(1)
            .addStd(1)
            .addStd(1)
            .build();
    assertThat(apply(spec, source, false, 0)).containsExactly(29, 18, 7);
  }

  @Test
  void paddingKeepsTheWholePictureInTheMiddle() {
    Pixels source = new Pixels(4, 2, new byte[4 * 2 * 3]);
    ImagePreprocessing spec =
        squash(8, 8)
            .setResize(Resize.PAD)
            .setPadRgb(0x0A141E)
            .setDivisor(1)
            .clearMean()
            .addMean(0)
            .addMean(0)
            .addMean(0)
            .clearStd()
            .addStd(1)
            .addStd(1)
            .addStd(1)
            .build();
    float[] actual = apply(spec, source, false, 0);
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < 8; y++) {
        float expected = y < 2 || y >= 6 ? 10 * (c + 1) : 0;
        for (int x = 0; x < 8; x++) {
          assertThat(actual[(c * 8 + y) * 8 + x]).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void aVeryLongPictureCostsNoMoreThanItsCrop() {
    Pixels source = new Pixels(16_384, 1, new byte[3 * 16_384]);
    ImagePreprocessing spec =
        squash(224, 224).setResize(Resize.SHORTER_SIDE_CROP).setShorterSide(256).build();
    assertThat(apply(spec, source, false, 0)).containsOnly(-1f);
    Pixels upright = new Pixels(1, 16_384, new byte[3 * 16_384]);
    assertThat(apply(spec, upright, false, 0)).containsOnly(-1f);
    ImagePreprocessing padded = squash(224, 224).setResize(Resize.PAD).build();
    assertThat(apply(padded, source, false, 0)).containsOnly(-1f);
  }

  @Test
  void afterTheFirstPictureOfASizeNothingGrowsWithIt() {
    Preprocessor preprocessor = new Preprocessor(squash(224, 224).build());
    FloatBuffer tensor = ByteBuffer.allocateDirect(4 * preprocessor.size()).asFloatBuffer();
    Pixels source = new Pixels(640, 480, new byte[3 * 640 * 480]);
    Garbage.assertLessThan(1024, 1, i -> preprocessor.apply(source, true, tensor, 0));
  }

  @Test
  void aCropLargerThanTheResizedPictureIsRefused() {
    ImagePreprocessing spec =
        squash(224, 224).setResize(Resize.SHORTER_SIDE_CROP).setShorterSide(200).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Preprocessor(spec))
        .withMessageContaining("found 200");
  }

  /** Values from -1 to 1. */
  static ImagePreprocessing.Builder squash(int width, int height) {
    return ImagePreprocessing.newBuilder()
        .setResize(Resize.SQUASH)
        .setInterpolation(Interpolation.BILINEAR)
        .setWidth(width)
        .setHeight(height)
        .setChannelOrder(ChannelOrder.RGB)
        .setDivisor(255)
        .addMean(0.5f)
        .addMean(0.5f)
        .addMean(0.5f)
        .addStd(0.5f)
        .addStd(0.5f)
        .addStd(0.5f);
  }

  private static float[] apply(
      ImagePreprocessing spec, Pixels source, boolean mirrored, int offset) {
    Preprocessor preprocessor = new Preprocessor(spec);
    FloatBuffer tensor =
        ByteBuffer.allocateDirect((offset + preprocessor.size()) * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    preprocessor.apply(source, mirrored, tensor, offset);
    float[] values = new float[preprocessor.size()];
    tensor.get(offset, values);
    return values;
  }
}
