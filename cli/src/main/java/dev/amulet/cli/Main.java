package dev.amulet.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code amulet} command. */
@Command(
    name = "amulet",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Models on tables that contain images, each in one file that Java scores.",
    footer = {
      "",
      "Start with:  ./amulet demo",
      "Exit codes: 0 done, 1 the work failed, 2 the command line or an input is wrong,"
          + " 130 ended by Ctrl-C."
    })
public final class Main implements Callable<Integer> {
  static final int DONE = 0;
  static final int WORK_FAILED = 1;
  static final int WRONG_INPUT = 2;

  /** As shells have it for a process that Ctrl-C ended. */
  static final int INTERRUPTED = 130;

  private static final String ARGUMENTS_PROPERTY = "amulet.arguments";

  private final Terminal terminal;

  @Spec private CommandSpec spec = CommandSpec.create();

  Main(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(Terminal.ofProcess(), arguments(args, System.getProperty(ARGUMENTS_PROPERTY))));
  }

  /**
   * The arguments, or those in the file that the launcher names where they are many: ended by a NUL
   * each, in the encoding of command lines.
   */
  static List<String> arguments(String[] args, @Nullable String file) {
    if (file == null) {
      return List.of(args);
    }
    try {
      Charset encoding =
          Charset.forName(System.getProperty("sun.jnu.encoding", StandardCharsets.UTF_8.name()));
      String all = new String(Files.readAllBytes(Path.of(file)), encoding);
      Files.delete(Path.of(file));
      List<String> arguments = List.of(all.split("\0", -1));
      return arguments.subList(0, arguments.size() - 1);
    } catch (IOException e) {
      throw new UncheckedIOException("arguments in " + file, e);
    }
  }

  /** Runs one command. */
  static int run(Terminal terminal, List<String> args) {
    CommandLine line =
        new CommandLine(new Main(terminal))
            .addSubcommand(new DemoCommand(terminal))
            .addSubcommand(new ProfileCommand(terminal))
            .addSubcommand(new SplitCommand(terminal))
            .addSubcommand(new TrainCommand(terminal))
            .addSubcommand(new ScoreCommand(terminal))
            .addSubcommand(new InspectCommand(terminal))
            .addSubcommand(new VerifyCommand(terminal))
            .addSubcommand(new BenchCommand(terminal))
            .addSubcommand(new ServeCommand(terminal))
            .addSubcommand(new CompareCommand(terminal))
            .addSubcommand(WeightsCommand.commandLine(terminal))
            .setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
            .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
            .setUsageHelpAutoWidth(false)
            .setCaseInsensitiveEnumValuesAllowed(true);
    line.getSubcommands().values().forEach(command -> command.addMixin("common", new Common()));
    line.addSubcommand(new HelpCommand());
    ErrorReport report = new ErrorReport(terminal.err());
    line.setParameterExceptionHandler(report::wrongCommandLine);
    line.setExecutionExceptionHandler(report::failed);
    int exitCode = line.execute(args.toArray(String[]::new));
    if (exitCode == DONE && terminal.out().checkError()) {
      terminal.err().println("amulet: " + Terminal.LOST);
      return WORK_FAILED;
    }
    return exitCode;
  }

  /** No command: say which there are. */
  @Override
  public Integer call() {
    spec.commandLine().usage(terminal.err());
    return WRONG_INPUT;
  }

  /** Options that every command has. */
  static final class Common {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this help.")
    boolean help;

    @Option(names = "--debug", description = "Show the stack trace of an error.")
    boolean debug;
  }

  /** The version of the jar; "development" when classes run outside one. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"amulet " + text()};
    }

    static String text() {
      String version = Main.class.getPackage().getImplementationVersion();
      return version == null ? "development" : version;
    }
  }
}
