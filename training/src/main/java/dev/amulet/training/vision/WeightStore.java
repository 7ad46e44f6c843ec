package dev.amulet.training.vision;

import dev.amulet.training.TrainingException;
import dev.amulet.training.download.Downloads;
import dev.amulet.training.download.UserCache;
import dev.amulet.training.weights.StateDict;
import dev.amulet.training.weights.WeightFileException;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds, fetches and keeps the weights of the catalogue's architectures. It looks in the folders
 * given, then among what was imported, then among what was fetched before; a file is used only if
 * its digest is the one recorded and its tensors are those of the architecture. Nothing is ever
 * made up: without weights there is an exception. Thread-safe, also between processes.
 */
public final class WeightStore {
  /** Environment variable: folders with weight files, separated as in PATH. */
  public static final String FOLDERS_VARIABLE = "AMULET_WEIGHTS";

  /** Environment variable: any value but {@code false} keeps this class from the network. */
  public static final String OFFLINE_VARIABLE = "AMULET_OFFLINE";

  /** Beside an imported file: where it came from. */
  private static final String ORIGIN = ".origin";

  private final List<Path> folders;
  private final Path imported;
  private final Downloads downloads;
  private final boolean offline;
  private final Consumer<String> progress;

  WeightStore(
      List<Path> folders,
      Path imported,
      Downloads downloads,
      boolean offline,
      Consumer<String> progress) {
    this.folders = List.copyOf(folders);
    this.imported = imported;
    this.downloads = downloads;
    this.offline = offline;
    this.progress = progress;
  }

  /**
   * The user's: a folder of their choice, those of {@value #FOLDERS_VARIABLE}, and the cache (see
   * {@link UserCache}).
   *
   * @param weightsDir looked in first; null for none
   * @param progress hears how far a download is, in lines for people
   */
  public static WeightStore ofUser(@Nullable Path weightsDir, Consumer<String> progress) {
    List<Path> folders = new ArrayList<>();
    if (weightsDir != null) {
      folders.add(weightsDir);
    }
    String variable = System.getenv(FOLDERS_VARIABLE);
    if (variable != null) {
      for (String folder : variable.split(File.pathSeparator, -1)) {
        if (!folder.isBlank()) {
          folders.add(Path.of(folder));
        }
      }
    }
    String offline = System.getenv(OFFLINE_VARIABLE);
    return new WeightStore(
        folders,
        UserCache.folder("weights"),
        Downloads.ofUser(),
        offline != null && !offline.isEmpty() && !offline.equalsIgnoreCase("false"),
        progress);
  }

  /** The same, giving up on a server at its first failure. */
  WeightStore impatient() {
    return new WeightStore(folders, imported, downloads.impatient(), offline, progress);
  }

  /** Where files are looked for, in order; the last keeps what was imported. */
  public List<Path> folders() {
    List<Path> all = new ArrayList<>(folders);
    all.add(imported);
    return all;
  }

  /** Names that a weight file of this architecture may have in a folder. */
  public static List<String> fileNames(BackboneSpec spec) {
    Set<String> names = new LinkedHashSet<>();
    for (String stem : List.of(spec.name(), spec.weightsOf(), spec.timmModel())) {
      names.add(stem + ".safetensors");
      names.add(stem + ".pth");
    }
    names.add(spec.weightsOf() + "/model.safetensors");
    spec.locations().stream()
        .map(WeightLocation::fileName)
        .filter(name -> name.endsWith(".pth"))
        .forEach(names::add);
    return List.copyOf(names);
  }

  /**
   * Weights that are on this machine.
   *
   * @throws TrainingException when there is a file and it is not sound
   */
  public Optional<WeightFile> find(BackboneSpec spec) {
    try {
      for (Path folder : folders) {
        for (String name : fileNames(spec)) {
          Path file = folder.resolve(name);
          if (Files.isRegularFile(file)) {
            return Optional.of(fromFolder(spec, file));
          }
        }
      }
      Optional<WeightFile> brought = imported(spec);
      return brought.isPresent() ? brought : fetched(spec);
    } catch (IOException e) {
      throw new TrainingException("weights of " + spec.name() + ": cannot be read (" + e + ")", e);
    }
  }

  /**
   * Weights from this machine, else from their public place.
   *
   * @throws TrainingException when there are none to be had, or what there is is not sound
   */
  public WeightFile get(BackboneSpec spec) {
    Optional<WeightFile> here = find(spec);
    if (here.isPresent()) {
      return here.get();
    }
    if (offline) {
      throw missing(spec, OFFLINE_VARIABLE + " is set");
    }
    List<String> failures = new ArrayList<>();
    for (WeightLocation location : spec.locations()) {
      try {
        return fetch(spec, location);
      } catch (IOException e) {
        failures.add(URI.create(location.address()).getHost() + ": " + e.getMessage());
      }
    }
    throw missing(spec, String.join("; ", failures));
  }

  private TrainingException missing(BackboneSpec spec, String why) {
    return new TrainingException(
        String.format(
            "backbone \"%s\": its weights are not on this machine and were not fetched (%s);%n"
                + "looked for %s in %s%n"
                + "Where there is a connection, fetch %s and then run: ./amulet weights import %s"
                + " FILE (or put the file into a folder and give --weights-dir)",
            spec.name(),
            why,
            String.join(", ", fileNames(spec)),
            String.join(", ", folders().stream().map(Path::toString).toList()),
            spec.locations().get(0).address(),
            spec.name()));
  }

  /**
   * Fetches weights from an address of the user's, such as a mirror's, and keeps them as if they
   * were imported.
   *
   * @throws TrainingException when they cannot be had or are not sound
   */
  public WeightFile fetch(BackboneSpec spec, String address) {
    try {
      WeightFile fetched = fetch(spec, new WeightLocation(address, ""));
      return importFile(spec, fetched.path(), address);
    } catch (IOException e) {
      throw new TrainingException(address + ": not fetched: " + e.getMessage(), e);
    }
  }

  /**
   * Keeps a copy of a file as the weights of an architecture, in place of those imported before.
   *
   * @throws TrainingException when the file is not sound or does not fit
   */
  public WeightFile importFile(BackboneSpec spec, Path file) {
    return importFile(spec, file, "the imported file " + file.getFileName());
  }

  private WeightFile importFile(BackboneSpec spec, Path file, String origin) {
    try {
      String sha256 = checked(spec, file, file.toString());
      Path folder = imported.resolve(spec.name());
      Files.createDirectories(folder);
      Path target = folder.resolve(sha256);
      Path copy = folder.resolve("." + UUID.randomUUID());
      try {
        Files.copy(file, copy);
        if (!Downloads.sha256(copy).equals(sha256)) {
          throw new IOException("it changed while it was copied");
        }
        Files.move(
            copy, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(copy);
      }
      for (Path other : contents(folder)) {
        if (!other.equals(target)) {
          Files.delete(other);
        }
      }
      Files.writeString(folder.resolve(ORIGIN), origin);
      return read(target, sha256, origin);
    } catch (IOException e) {
      throw new TrainingException(file + ": cannot be imported (" + e.getMessage() + ")", e);
    }
  }

  private WeightFile fromFolder(BackboneSpec spec, Path file) throws IOException {
    String sha256 = checked(spec, file, file.toString());
    for (WeightLocation location : spec.locations()) {
      if (file.endsWith(location.fileName()) && !sha256.startsWith(location.sha256Prefix())) {
        throw new TrainingException(
            String.format(
                "%s: its SHA-256 begins with %s, its publisher says %s; the file is damaged or"
                    + " another one",
                file, sha256.substring(0, 9), location.sha256Prefix()));
      }
    }
    return read(file, sha256, "the file " + file.getFileName());
  }

  private Optional<WeightFile> imported(BackboneSpec spec) throws IOException {
    Path folder = imported.resolve(spec.name());
    for (Path file : contents(folder)) {
      String recorded = file.getFileName().toString();
      if (!Downloads.sha256(file).equals(recorded)) {
        throw new TrainingException(
            String.format(
                "%s: the imported weights of %s are damaged; import them again: ./amulet weights"
                    + " import %s FILE",
                file, spec.name(), spec.name()));
      }
      Path origin = folder.resolve(ORIGIN);
      String told = Files.exists(origin) ? Files.readString(origin) : "an imported file";
      return Optional.of(read(file, recorded, told));
    }
    return Optional.empty();
  }

  private static List<Path> contents(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files.filter(file -> !file.getFileName().toString().startsWith(".")).sorted().toList();
    }
  }

  /** What was fetched before; a damaged file is thrown away, so that it is fetched again. */
  private Optional<WeightFile> fetched(BackboneSpec spec) throws IOException {
    for (WeightLocation location : spec.locations()) {
      Optional<Path> kept = downloads.kept(location.address());
      if (kept.isPresent()) {
        String recorded = downloads.sha256Of(location.address()).orElse("");
        if (Downloads.sha256(kept.get()).equals(recorded)) {
          return Optional.of(read(kept.get(), recorded, location.address()));
        }
        progress.accept("  " + kept.get() + " is damaged and thrown away");
        downloads.discard(location.address());
      }
    }
    return Optional.empty();
  }

  private WeightFile fetch(BackboneSpec spec, WeightLocation location) throws IOException {
    String address = location.address();
    Optional<String> known = downloads.sha256Of(address).filter(digest -> !digest.isEmpty());
    long[] told = {-1};
    progress.accept("  fetching " + address);
    Path file =
        downloads.get(
            address,
            StateDict.MAX_BYTES,
            (done, total) -> {
              long tenth = 10 * done / Math.max(1, total);
              if (tenth > told[0]) {
                told[0] = tenth;
                progress.accept(
                    String.format(Locale.ROOT, "  %.1f of %.1f MB", done / 1e6, total / 1e6));
              }
            },
            (partial, sha256) -> checkFetched(spec, location, known, partial, sha256));
    String sha256 = Downloads.sha256(file);
    return read(file, sha256, address);
  }

  private static void checkFetched(
      BackboneSpec spec,
      WeightLocation location,
      Optional<String> known,
      Path partial,
      String sha256)
      throws IOException {
    if (!sha256.startsWith(location.sha256Prefix())) {
      throw new WeightFileException(
          String.format(
              "refused: its SHA-256 begins with %s, its publisher says %s",
              sha256.substring(0, 9), location.sha256Prefix()));
    }
    if (known.isPresent() && !known.get().equals(sha256)) {
      throw new WeightFileException(
          String.format(
              "refused: its SHA-256 is %s, when it was first fetched it was %s",
              sha256, known.get()));
    }
    try {
      PretrainedBackbone.graph(spec, StateDict.read(partial));
    } catch (WeightFileException e) {
      throw new WeightFileException("refused: " + e.getMessage(), e);
    }
  }

  /** Digest of a file that holds this architecture's tensors. */
  private static String checked(BackboneSpec spec, Path file, String label) throws IOException {
    try {
      PretrainedBackbone.graph(spec, StateDict.read(file));
      return Downloads.sha256(file);
    } catch (WeightFileException e) {
      throw new TrainingException(
          label + ": no weights of " + spec.name() + ": " + e.getMessage(), e);
    }
  }

  private static WeightFile read(Path file, String sha256, String origin) throws IOException {
    return new WeightFile(file, Files.size(file), sha256, origin, StateDict.read(file));
  }
}
