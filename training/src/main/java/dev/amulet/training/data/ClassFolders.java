package dev.amulet.training.data;

import dev.amulet.training.TrainingException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads a directory whose sub-directories are classes of images. */
final class ClassFolders {
  static final String IMAGE = "image";
  static final String LABEL = "label";

  private static final Set<String> PART_NAMES =
      Set.of("train", "training", "val", "valid", "validation", "test", "testing");
  private static final int DEEPEST = 16;
  private static final int LISTED = 3;

  private final Path root;
  private final TreeMap<String, List<String>> imagesByLabel = new TreeMap<>(LabelOrder.CODE_POINTS);
  private final List<String> emptyFolders = new ArrayList<>();
  private final List<String> otherFiles = new ArrayList<>();
  private final List<String> looseImages = new ArrayList<>();
  private final List<String> tables = new ArrayList<>();

  private ClassFolders(Path root) {
    this.root = root;
  }

  static Dataset read(Path directory, @Nullable Path imageRoot) throws IOException {
    Path root = directory.toAbsolutePath().normalize();
    ClassFolders folders = new ClassFolders(root);
    folders.visit(root, "", 0);
    folders.requireClasses(directory);
    return folders.dataset(imageRoot);
  }

  private void visit(Path folder, String label, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new TrainingException(
          folder + ": more than " + DEEPEST + " levels of folders; does a link lead in a circle?");
    }
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(entries::add);
    }
    entries.sort(
        Comparator.comparing(path -> path.getFileName().toString(), LabelOrder.CODE_POINTS));
    int images = 0;
    int folders = 0;
    for (Path entry : entries) {
      String name = entry.getFileName().toString();
      if (name.startsWith(".") || name.equals("__MACOSX")) {
        continue;
      }
      if (Files.isDirectory(entry)) {
        folders++;
        visit(entry, label.isEmpty() ? name : label + "/" + name, depth + 1);
      } else if (isImage(entry, name)) {
        images++;
        add(label, label.isEmpty() ? name : label + "/" + name);
      } else {
        String path = label.isEmpty() ? name : label + "/" + name;
        otherFiles.add(path);
        if (label.isEmpty() && Set.of("csv", "tsv").contains(FileNames.extension(name))) {
          tables.add(name);
        }
      }
    }
    if (images == 0 && folders == 0 && !label.isEmpty()) {
      emptyFolders.add(label);
    }
  }

  private static boolean isImage(Path file, String name) throws IOException {
    if (FileNames.extension(name).isEmpty()) {
      return ImageHeader.read(file).isPresent();
    }
    return FileNames.looksLikeImage(name);
  }

  private void add(String label, String path) {
    if (label.isEmpty()) {
      looseImages.add(path);
    } else {
      imagesByLabel.computeIfAbsent(label, key -> new ArrayList<>()).add(path);
    }
  }

  private void requireClasses(Path directory) {
    String table =
        tables.size() == 1
            ? "; to train on the table in it give " + directory.resolve(tables.get(0))
            : "";
    if (imagesByLabel.isEmpty()) {
      throw new TrainingException(
          directory
              + ": no sub-folder with images; expected one sub-folder per class, such as "
              + directory.resolve("cat").resolve("1.jpg")
              + table);
    }
    if (imagesByLabel.size() == 1) {
      throw new TrainingException(
          directory
              + ": images in one sub-folder only (\""
              + imagesByLabel.firstKey()
              + "\"); expected one sub-folder per class, two or more"
              + table);
    }
    List<String> parts =
        imagesByLabel.keySet().stream()
            .map(label -> label.contains("/") ? label.substring(0, label.indexOf('/')) : label)
            .distinct()
            .toList();
    if (parts.stream().allMatch(part -> PART_NAMES.contains(part.toLowerCase(Locale.ROOT)))) {
      String first =
          parts.stream()
              .filter(part -> part.toLowerCase(Locale.ROOT).startsWith("train"))
              .findFirst()
              .orElse(parts.get(0));
      String others =
          parts.stream()
              .filter(part -> !part.equals(first))
              .findFirst()
              .map(part -> " --test " + directory.resolve(part))
              .orElse("");
      throw new TrainingException(
          "%s holds the parts of a split (%s), not classes; give one of them: %s%s"
              .formatted(directory, String.join(", ", parts), directory.resolve(first), others));
    }
  }

  private Dataset dataset(@Nullable Path imageRoot) {
    List<String> images = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    Path start = imageRoot == null ? root : imageRoot.toAbsolutePath().normalize();
    imagesByLabel.forEach(
        (label, paths) -> {
          for (String path : paths) {
            images.add(
                imageRoot == null
                    ? path
                    : start.relativize(root.resolve(path)).toString().replace('\\', '/'));
            labels.add(label);
          }
        });
    return Dataset.ofColumns(
        String.valueOf(root.getFileName()),
        start,
        List.of(IMAGE, LABEL),
        List.of(images.toArray(String[]::new), labels.toArray(String[]::new)),
        Set.of(),
        Set.of(LABEL),
        notes());
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    report(notes, emptyFolders, "class folder without an image: no rows for it");
    report(notes, looseImages, "image outside the class folders left out");
    report(notes, otherFiles, "file that is no image left out");
    if (!tables.isEmpty()) {
      notes.add(
          "the labels come from the folder names; to read "
              + tables.get(0)
              + " instead, give "
              + root.resolve(tables.get(0)));
    }
    return notes;
  }

  private static void report(List<String> notes, List<String> paths, String what) {
    if (!paths.isEmpty()) {
      String more = paths.size() > LISTED ? ", …" : "";
      notes.add(
          "%d × %s (%s%s)"
              .formatted(
                  paths.size(),
                  what,
                  String.join(", ", paths.subList(0, Math.min(LISTED, paths.size()))),
                  more));
    }
  }
}
