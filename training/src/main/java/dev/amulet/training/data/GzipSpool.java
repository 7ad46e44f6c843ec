package dev.amulet.training.data;

import dev.amulet.training.ProgressListener;
import dev.amulet.training.TrainingException;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Uncompresses a gzip file into a temporary one, in one pass and within limits: text and bitmaps
 * shrink less than {@value #MOST_RATIO}-fold, and the disk must keep room.
 */
final class GzipSpool {
  static final int MOST_RATIO = 200;
  static final long ALWAYS_ALLOWED_BYTES = 64L << 20;

  private static final long KEPT_FREE_BYTES = 1L << 30;
  private static final int STEP_BYTES = 1 << 16;

  private GzipSpool() {}

  /** The uncompressed copy, which the caller deletes. */
  static Path uncompress(Path file, ProgressListener progress) throws IOException {
    Path copy = Files.createTempFile("amulet-", ".tar");
    try {
      long room = Files.getFileStore(copy).getUsableSpace() - KEPT_FREE_BYTES;
      long size = Files.size(file);
      long most = Math.max(ALWAYS_ALLOWED_BYTES, MOST_RATIO * size);
      try (Counted compressed = new Counted(Files.newInputStream(file));
          InputStream in = new GZIPInputStream(compressed, STEP_BYTES);
          OutputStream out = Files.newOutputStream(copy)) {
        byte[] step = new byte[STEP_BYTES];
        long written = 0;
        for (int read = in.read(step); read >= 0; read = in.read(step)) {
          written += read;
          if (written > most) {
            throw new TrainingException(
                "%s: uncompresses to more than %d times its size, as a decompression bomb does; pack it as a zip or plain tar"
                    .formatted(file, MOST_RATIO));
          }
          if (written > room) {
            throw new TrainingException(
                "%s: uncompresses to more than the %d MB free in %s; make room or pack it as a zip, which is read in place"
                    .formatted(file, Math.max(0, room) >> 20, copy.getParent()));
          }
          out.write(step, 0, read);
          progress.progress("reading " + file.getFileName(), compressed.count, size);
        }
      }
      return copy;
    } catch (EOFException | ZipException e) {
      Files.delete(copy);
      throw new TrainingException(
          "%s: cannot be read as a tar.gz archive (%s); it may be cut short: copy or download it again"
              .formatted(file, e.getMessage()),
          e);
    } catch (IOException | RuntimeException e) {
      Files.delete(copy);
      throw e;
    }
  }

  /** Knows how much of the compressed file was read. */
  private static final class Counted extends FilterInputStream {
    private long count;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = super.read(into, offset, length);
      count += Math.max(0, read);
      return read;
    }
  }
}
