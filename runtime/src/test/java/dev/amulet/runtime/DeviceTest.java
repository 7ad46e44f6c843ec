package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {
  @ParameterizedTest
  @CsvSource({
    "auto, AUTO, 0",
    "cpu, CPU, 0",
    "cuda, CUDA, 0",
    "cuda:0, CUDA, 0",
    "cuda:3, CUDA, 3"
  })
  void textNamesADevice(String text, Device.Kind kind, int index) {
    assertThat(Device.parse(text)).isEqualTo(new Device(kind, index));
    assertThat(Device.parse(Device.parse(text).toString())).isEqualTo(Device.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "CPU", "cuda:", "cuda:-1", "cuda:99999", "cpu:0", " cpu"})
  void otherTextDoesNot(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Device.parse(text))
        .withMessageContaining("none of auto, cpu, cuda");
  }

  @Test
  void onlyGpusAreCounted() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Device(Device.Kind.CPU, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Device.cuda(-1));
  }

  @Test
  void withoutAGpuAutoIsTheCpuAndCudaDoesNotOpen() throws ArtifactException {
    assumeFalse(
        OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA),
        "this ONNX Runtime can use a GPU");
    AmuletBuilder amulet = GoldenAmulet.of(Task.BINARY);
    try (Scorer scorer = amulet.open()) {
      assertThat(scorer.device()).isEqualTo(Device.CPU);
    }
    for (ScorerOptions.NetworkLoading loading : ScorerOptions.NetworkLoading.values()) {
      ScorerOptions options =
          ScorerOptions.builder().device(Device.cuda(1)).networkLoading(loading).build();
      assertThatIllegalStateException()
          .isThrownBy(() -> amulet.open(options))
          .withMessageContaining("device cuda:1 cannot be used")
          .withMessageContaining("onnxruntime_gpu");
    }
  }
}
