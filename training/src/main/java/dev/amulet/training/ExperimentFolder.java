package dev.amulet.training;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The folder an experiment writes: nothing in it is ever half written, and the amulet appears last.
 * Also keeps the log. Closing removes what was not published.
 */
final class ExperimentFolder implements AutoCloseable {
  /** Files that not every experiment writes; an earlier run's must not stay beside a new amulet. */
  private static final List<String> SOMETIMES_WRITTEN =
      List.of("predictions/test.csv", ExperimentReport.FILE, FineTuning.PREVIEW);

  private final Path folder;
  private final ProgressListener listener;

  /** Two runs of one name at a time must not take each other's files. */
  private final String run = UUID.randomUUID().toString().substring(0, 8);

  private final StringBuilder log = new StringBuilder();
  private final Map<String, byte[]> staged = new LinkedHashMap<>();
  private boolean published;
  private boolean abandoned;
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

  /** Says early, and without making anything, what {@link #open} would find. */
  static void requireWritable(ExperimentConfig config) {
    Path folder = config.out().resolve(config.name()).toAbsolutePath().normalize();
    Path there = folder;
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    if (there == null || !Files.isDirectory(there) || !Files.isWritable(there)) {
      throw new TrainingException(
          "experiment folder %s cannot be made: %s is not a folder that can be written to; choose another with --out"
              .formatted(config.out().resolve(config.name()), there));
    }
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
    return folder.resolve("model.amulet." + run + ".unchecked");
  }

  /** Keeps a text file to be written when the experiment is published. */
  void stage(String name, String text) {
    stage(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Keeps a file to be written when the experiment is published. */
  void stage(String name, byte[] bytes) {
    staged.put(name, bytes);
  }

  /**
   * Writes every staged file, then gives the checked amulet its name, in the place of an earlier
   * one.
   */
  synchronized Path publish() {
    if (abandoned) {
      throw new TrainingException("given up before the amulet was published");
    }
    staged.forEach(this::write);
    SOMETIMES_WRITTEN.stream()
        .filter(name -> !staged.containsKey(name))
        .forEach(name -> remove(folder.resolve(name)));
    Path amulet = folder.resolve("model.amulet");
    move(uncheckedAmulet(), amulet);
    published = true;
    return amulet;
  }

  /**
   * Removes what is half written, so that the process can end. Waits for publishing that has begun.
   *
   * @return false when everything is published
   */
  synchronized boolean abandon() {
    if (published || abandoned) {
      return abandoned;
    }
    abandoned = true;
    remove(uncheckedAmulet());
    removeEmpty(folder.resolve("predictions"));
    removeEmpty(folder);
    return true;
  }

  private static void removeEmpty(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      if (files.findAny().isPresent()) {
        return;
      }
    } catch (IOException e) {
      throw new TrainingException("folder " + directory + " cannot be read: " + e, e);
    }
    remove(directory);
  }

  /** Writes a file below the folder, whole or not at all. */
  private void write(String name, byte[] bytes) {
    Path aside = folder.resolve(name + "." + run + ".part");
    try {
      Files.write(aside, bytes);
      move(aside, folder.resolve(name));
    } catch (IOException e) {
      throw new TrainingException("file " + aside + " cannot be written: " + e, e);
    } finally {
      remove(aside);
    }
  }

  /** Puts the error that ends the run into the log. */
  void failed(Throwable error) {
    boolean explained = error instanceof TrainingException || error instanceof UnpublishedException;
    log.append("error: ").append(explained ? error.getMessage() : error).append('\n');
  }

  /** Says that there is no report; the log tells where it went wrong, for whoever looks into it. */
  void withoutReport(RuntimeException error) {
    progress.message(
        "warning: %s was not made: %s; the model and its figures are complete"
            .formatted(ExperimentReport.FILE, error));
    StringWriter trace = new StringWriter();
    error.printStackTrace(new PrintWriter(trace));
    log.append(trace);
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new TrainingException("file " + to + " cannot be put in its place: " + e, e);
    }
  }

  @Override
  public synchronized void close() {
    if (abandoned) {
      return;
    }
    published = true;
    try {
      write("log.txt", log.toString().getBytes(StandardCharsets.UTF_8));
    } finally {
      remove(uncheckedAmulet());
    }
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new TrainingException("file " + file + " cannot be removed: " + e, e);
    }
  }
}
