package dev.amulet.cli;

import dev.amulet.training.vision.NanoPretraining;
import dev.amulet.training.vision.NanoPretraining.Plan;
import dev.amulet.training.vision.NanoPretraining.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code amulet weights pretrain-nano}: repeats how the built-in network got its weights. */
@Command(
    name = "pretrain-nano",
    description = "Train the built-in network again, on pictures drawn from formulas.")
final class PretrainNanoCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(names = "--out", paramLabel = "FILE", description = "File to write; nano.onnx.")
  private Path out = Path.of("nano.onnx");

  @Option(
      names = "--pictures",
      paramLabel = "N",
      description = "Pictures to draw; without it, what the built-in weights were made with.")
  private @Nullable Integer pictures;

  @Option(names = "--seed", paramLabel = "N", description = "Other pictures, other weights.")
  private long seed = Plan.builtIn().seed();

  PretrainNanoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (pictures != null && pictures < Plan.builtIn().batch()) {
      throw CommandFailure.wrongInput(
          String.format(
              "--pictures %d: one step takes %d; the built-in weights took %d",
              pictures, Plan.builtIn().batch(), Plan.builtIn().pictures()));
    }
    Path folder = out.toAbsolutePath().getParent();
    if (Files.isDirectory(out) || folder == null || !Files.isDirectory(folder)) {
      throw CommandFailure.wrongInput(
          "--out " + out + ": no file can be written there; name a file in a folder that exists");
    }
    Plan plan = Plan.builtIn().withSeed(seed);
    if (pictures != null) {
      plan = plan.withPictures(pictures);
    }
    byte[] file = NanoPretraining.train(plan, this::print);
    Files.write(out, file);
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "Wrote %s (%,d bytes); try it with --set image_transformer_pretrained_models=%s%n",
            out,
            file.length,
            out);
    return Main.DONE;
  }

  private void print(Progress progress) {
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "step %d of %d: loss %.3f, sketch error %.3f, right answers %s, %.0f pictures/s%n",
            progress.step(),
            progress.steps(),
            progress.loss(),
            progress.sketchLoss(),
            progress.correct().stream()
                .map(share -> String.format(Locale.ROOT, "%.2f", share))
                .collect(Collectors.joining(" ")),
            progress.picturesPerSecond());
    terminal.out().flush();
  }
}
