package dev.amulet.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Names the kind of CPU, as far as it decides which vector kernels run. */
final class CpuFamily {
  private CpuFamily() {}

  /**
   * Architecture, and on Linux vendor, family and model; kernels and their rounding follow these.
   */
  static String describe() {
    String architecture = System.getProperty("os.arch", "unknown");
    Path cpuinfo = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(cpuinfo)) {
      return architecture;
    }
    try (var lines = Files.lines(cpuinfo, StandardCharsets.ISO_8859_1)) {
      Map<String, String> first = new LinkedHashMap<>();
      lines
          .takeWhile(line -> !line.isBlank())
          .forEach(
              line -> {
                int colon = line.indexOf(':');
                if (colon > 0) {
                  first.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
                }
              });
      return architecture
          + " "
          + first.getOrDefault("vendor_id", first.getOrDefault("CPU implementer", ""))
          + " "
          + first.getOrDefault("cpu family", first.getOrDefault("CPU architecture", ""))
          + "/"
          + first.getOrDefault("model", first.getOrDefault("CPU part", ""));
    } catch (IOException e) {
      // Without it the architecture still tells more than nothing, and tolerances apply.
      return architecture;
    }
  }
}
