package dev.amulet.training.data;

import dev.amulet.training.TrainingException;
import dev.amulet.training.data.Archive.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** The index of a zip file. */
final class ZipListing {
  private ZipListing() {}

  static ArchiveListing of(Path file) throws IOException {
    ArchiveListing listing = new ArchiveListing(file, Files.size(file));
    try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
      for (Iterator<ZipArchiveEntry> all = zip.getEntries().asIterator(); all.hasNext(); ) {
        ZipArchiveEntry entry = all.next();
        boolean deflated = entry.getMethod() == ZipArchiveEntry.DEFLATED;
        boolean stored =
            entry.getMethod() == ZipArchiveEntry.STORED
                && entry.getCompressedSize() == entry.getSize();
        if (entry.isDirectory()) {
          listing.count();
        } else if (entry.isUnixSymlink()
            || entry.getGeneralPurposeBit().usesEncryption()
            || !(deflated || stored)) {
          listing.addUnreadable(entry.getName());
        } else {
          listing.add(
              new Entry(
                  entry.getName(),
                  entry.getDataOffset(),
                  entry.getCompressedSize(),
                  entry.getSize(),
                  deflated,
                  entry.getCrc()));
        }
      }
    } catch (TrainingException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new TrainingException(
          "%s: cannot be read as a zip archive (%s); it may be cut short: copy or download it again"
              .formatted(file, e.getMessage()),
          e);
    }
    return listing;
  }
}
