package dev.amulet.training.data;

import dev.amulet.runtime.ImageSource;
import java.io.IOException;
import java.util.Optional;

/** Pictures that stand in the cells themselves: {@code data:} URIs and base64. */
final class InlineImages implements ImageCollection {
  private static final long MOST_BYTES = 20L << 20;

  /** Shorter than any picture in base64. */
  private static final int SHORTEST = 32;

  /** Whether a cell holds a picture, or is meant to: every {@code data:} URI is. */
  static boolean holds(String cell) {
    if (cell.length() < SHORTEST) {
      return false;
    }
    try {
      return cell.regionMatches(true, 0, "data:", 0, 5)
          || ImageSource.inline(cell, MOST_BYTES) != null;
    } catch (IOException e) {
      // Written badly or too long, but a picture and no path: reading it says what is wrong.
      return true;
    }
  }

  @Override
  public Optional<String> find(String cell) {
    return Optional.of(cell);
  }

  @Override
  public Optional<ImageHeader> header(String reference) {
    try {
      return ImageHeader.of(read(reference, MOST_BYTES));
    } catch (IOException e) {
      // A picture that is written badly is counted and named like a file that is no image.
      return Optional.empty();
    }
  }

  @Override
  public byte[] read(String reference, long maxBytes) throws IOException {
    byte[] bytes = ImageSource.inline(reference, maxBytes);
    if (bytes == null) {
      throw new IOException("no picture in the cell");
    }
    return bytes;
  }

  @Override
  public String place() {
    return "in the cells";
  }

  @Override
  public String advice(String cell) {
    return "write pictures into cells as base64 or data: URIs";
  }
}
