package dev.amulet.training.data;

import dev.amulet.training.data.Archive.Entry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Images in an archive. References are the names of its files; cells may also start from the folder
 * that the table lies in.
 */
final class ArchiveImages implements ImageCollection {
  private static final int HEAD_BYTES = 64 * 1024;
  private static final long MOST_BYTES = 64 << 20;

  private final Archive archive;
  private final String base;
  private final NameIndex names;

  /**
   * @param base folder inside that relative cells start from, "" or ending in a slash
   */
  ArchiveImages(Archive archive, String base) {
    this.archive = archive;
    this.base = base;
    names = new NameIndex(archive.entries().keySet());
  }

  Archive archive() {
    return archive;
  }

  @Override
  public Optional<String> find(String cell) {
    return names.find(base, cell);
  }

  @Override
  public Optional<ImageHeader> header(String reference) {
    Entry entry = archive.entry(reference);
    if (entry == null) {
      return Optional.empty();
    }
    try {
      Optional<ImageHeader> header = ImageHeader.of(archive.head(entry, HEAD_BYTES));
      return header.isPresent() || entry.bytes() <= HEAD_BYTES || entry.bytes() > MOST_BYTES
          ? header
          : ImageHeader.of(archive.read(entry, MOST_BYTES));
    } catch (IOException e) {
      // A damaged file is counted and named like one that is no image.
      return Optional.empty();
    }
  }

  @Override
  public byte[] read(String reference, long maxBytes) throws IOException {
    Entry entry = archive.entry(reference);
    if (entry == null) {
      entry = find(reference).map(archive::entry).orElse(null);
    }
    if (entry == null) {
      throw new IOException("no image \"" + reference + "\" in " + archive.file());
    }
    return archive.read(entry, maxBytes);
  }

  /** Image files of the archive other than these. */
  List<String> orphans(Set<String> used) {
    return archive.entries().keySet().stream()
        .filter(name -> FileNames.looksLikeImage(name) && !used.contains(name))
        .toList();
  }

  @Override
  public String place() {
    return "in " + archive.file() + (base.isEmpty() ? "" : Archive.INSIDE + base);
  }

  @Override
  public String advice(String cell) {
    long images = archive.entries().keySet().stream().filter(FileNames::looksLikeImage).count();
    return images == 0
        ? "the archive holds no images: pack them with the table"
        : "the archive holds %d images, such as \"%s\": paths in the table start from the table's folder or the archive's top"
            .formatted(
                images,
                archive.entries().keySet().stream()
                    .filter(FileNames::looksLikeImage)
                    .findFirst()
                    .orElse(""));
  }
}
