package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CpuFamilyTest {
  @Test
  void thisMachineHasOneName() {
    assertThat(CpuFamily.describe())
        .startsWith(System.getProperty("os.arch"))
        .isEqualTo(CpuFamily.describe());
  }

  @Test
  void hiddenInstructionsMakeAnotherFamily() {
    String full = describe("fpu sse2 avx fma avx2 avx512f avx512_vnni");
    assertThat(full).isEqualTo("amd64 GenuineIntel 6/143 avx fma avx2 avx512f avx512_vnni");
    assertThat(describe("fpu sse2 avx fma avx2"))
        .isEqualTo("amd64 GenuineIntel 6/143 avx fma avx2");
    assertThat(describe("avx2 fma avx avx512_vnni avx512f")).as("order").isEqualTo(full);
  }

  @Test
  void armIsNamedByItsParts() {
    Stream<String> cpuinfo =
        Stream.of(
            "processor\t: 0",
            "Features\t: fp asimd asimddp sve",
            "CPU implementer\t: 0x41",
            "CPU architecture: 8",
            "CPU part\t: 0xd40",
            "",
            "processor\t: 1",
            "CPU part\t: 0xd41");
    assertThat(CpuFamily.describe("aarch64", cpuinfo))
        .isEqualTo("aarch64 0x41 8/0xd40 asimd asimddp sve");
  }

  @Test
  void nothingKnownLeavesTheArchitecture() {
    assertThat(CpuFamily.describe("riscv64", Stream.empty())).startsWith("riscv64");
  }

  private static String describe(String flags) {
    return CpuFamily.describe(
        "amd64",
        Stream.of(
            "vendor_id\t: GenuineIntel",
            "cpu family\t: 6",
            "model\t\t: 143",
            "model name\t: A: B",
            "flags\t\t: " + flags,
            ""));
  }
}
