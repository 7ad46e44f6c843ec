package dev.amulet.training.data;

import dev.amulet.training.TrainingException;
import dev.amulet.training.data.Archive.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/** The index of a tar file, made by one pass over its headers. */
final class TarListing {
  private static final int BLOCK = 512;

  private TarListing() {}

  /**
   * @param tar the file that holds the ranges
   * @param shown what error texts call it
   */
  static ArchiveListing of(Path tar, Path shown) throws IOException {
    long size = Files.size(tar);
    if (size < BLOCK) {
      throw unreadable(shown, "it has " + size + " bytes", null);
    }
    ArchiveListing listing = new ArchiveListing(shown, size);
    try (TarFile file = new TarFile(tar)) {
      for (TarArchiveEntry entry : file.getEntries()) {
        if (entry.isFile() && !entry.isSparse() && !entry.isLink() && !entry.isSymbolicLink()) {
          listing.add(
              new Entry(
                  entry.getName(),
                  entry.getDataOffset(),
                  entry.getSize(),
                  entry.getSize(),
                  false,
                  -1));
        } else if (entry.isDirectory()) {
          listing.count();
        } else {
          listing.addUnreadable(entry.getName());
        }
      }
    } catch (TrainingException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw unreadable(shown, String.valueOf(e.getMessage()), e);
    }
    return listing;
  }

  private static TrainingException unreadable(
      Path file, String what, @org.jspecify.annotations.Nullable Exception cause) {
    return new TrainingException(
        "%s: cannot be read as a zip, tar or tar.gz archive (%s); it may be cut short: copy or download it again"
            .formatted(file, what),
        cause);
  }
}
