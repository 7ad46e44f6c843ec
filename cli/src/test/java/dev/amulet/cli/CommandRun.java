package dev.amulet.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One run of the command in this process, and what it said. */
record CommandRun(int exitCode, String out, String err) {
  static CommandRun of(Object... args) {
    return withInput(new byte[0], args);
  }

  /** With a standard output that takes nothing, as when a disk is full. */
  static CommandRun withFullDisk(Object... args) {
    return run(
        new byte[0],
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("no space left");
          }
        },
        args);
  }

  static CommandRun withInput(byte[] input, Object... args) {
    return run(input, new ByteArrayOutputStream(), args);
  }

  private static CommandRun run(byte[] input, OutputStream out, Object... args) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(input),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);
    int exitCode = Main.run(terminal, List.of(args).stream().map(String::valueOf).toList());
    return new CommandRun(
        exitCode,
        out instanceof ByteArrayOutputStream bytes ? bytes.toString(StandardCharsets.UTF_8) : "",
        err.toString(StandardCharsets.UTF_8));
  }
}
