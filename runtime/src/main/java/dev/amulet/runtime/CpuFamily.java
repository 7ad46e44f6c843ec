package dev.amulet.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names the kind of CPU, as far as it decides which vector kernels run. */
final class CpuFamily {
  /**
   * What ONNX Runtime chooses its kernels by. A hypervisor may hide some of a model's instructions.
   */
  private static final List<String> VECTOR_FLAGS =
      List.of(
          "avx",
          "fma",
          "avx2",
          "avx512f",
          "avx512bw",
          "avx512_vnni",
          "avx_vnni",
          "avx512_bf16",
          "amx_int8",
          "asimd",
          "asimdhp",
          "asimddp",
          "i8mm",
          "bf16",
          "sve",
          "sve2");

  private static final Pattern SPACES = Pattern.compile(" +");

  private CpuFamily() {}

  /**
   * Architecture, and on Linux vendor, family, model and vector instructions; kernels and their
   * rounding follow these.
   */
  static String describe() {
    String architecture = System.getProperty("os.arch", "unknown");
    Path cpuinfo = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(cpuinfo)) {
      return architecture;
    }
    try (var lines = Files.lines(cpuinfo, StandardCharsets.ISO_8859_1)) {
      return describe(architecture, lines);
    } catch (IOException e) {
      // Without it the architecture still tells more than nothing, and tolerances apply.
      return architecture;
    }
  }

  /** Reads the first processor of a {@code /proc/cpuinfo}. */
  static String describe(String architecture, Stream<String> cpuinfo) {
    Map<String, String> first = new HashMap<>();
    cpuinfo
        .takeWhile(line -> !line.isBlank())
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              if (colon > 0) {
                first.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
              }
            });
    String listed = first.getOrDefault("flags", first.getOrDefault("Features", ""));
    Set<String> flags = SPACES.splitAsStream(listed).collect(Collectors.toSet());
    StringBuilder text =
        new StringBuilder(architecture)
            .append(' ')
            .append(first.getOrDefault("vendor_id", first.getOrDefault("CPU implementer", "")))
            .append(' ')
            .append(first.getOrDefault("cpu family", first.getOrDefault("CPU architecture", "")))
            .append('/')
            .append(first.getOrDefault("model", first.getOrDefault("CPU part", "")));
    VECTOR_FLAGS.stream().filter(flags::contains).forEach(flag -> text.append(' ').append(flag));
    return text.toString();
  }
}
