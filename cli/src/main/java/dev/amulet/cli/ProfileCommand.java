package dev.amulet.cli;

import dev.amulet.format.v1.Role;
import dev.amulet.training.data.ColumnProfile;
import dev.amulet.training.data.ColumnProfiler;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.ProfileJson;
import dev.amulet.training.data.ProfileOptions;
import dev.amulet.training.data.ProfilePage;
import dev.amulet.training.data.TableProfile;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amulet profile}: what each column of a table is taken for, and why. */
@Command(name = "profile", description = "Say what each column of a table is taken for, and why.")
final class ProfileCommand implements Callable<Integer> {
  private static final String TYPE_KEY = "column_types.";

  private final Terminal terminal;

  @Mixin private DataArguments input = new DataArguments();

  @Option(
      names = "--target",
      paramLabel = "COL",
      description =
          "Column to predict: also says the task, and what may leak; for a folder: label.")
  private @Nullable String target;

  @Option(names = "--drop", paramLabel = "A,B", split = ",", description = "Columns to leave out.")
  private List<String> drop = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "column_types.COL=TYPE",
      description = "A column's type, whatever its cells look like; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--json", description = "Write JSON to standard output.")
  private boolean json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a page with thumbnails too, complete in one file.")
  private @Nullable Path html;

  ProfileCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    ProfileOptions.Builder options = ProfileOptions.builder().target(target).drop(drop);
    settings.forEach(
        (key, value) -> {
          if (!key.startsWith(TYPE_KEY)) {
            throw CommandFailure.wrongInput(
                "--set " + key + ": profile knows column_types.COLUMN=TYPE only");
          }
          options.columnType(key.substring(TYPE_KEY.length()), value);
        });
    try (ProgressLine progress = new ProgressLine(terminal, terminal.err())) {
      Dataset table = input.read(progress);
      TableProfile profile = new ColumnProfiler(options.build()).profile(table);
      if (html != null) {
        try (OutputFile page = OutputFile.at(html, List.of(input.data))) {
          try (Writer writer = page.writer()) {
            writer.write(ProfilePage.of(profile, input.data.toString(), progress));
          }
          page.publish();
        }
        terminal.err().println("page: " + html);
      }
      if (json) {
        terminal.out().println(ProfileJson.of(profile));
      } else {
        print(profile);
      }
    }
    return Main.DONE;
  }

  private void print(TableProfile profile) {
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "%s: %s, %s%n%n",
            input.data,
            Figures.count(profile.dataset().rows(), "row"),
            Figures.count(profile.columns().size(), "column"));
    TextTable columns = new TextTable("  ", "lllrrl");
    columns.add("column", "use", "type", "missing", "distinct", "why");
    for (ColumnProfile column : profile.columns()) {
      columns.add(
          column.name(),
          use(column.role()),
          column.type().name().toLowerCase(Locale.ROOT).replace('_', '-'),
          Long.toString(column.statistics().getMissing()),
          Long.toString(column.statistics().getDistinct()),
          column.roleReason().isEmpty()
              ? column.evidence()
              : column.roleReason() + " (" + column.evidence() + ")");
    }
    columns.lines().forEach(terminal.out()::println);
    say("warning", profile.warnings());
    say("problem", profile.problems());
  }

  private static String use(Role role) {
    return role == Role.DROPPED ? "left out" : role.name().toLowerCase(Locale.ROOT);
  }

  private void say(String what, List<String> sentences) {
    if (!sentences.isEmpty()) {
      terminal.out().println();
      sentences.forEach(sentence -> terminal.out().println(what + ": " + sentence));
    }
  }
}
