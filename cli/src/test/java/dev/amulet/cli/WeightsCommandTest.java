package dev.amulet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsCommandTest {
  private static final Path SHARED = Path.of("..", "..", "shared", "weights");

  @TempDir Path folder;

  @Test
  void listNamesTheTenAndWhereTheirWeightsWouldComeFrom() {
    CommandRun run = CommandRun.of("weights", "list");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("densenet121", "efficientnetb0", "efficientnetb2", "inception_v3", "mobilenetv2")
        .contains("resnet34", "resnet50", "seresnet50", "seresnext50", "xception")
        .contains("nano (pretrained on drawn pictures), random64 (random weights)")
        .containsPattern("xception +299 +2048 +20,806,952 +Apache-2.0 +(not here; https|/)");
  }

  @Test
  void aFolderOfWeightsIsLookedIntoFirst() {
    assumeTrue(Files.isDirectory(SHARED), () -> SHARED + " is not there: skipped");
    CommandRun run = CommandRun.of("weights", "list", "--weights-dir", SHARED);
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).containsPattern("mobilenetv2 .*mobilenetv2.safetensors");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void whatIsNotToBeHadIsSaidInOneMessage() {
    CommandRun run = CommandRun.of("weights", "get", "xception");
    assumeTrue(run.exitCode() != 0, "its weights are on this machine: skipped");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("amulet: backbone \"xception\": its weights are not on this machine")
        .contains("xception-43020ad28.pth", "./amulet weights import xception FILE")
        .hasLineCount(3);
  }

  @Test
  void aFileOfAnotherNetworkIsNotImported() throws IOException {
    Path file = Files.write(folder.resolve("page.pth"), new byte[] {'<', 'h', 't', 'm', 'l', '>'});
    CommandRun run = CommandRun.of("weights", "import", "resnet50", file);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains(file.toString(), "no weights of resnet50", "neither safetensors nor a PyTorch");
    assertThat(CommandRun.of("weights", "import", "alexnet", file).err())
        .contains("network \"alexnet\": unknown; expected one of densenet121");
  }

  @Test
  void theBuiltInNetworkCanBeTrainedAgain() {
    Path out = folder.resolve("nowhere").resolve("nano.onnx");
    CommandRun noFolder = CommandRun.of("weights", "pretrain-nano", "--out", out);
    assertThat(noFolder.exitCode()).isEqualTo(2);
    assertThat(noFolder.err()).contains(out.toString(), "a folder that exists");
    assertThat(CommandRun.of("weights", "pretrain-nano", "--pictures", "1").err())
        .contains("--pictures 1: one step takes 32");
  }

  @Test
  void withoutASubcommandTheUsageIsShown() {
    CommandRun run = CommandRun.of("weights");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("list", "get", "import");
    assertThat(CommandRun.of("weights", "get", "--help").out()).contains("--from");
  }
}
