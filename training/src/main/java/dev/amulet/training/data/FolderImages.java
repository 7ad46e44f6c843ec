package dev.amulet.training.data;

import dev.amulet.runtime.ImageFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Images below a folder. */
final class FolderImages implements ImageCollection {
  private final ImageFolder folder;

  FolderImages(Path root) {
    folder = new ImageFolder(root);
  }

  Path root() {
    return folder.root();
  }

  @Override
  public Optional<String> find(String cell) {
    return folder.find(cell);
  }

  @Override
  public Optional<ImageHeader> header(String reference) {
    try {
      return ImageHeader.read(folder.file(reference));
    } catch (IOException e) {
      // An unreadable file is counted and named like one that is no image.
      return Optional.empty();
    }
  }

  @Override
  public byte[] read(String reference, long maxBytes) throws IOException {
    return folder.read(reference, maxBytes);
  }

  @Override
  public String place() {
    return "below " + folder.root();
  }

  @Override
  public String advice(String cell) {
    return folder
        .folderHolding(cell)
        .map(found -> "they start from another folder: --image-root " + found)
        .orElse("give the folder that the paths start from with --image-root DIR");
  }
}
