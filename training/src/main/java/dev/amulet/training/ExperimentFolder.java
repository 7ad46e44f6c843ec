package dev.amulet.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The folder an experiment writes: nothing in it is ever half written, and the amulet appears last.
 * Also keeps the log. Closing removes what was not published.
 */
final class ExperimentFolder implements AutoCloseable {
  private final Path folder;
  private final ProgressListener listener;
  private final StringBuilder log = new StringBuilder();
  private final Map<String, String> staged = new LinkedHashMap<>();
  private final ProgressListener progress =
      new ProgressListener() {
        @Override
        public void message(String line) {
          log.append(line).append('\n');
          listener.message(line);
        }

        @Override
        public void progress(String phase, long done, long total) {
          listener.progress(phase, done, total);
        }
      };

  private ExperimentFolder(Path folder, ProgressListener listener) {
    this.folder = folder;
    this.listener = listener;
  }

  static ExperimentFolder open(ExperimentConfig config, ProgressListener listener) {
    Path folder = config.out().resolve(config.name());
    try {
      Files.createDirectories(folder.resolve("predictions"));
    } catch (IOException e) {
      throw new TrainingException(
          "experiment folder " + folder + " cannot be made: " + e + "; choose another with --out",
          e);
    }
    return new ExperimentFolder(folder, listener);
  }

  /** Passes messages on and keeps them for the log. */
  ProgressListener progress() {
    return progress;
  }

  Path path() {
    return folder;
  }

  /** Where the amulet is until it has passed every check. */
  Path uncheckedAmulet() {
    return folder.resolve("model.amulet.unchecked");
  }

  /** Keeps a text file to be written when the experiment is published. */
  void stage(String name, String text) {
    staged.put(name, text);
  }

  /**
   * Writes every staged file, then gives the checked amulet its name, in the place of an earlier
   * one.
   */
  Path publish() {
    staged.forEach(this::write);
    Path amulet = folder.resolve("model.amulet");
    move(uncheckedAmulet(), amulet);
    return amulet;
  }

  /** Writes a text file below the folder, whole or not at all. */
  private void write(String name, String text) {
    Path aside = folder.resolve(name + ".part");
    try {
      Files.writeString(aside, text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new TrainingException("file " + aside + " cannot be written: " + e, e);
    }
    move(aside, folder.resolve(name));
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new TrainingException("file " + to + " cannot be put in its place: " + e, e);
    }
  }

  @Override
  public void close() {
    write("log.txt", log.toString());
    try {
      Files.deleteIfExists(uncheckedAmulet());
    } catch (IOException e) {
      throw new TrainingException("file " + uncheckedAmulet() + " cannot be removed: " + e, e);
    }
  }
}
