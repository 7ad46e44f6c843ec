package dev.amulet.cli;

import dev.amulet.format.ArtifactException;
import dev.amulet.runtime.csv.CsvFormatException;
import dev.amulet.training.TrainingException;
import dev.amulet.training.UnpublishedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one to three lines and an exit code. */
final class ErrorReport {
  /** Options and commands that the documentation names and this version has not. */
  private static final Set<String> LATER = Set.of("--recipe");

  private final PrintStream err;

  ErrorReport(PrintStream err) {
    this.err = err;
  }

  int wrongCommandLine(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    String later = later(e);
    if (later != null) {
      err.println("amulet: " + later + " is not in this version");
    } else {
      err.println("amulet: " + e.getMessage());
      suggest(e);
    }
    err.println("Try '" + name + " --help'.");
    return Main.WRONG_INPUT;
  }

  private static @Nullable String later(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      for (String argument : unmatched.getUnmatched()) {
        String option = argument.startsWith("--") ? argument.replaceFirst("=.*", "") : argument;
        if (LATER.contains(option)) {
          return option;
        }
      }
    }
    return null;
  }

  private void suggest(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> suggestions = unmatched.getSuggestions();
      if (!suggestions.isEmpty()) {
        err.println(
            "Did you mean "
                + String.join(" or ", suggestions.subList(0, Math.min(3, suggestions.size())))
                + "?");
      }
    }
  }

  int failed(Exception e, CommandLine command, ParseResult parsed) {
    boolean debug = parsed.originalArgs().contains("--debug");
    err.println("amulet: " + text(e));
    if (debug) {
      e.printStackTrace(err);
    } else if (unexpected(e)) {
      err.println("Run it again with --debug for the stack trace, and please report it.");
    }
    return exitCode(e);
  }

  private static int exitCode(Exception e) {
    if (e instanceof CommandFailure failure) {
      return failure.exitCode();
    }
    boolean input =
        e instanceof TrainingException
            || e instanceof ArtifactException
            || e instanceof CsvFormatException
            || e instanceof NoSuchFileException
            || e instanceof AccessDeniedException;
    return input ? Main.WRONG_INPUT : Main.WORK_FAILED;
  }

  private static String text(Exception e) {
    String message = e.getMessage();
    if (e instanceof CommandFailure
        || e instanceof TrainingException
        || e instanceof UnpublishedException
        || e instanceof ArtifactException
        || e instanceof CsvFormatException) {
      return message == null ? e.toString() : message;
    }
    if (e instanceof NoSuchFileException) {
      return message + ": no such file or folder";
    }
    if (e instanceof AccessDeniedException) {
      return message + ": permission denied";
    }
    if (e instanceof FileSystemException || e instanceof IOException) {
      return message == null ? e.toString() : message;
    }
    return "unexpected " + e;
  }

  private static boolean unexpected(Exception e) {
    return text(e).startsWith("unexpected ");
  }
}
