package dev.amulet.runtime.internal.pipeline;

import dev.amulet.runtime.Device;
import dev.amulet.runtime.internal.onnx.OnnxNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * Names what an image becomes: everything the bits of a vector depend on goes into its key. That is
 * the network, its session options, the preprocessing, views and outputs ({@link
 * ImageInput#digest}), the image's bytes, and what computes: this library (its decoders and its
 * resampling), Java (its JPEG reader), ONNX Runtime, the kind of CPU (its kernels) and the device.
 * Batch size and threads change no bit.
 *
 * @param prefixes SHA-256 in hexadecimal of all of it but the image, one per image input
 */
record CacheKeys(List<String> prefixes) {
  static CacheKeys none() {
    return new CacheKeys(List.of());
  }

  static CacheKeys of(Pipeline pipeline, String cpu, Device device) {
    String host =
        String.join(
            "\n",
            "amulet " + version(),
            "java " + Runtime.version().feature(),
            "onnxruntime " + OnnxNetwork.runtimeVersion(),
            "cpu " + cpu,
            "device " + device.kind());
    return new CacheKeys(
        pipeline.images().stream().map(input -> hex(host + "\n" + input.digest())).toList());
  }

  String key(ImageInput input, byte[] file) {
    return prefixes.get(input.index())
        + HexFormat.of().formatHex(ImageInputs.sha256().digest(file));
  }

  private static String hex(String text) {
    MessageDigest sha256 = ImageInputs.sha256();
    return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Version of this library, which the build writes into a resource. */
  static String version() {
    try (InputStream in = CacheKeys.class.getResourceAsStream("version.txt")) {
      if (in == null) {
        throw new IllegalStateException("version.txt is missing beside " + CacheKeys.class);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
