package dev.amulet.runtime.internal.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.amulet.runtime.Device;
import org.junit.jupiter.api.Test;

class OnnxDevicesTest {
  @Test
  void theProbeLoadsWhereNetworksDo() throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      OnnxDevices.add(options, Device.CPU);
      try (OrtSession session = OnnxEnvironment.get().createSession(OnnxDevices.PROBE, options)) {
        assertThat(session.getInputNames()).containsExactly("x");
        assertThat(session.getOutputNames()).containsExactly("y");
      }
    }
  }

  @Test
  void theCpuIsAlwaysThere() {
    assertThat(OnnxDevices.resolve(Device.CPU)).isEqualTo(Device.CPU);
  }
}
