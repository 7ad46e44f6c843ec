package dev.amulet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that must be refused: with a message that helps, soon, and without taking much memory. */
class MalformedAmuletTest {
  private static final long ALLOCATION_ALLOWANCE_BYTES = 16 << 20;

  @TempDir Path folder;

  static Stream<MalformedAmulet> malformed() {
    return Stream.of(
            MalformedZips.all(),
            MalformedManifests.all(),
            MalformedPipelines.all(),
            MalformedContents.all())
        .flatMap(s -> s);
  }

  @ParameterizedTest
  @MethodSource("malformed")
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void isRefused(MalformedAmulet file) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    Throwable refusal =
        catchThrowable(() -> Artifact.open(ByteBuffer.wrap(file.bytes()), "bad.amulet"));
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(refusal).isInstanceOf(ArtifactException.class);
    assertThat(refusal.getMessage()).startsWith("amulet \"bad.amulet\"").contains(file.says());
    assertThat(allocated)
        .as("bytes allocated")
        .isLessThan(ALLOCATION_ALLOWANCE_BYTES + file.bytes().length);

    Path mapped = Files.write(folder.resolve("bad.amulet"), file.bytes());
    assertThat(catchThrowable(() -> Artifact.open(mapped)))
        .isInstanceOf(ArtifactException.class)
        .hasMessage(refusal.getMessage());
  }

  @Test
  void namesAreDistinctAndThereAreManyOfThem() {
    assertThat(malformed().map(MalformedAmulet::name))
        .doesNotHaveDuplicates()
        .hasSizeGreaterThan(200);
  }

  @Test
  void theFileTheyAreMadeFromIsGood() throws Exception {
    Artifact.open(ByteBuffer.wrap(MalformedAmulet.goodBytes()), "good.amulet").close();
  }
}
