package dev.amulet.training.data;

import dev.amulet.training.TrainingException;
import dev.amulet.training.data.Archive.Entry;
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
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads a directory, or a part of an archive, whose folders are classes of images. */
final class ClassFolders {
  static final String IMAGE = "image";
  static final String LABEL = "label";

  private static final Set<String> PART_NAMES =
      Set.of("train", "training", "val", "valid", "validation", "test", "testing");
  private static final int DEEPEST = 16;
  private static final int LISTED = 3;
  private static final int HEAD_BYTES = 64 * 1024;

  private final String shown;
  private final UnaryOperator<String> pathOf;
  private final TreeMap<String, List<String>> imagesByLabel = new TreeMap<>(LabelOrder.CODE_POINTS);
  private final List<String> emptyFolders = new ArrayList<>();
  private final List<String> otherFiles = new ArrayList<>();
  private final List<String> looseImages = new ArrayList<>();
  private final List<String> tables = new ArrayList<>();

  /**
   * @param shown what error texts call the place
   * @param pathOf the place and a path inside it, as the user would write them
   */
  private ClassFolders(String shown, UnaryOperator<String> pathOf) {
    this.shown = shown;
    this.pathOf = pathOf;
  }

  /** The table that a directory stands for. */
  static Dataset read(Path directory, @Nullable Path imageRoot, TableImages images)
      throws IOException {
    Path root = directory.toAbsolutePath().normalize();
    ClassFolders folders =
        new ClassFolders(directory.toString(), inside -> directory.resolve(inside).toString());
    folders.visit(root, "", 0);
    folders.requireClasses();
    Path start = images.root();
    return folders.dataset(
        String.valueOf(root.getFileName()),
        imageRoot == null
            ? UnaryOperator.identity()
            : path -> start.relativize(root.resolve(path)).toString().replace('\\', '/'),
        images);
  }

  /**
   * The table that a folder in an archive stands for.
   *
   * @param prefix the folder, "" or ending in a slash; while it holds nothing but one folder, that
   *     is taken instead
   */
  static Dataset read(ArchiveImages archive, String prefix, String name, TableImages images)
      throws IOException {
    String start = descend(archive.archive(), prefix);
    ClassFolders folders = inArchive(archive.archive(), start);
    folders.requireClasses();
    return folders.dataset(name, path -> start + path, images);
  }

  /** How many classes a folder in an archive holds. */
  static int classes(Archive archive, String prefix) throws IOException {
    return inArchive(archive, descend(archive, prefix)).imagesByLabel.size();
  }

  private static ClassFolders inArchive(Archive archive, String start) throws IOException {
    ClassFolders folders =
        new ClassFolders(
            start.isEmpty() ? archive.file().toString() : archive.reference(start),
            inside -> archive.reference(start + inside));
    for (Entry entry : archive.entries().values()) {
      if (entry.name().startsWith(start)) {
        String path = entry.name().substring(start.length());
        int slash = path.lastIndexOf('/');
        String label = slash < 0 ? "" : path.substring(0, slash);
        boolean image =
            FileNames.extension(path).isEmpty()
                ? ImageHeader.of(archive.head(entry, HEAD_BYTES)).isPresent()
                : FileNames.looksLikeImage(path);
        folders.add(label, path, image);
      }
    }
    return folders;
  }

  /** Archives are often packed with the folder around everything. */
  private static String descend(Archive archive, String prefix) {
    String start = prefix;
    for (int depth = 0; depth < DEEPEST; depth++) {
      String here = start;
      List<String> parts =
          archive.entries().keySet().stream()
              .filter(name -> name.startsWith(here))
              .map(name -> name.substring(here.length()))
              .map(path -> path.substring(0, path.indexOf('/') + 1))
              .distinct()
              .limit(2)
              .toList();
      boolean goesOn =
          parts.size() == 1
              && !parts.get(0).isEmpty()
              && archive.entries().keySet().stream()
                  .filter(name -> name.startsWith(here + parts.get(0)))
                  .allMatch(name -> name.indexOf('/', here.length() + parts.get(0).length()) > 0);
      if (!goesOn) {
        return start;
      }
      start += parts.get(0);
    }
    return start;
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
    boolean empty = true;
    for (Path entry : entries) {
      String name = entry.getFileName().toString();
      if (name.startsWith(".") || name.equals("__MACOSX")) {
        continue;
      }
      String path = label.isEmpty() ? name : label + "/" + name;
      if (Files.isDirectory(entry)) {
        empty = false;
        visit(entry, path, depth + 1);
      } else {
        empty &= !add(label, path, isImage(entry, name));
      }
    }
    if (empty && !label.isEmpty()) {
      emptyFolders.add(label);
    }
  }

  private static boolean isImage(Path file, String name) throws IOException {
    if (FileNames.extension(name).isEmpty()) {
      return ImageHeader.read(file).isPresent();
    }
    return FileNames.looksLikeImage(name);
  }

  private boolean add(String label, String path, boolean image) {
    if (!image) {
      otherFiles.add(path);
      if (label.isEmpty() && FileNames.isTable(path)) {
        tables.add(path);
      }
    } else if (label.isEmpty()) {
      looseImages.add(path);
    } else {
      imagesByLabel.computeIfAbsent(label, key -> new ArrayList<>()).add(path);
    }
    return image;
  }

  private void requireClasses() {
    String table =
        tables.size() == 1
            ? "; to train on the table in it give " + pathOf.apply(tables.get(0))
            : "";
    if (imagesByLabel.isEmpty()) {
      throw new TrainingException(
          shown
              + ": no sub-folder with images; expected one sub-folder per class, such as "
              + pathOf.apply("cat/1.jpg")
              + table);
    }
    if (imagesByLabel.size() == 1) {
      throw new TrainingException(
          shown
              + ": images in one sub-folder only (\""
              + imagesByLabel.firstKey()
              + "\"); expected one sub-folder per class, two or more"
              + table);
    }
    refuseParts();
  }

  private void refuseParts() {
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
              .map(part -> " --test " + pathOf.apply(part))
              .orElse("");
      throw new TrainingException(
          "%s holds the parts of a split (%s), not classes; give one of them: %s%s"
              .formatted(shown, String.join(", ", parts), pathOf.apply(first), others));
    }
  }

  private Dataset dataset(String name, UnaryOperator<String> reference, TableImages source) {
    List<String> images = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    imagesByLabel.forEach(
        (label, paths) -> {
          for (String path : paths) {
            images.add(reference.apply(path));
            labels.add(label);
          }
        });
    return Dataset.ofColumns(
        name,
        source,
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
              + pathOf.apply(tables.get(0)));
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
