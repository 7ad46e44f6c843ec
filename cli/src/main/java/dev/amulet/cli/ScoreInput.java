package dev.amulet.cli;

import dev.amulet.runtime.ImageSource;
import dev.amulet.runtime.Schema;
import dev.amulet.training.ProgressListener;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.DatasetReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows to score, as the command line names them. What lies in an archive is read once. */
final class ScoreInput {
  private final List<String> inputs;
  private final @Nullable Path imageRoot;
  private @Nullable Dataset packed;

  /**
   * @param inputs a table, {@code -}, image files, a folder of images, an archive or an address
   * @param imageRoot folder that image paths start from, or null for the input's own
   */
  ScoreInput(List<String> inputs, @Nullable Path imageRoot) {
    this.inputs = List.copyOf(inputs);
    this.imageRoot = imageRoot;
  }

  boolean isStandardInput() {
    return inputs.size() == 1 && inputs.get(0).equals("-");
  }

  /**
   * Checks that it is there.
   *
   * @throws CommandFailure when it is not
   */
  void require() throws IOException {
    if (imageRoot != null && !Files.isDirectory(imageRoot)) {
      throw CommandFailure.wrongInput("--image-root " + imageRoot + ": no such folder");
    }
    if (isStandardInput() || isPacked()) {
      return;
    }
    for (String input : inputs) {
      Path path = Path.of(input);
      if (!Files.exists(path)) {
        throw CommandFailure.wrongInput(
            input
                + ": no such file or folder"
                + (path.isAbsolute()
                    ? ""
                    : "; looked in " + path.toAbsolutePath().normalize().getParent()));
      }
      if (inputs.size() > 1 && (Files.isDirectory(path) || !Inputs.isImage(path))) {
        throw CommandFailure.wrongInput(
            input
                + ": several inputs must all be image files; score tables and folders one by one");
      }
    }
  }

  /** Image files named on the command line start from here; a table's images from its folder. */
  Path root() throws IOException {
    if (imageRoot != null) {
      return imageRoot;
    }
    Path first = Path.of(inputs.get(0)).toAbsolutePath().normalize();
    if (inputs.get(0).equals("-")) {
      return Path.of("");
    }
    if (Files.isDirectory(first)) {
      return first;
    }
    Path root = Inputs.isImage(first) ? first.getRoot() : first.getParent();
    return root == null ? Path.of("") : root;
  }

  /** Whether it is an archive, a part of one, or at an address. */
  private boolean isPacked() {
    return inputs.size() == 1
        && !isStandardInput()
        && DatasetReader.isPackedOrRemote(Path.of(inputs.get(0)));
  }

  private Dataset packed() {
    Dataset read = packed;
    if (read == null) {
      read =
          DatasetReader.readToScore(Path.of(inputs.get(0)), imageRoot, ProgressListener.silent());
      packed = read;
    }
    return read;
  }

  /** Where its images are read: where the table says, and from the origins that the user allows. */
  ImageSource images() throws IOException {
    return WebImages.source(files(Path.of(inputs.get(0))), System.getenv(WebImages.VARIABLE));
  }

  private ImageSource files(Path input) throws IOException {
    if (isPacked()) {
      return packed().images();
    }
    boolean table = imageRoot == null && Files.isRegularFile(input) && !Inputs.isImage(input);
    return table
        ? DatasetReader.imagesOf(input, ProgressListener.silent())
        : ImageSource.under(root());
  }

  /** Its rows, to be closed by the caller. */
  RowFeed feed(InputStream standardInput, Schema schema) throws IOException {
    String input = inputs.get(0);
    if (input.equals("-")) {
      return RowFeed.ofStream(standardInput, "standard input", schema);
    }
    if (isPacked()) {
      return new DatasetRows(packed(), input, schema);
    }
    Path path = Path.of(input);
    if (Files.isDirectory(path)) {
      Path start = imageRoot == null ? path : imageRoot;
      int column = Inputs.onlyImageColumn(schema, input);
      List<String> images =
          Inputs.imagesBelow(path).stream()
              .map(image -> fromRoot(start, path.resolve(image)))
              .toList();
      return RowFeed.ofImages(images, column);
    }
    if (Inputs.isImage(path)) {
      int column = Inputs.onlyImageColumn(schema, input);
      Path start = root();
      return RowFeed.ofImages(
          inputs.stream().map(image -> fromRoot(start, Path.of(image))).toList(), column);
    }
    return RowFeed.ofFile(path, schema);
  }

  private static String fromRoot(Path root, Path image) {
    return root.toAbsolutePath()
        .normalize()
        .relativize(image.toAbsolutePath().normalize())
        .toString();
  }

  /** The files that are read, but for those a table refers to. */
  List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String input : inputs) {
      Path path = Path.of(input);
      if (Files.isDirectory(path)) {
        Inputs.imagesBelow(path).forEach(image -> files.add(path.resolve(image)));
      } else if (!input.equals("-")) {
        files.add(path);
      }
    }
    return files;
  }
}
