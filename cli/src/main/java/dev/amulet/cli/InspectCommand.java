package dev.amulet.cli;

import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amulet inspect}: what an amulet is, without loading its networks. */
@Command(name = "inspect", description = "Print an amulet's data sheet.")
final class InspectCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "AMULET", description = "File to read.")
  private Path amulet = Path.of("");

  @Option(names = "--json", description = "Print JSON: id, size and the whole manifest.")
  private boolean json;

  InspectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws ArtifactException {
    Inputs.requireFile(amulet, "amulet");
    try (Artifact artifact = Artifact.openMetadata(amulet)) {
      if (json) {
        terminal
            .out()
            .printf(
                "{%n\"id\": \"%s\",%n\"bytes\": %d,%n\"manifest\": %s}%n",
                artifact.id(), artifact.sizeBytes(), artifact.manifestJson());
      } else {
        new DataSheet(amulet, artifact).lines().forEach(terminal.out()::println);
      }
    }
    return Main.DONE;
  }
}
