package dev.amulet.server.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which amulets lie where a server looks. A single file is one model. In a folder, {@code x.amulet}
 * is model x, {@code x/3.amulet} and {@code x/3/anything.amulet} are version 3 of model x. Files
 * that start with a dot are not there yet, or no more.
 */
final class ModelFiles {
  /** By name, then by version: numbers by size, before texts. */
  static final Comparator<ModelKey> ORDER =
      Comparator.comparing(ModelKey::name)
          .thenComparing(ModelKey::version, ModelFiles::compareVersions);

  private static final String ONLY_VERSION = "1";
  private static final String SUFFIX = ".amulet";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

  /** Name and version of a model. */
  record ModelKey(String name, String version) {}

  /** What tells one state of a file from the next without reading it. */
  record Stamp(long size, long modifiedMs, String fileKey) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(
          attributes.size(),
          attributes.lastModifiedTime().toMillis(),
          Objects.toString(attributes.fileKey(), ""));
    }
  }

  private final Path root;

  ModelFiles(Path root) {
    this.root = root;
  }

  /** The amulets that are there now, by name and version. */
  Map<ModelKey, Path> find() throws IOException {
    Map<ModelKey, Path> found = new TreeMap<>(ORDER);
    if (!Files.isDirectory(root)) {
      if (Files.isRegularFile(root)) {
        found.put(new ModelKey(nameOf(root), ONLY_VERSION), root);
      }
      return found;
    }
    for (Path entry : list(root)) {
      String name = entry.getFileName().toString();
      if (isAmulet(entry)) {
        put(found, nameOf(entry), ONLY_VERSION, entry);
      } else if (Files.isDirectory(entry)) {
        for (Path version : list(entry)) {
          if (isAmulet(version)) {
            put(found, name, nameOf(version), version);
          } else if (Files.isDirectory(version)) {
            for (Path file : list(version)) {
              if (isAmulet(file)) {
                put(found, name, version.getFileName().toString(), file);
              }
            }
          }
        }
      }
    }
    return found;
  }

  private static void put(Map<ModelKey, Path> found, String name, String version, Path file) {
    if (NAME.matcher(name).matches() && NAME.matcher(version).matches()) {
      found.putIfAbsent(new ModelKey(name, version), file);
    }
  }

  static int compareVersions(String a, String b) {
    boolean numberA = isNumber(a);
    boolean numberB = isNumber(b);
    if (numberA && numberB) {
      int bySize = Long.compare(Long.parseLong(a), Long.parseLong(b));
      return bySize != 0 ? bySize : a.compareTo(b);
    }
    return numberA != numberB ? (numberA ? -1 : 1) : a.compareTo(b);
  }

  private static boolean isNumber(String version) {
    return version.length() <= 18 && version.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static boolean isAmulet(Path file) {
    return file.getFileName().toString().endsWith(SUFFIX) && Files.isRegularFile(file);
  }

  private static List<Path> list(Path folder) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted()
          .forEach(entries::add);
    }
    return entries;
  }

  private static String nameOf(Path file) {
    Path last = file.getFileName();
    String name = last == null ? "" : last.toString();
    name = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    return name.isEmpty() ? "model" : name;
  }
}
