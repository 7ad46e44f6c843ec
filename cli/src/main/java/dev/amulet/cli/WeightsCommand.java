package dev.amulet.cli;

import dev.amulet.training.TrainingException;
import dev.amulet.training.vision.BackboneCatalogue;
import dev.amulet.training.vision.BackboneSpec;
import dev.amulet.training.vision.Backbones;
import dev.amulet.training.vision.WeightFile;
import dev.amulet.training.vision.WeightStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code amulet weights}: the pretrained networks, and how to get their weights here. */
@Command(
    name = "weights",
    synopsisSubcommandLabel = "list|get|import|pretrain-nano",
    description =
        "List, fetch or import the weights of pretrained networks; train the built-in one again.")
final class WeightsCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec = CommandSpec.create();

  private WeightsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The command with those below it. */
  static CommandLine commandLine(Terminal terminal) {
    CommandLine line =
        new CommandLine(new WeightsCommand(terminal))
            .addSubcommand(new ListCommand(terminal))
            .addSubcommand(new GetCommand(terminal))
            .addSubcommand(new ImportCommand(terminal))
            .addSubcommand(new PretrainNanoCommand(terminal));
    line.getSubcommands().values().forEach(sub -> sub.addMixin("common", new Main.Common()));
    return line;
  }

  /** Nothing below it named: say what there is. */
  @Override
  public Integer call() {
    spec.commandLine().usage(terminal.err());
    return Main.WRONG_INPUT;
  }

  private static BackboneSpec network(String name) {
    return BackboneCatalogue.find(name)
        .orElseThrow(
            () ->
                new TrainingException(
                    "network \""
                        + name
                        + "\": unknown; expected one of "
                        + String.join(
                            ", ",
                            BackboneCatalogue.all().stream().map(BackboneSpec::name).toList())));
  }

  private static String summary(BackboneSpec network, WeightFile file) {
    return String.format(
        Locale.ROOT,
        "%s: %,d bytes, sha256 %s%n  from %s, licence %s%n  at %s",
        network.name(),
        file.bytes(),
        file.sha256(),
        file.origin(),
        network.licence(),
        file.path());
  }

  /** {@code amulet weights list}. */
  @Command(name = "list", description = "Say which networks there are, and whose weights are here.")
  static final class ListCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--weights-dir", paramLabel = "DIR", description = "Folder to look into first.")
    private @Nullable Path weightsDir;

    ListCommand(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      WeightStore store = WeightStore.ofUser(weightsDir, terminal.err()::println);
      TextTable table = new TextTable("", "lrrrll");
      table.add("network", "pixels", "width", "parameters", "licence", "weights");
      List<String> damaged = new ArrayList<>();
      for (BackboneSpec network : BackboneCatalogue.all()) {
        table.add(
            network.name(),
            String.valueOf(network.input().side()),
            String.valueOf(network.embeddingWidth()),
            String.format(Locale.ROOT, "%,d", network.parameters()),
            network.licence(),
            where(store, network, damaged));
      }
      table.lines().forEach(terminal.out()::println);
      terminal.out().println();
      terminal
          .out()
          .printf(
              "built in, always here: %s (pretrained on drawn pictures), %s (random weights)%n",
              Backbones.NANO, Backbones.RANDOM);
      terminal
          .out()
          .println(
              "looked in "
                  + String.join(", ", store.folders().stream().map(Path::toString).toList()));
      terminal
          .out()
          .println("addresses follow their publishers' lists; they are first tried by weights get");
      damaged.forEach(line -> terminal.err().println("warning: " + line));
      return Main.DONE;
    }

    private static String where(WeightStore store, BackboneSpec network, List<String> damaged) {
      try {
        Optional<WeightFile> file = store.find(network);
        return file.map(found -> found.path().toString())
            .orElseGet(() -> "not here; " + network.locations().get(0).address());
      } catch (TrainingException e) {
        damaged.add(e.getMessage());
        return "damaged";
      }
    }
  }

  /** {@code amulet weights get}. */
  @Command(name = "get", description = "Fetch the weights of networks, unless they are here.")
  static final class GetCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "NETWORK", arity = "1..*", description = "Names, as in weights list.")
    private List<String> names = new ArrayList<>();

    @Option(
        names = "--from",
        paramLabel = "URL",
        description = "Fetch from this address instead, such as a mirror's.")
    private @Nullable String from;

    GetCommand(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      List<BackboneSpec> networks = names.stream().map(WeightsCommand::network).toList();
      if (from != null && networks.size() > 1) {
        throw new TrainingException("--from is the address of one file; name one network");
      }
      WeightStore store = WeightStore.ofUser(null, terminal.err()::println);
      for (BackboneSpec network : networks) {
        WeightFile file = from == null ? store.get(network) : store.fetch(network, from);
        terminal.out().println(summary(network, file));
      }
      return Main.DONE;
    }
  }

  /** {@code amulet weights import}. */
  @Command(
      name = "import",
      description = "Keep a weight file (.safetensors, .pth) as the weights of a network.")
  static final class ImportCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "NETWORK", description = "Name, as in weights list.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "Its weights.")
    private Path file = Path.of("");

    ImportCommand(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      BackboneSpec network = network(name);
      WeightStore store = WeightStore.ofUser(null, terminal.err()::println);
      terminal.out().println(summary(network, store.importFile(network, file)));
      return Main.DONE;
    }
  }
}
