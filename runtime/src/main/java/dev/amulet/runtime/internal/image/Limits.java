package dev.amulet.runtime.internal.image;

import dev.amulet.runtime.ImagePolicy;
import dev.amulet.runtime.ImagePolicy.Format;
import dev.amulet.runtime.internal.image.ImageException.Reason;

/** The policy applied to one file: what it declared, and how long it has been worked on. */
final class Limits {
  private final ImagePolicy policy;
  private final Format format;
  private final long startedNanos;
  private long metadataBytes;
  private int scans;

  Limits(ImagePolicy policy, Format format) {
    this(policy, format, System.nanoTime());
  }

  private Limits(ImagePolicy policy, Format format, long startedNanos) {
    this.policy = policy;
    this.format = format;
    this.startedNanos = startedNanos;
  }

  /** For a picture inside this one: its scans and metadata are its own, the time is shared. */
  Limits inner() {
    return new Limits(policy, format, startedNanos);
  }

  /** Called with the size in the header, before anything is allocated for it. */
  void size(long width, long height) throws ImageException {
    if (width <= 0 || height <= 0) {
      throw corrupt("is " + width + " x " + height + " pixels, expected at least 1 x 1");
    }
    if (width > policy.maxSidePx() || height > policy.maxSidePx()) {
      throw new ImageException(
          Reason.TOO_MANY_PIXELS,
          format
              + " is "
              + width
              + " x "
              + height
              + " pixels, expected at most "
              + policy.maxSidePx()
              + " a side");
    }
    if (width * height > policy.maxPixels()) {
      throw new ImageException(
          Reason.TOO_MANY_PIXELS,
          format
              + " is "
              + width
              + " x "
              + height
              + " pixels, expected at most "
              + policy.maxPixels()
              + " in all");
    }
  }

  /** Called for each block of text, profile or EXIF. */
  void metadata(long bytes) throws ImageException {
    metadataBytes += bytes;
    if (bytes > policy.maxMetadataBytes() || metadataBytes > policy.maxTotalMetadataBytes()) {
      throw new ImageException(
          Reason.TOO_MUCH_METADATA,
          format
              + " holds "
              + bytes
              + " bytes of metadata in one block and "
              + metadataBytes
              + " so far, expected at most "
              + policy.maxMetadataBytes()
              + " and "
              + policy.maxTotalMetadataBytes());
    }
  }

  /** Called for each JPEG scan. */
  void scan() throws ImageException {
    if (++scans > policy.maxScans()) {
      throw new ImageException(
          Reason.TOO_MANY_SCANS,
          format + " has more than " + policy.maxScans() + " scans, expected at most that many");
    }
  }

  /** Called every few rows. */
  void time() throws ImageException {
    if ((System.nanoTime() - startedNanos) / 1_000_000 > policy.maxDecodeMs()) {
      throw new ImageException(
          Reason.TOO_SLOW, format + " took more than " + policy.maxDecodeMs() + " ms to decode");
    }
  }

  ImageException corrupt(String what) {
    return new ImageException(Reason.CORRUPT, format + " " + what);
  }

  ImageException truncated(String what) {
    return new ImageException(Reason.TRUNCATED, format + " ends " + what);
  }

  ImageException unsupported(String what) {
    return new ImageException(Reason.UNSUPPORTED, format + " " + what);
  }
}
