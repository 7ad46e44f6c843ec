package dev.amulet.runtime.internal.image;

import dev.amulet.runtime.ImagePolicy;
import dev.amulet.runtime.ImagePolicy.Format;
import dev.amulet.runtime.PixelBudget;
import dev.amulet.runtime.internal.image.ImageException.Reason;
import org.jspecify.annotations.Nullable;

/** The policy applied to one file: what it declared, and how long it has been worked on. */
final class Limits {
  private final ImagePolicy policy;
  private final Format format;
  private final @Nullable PixelBudget budget;
  private long startedNanos;
  private int taken;
  private long metadataBytes;
  private int scans;

  Limits(ImagePolicy policy, Format format, @Nullable PixelBudget budget) {
    this(policy, format, budget, System.nanoTime());
  }

  private Limits(
      ImagePolicy policy, Format format, @Nullable PixelBudget budget, long startedNanos) {
    this.policy = policy;
    this.format = format;
    this.budget = budget;
    this.startedNanos = startedNanos;
  }

  /** For a picture inside this one: its scans and metadata are its own, time and room shared. */
  Limits inner() {
    return new Limits(policy, format, null, startedNanos);
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
    reserve(width * height);
  }

  /** Waiting for others is no time of this picture. */
  private void reserve(long pixels) {
    if (budget == null || pixels <= taken) {
      return;
    }
    release();
    long before = System.nanoTime();
    taken = budget.acquire(pixels);
    startedNanos += System.nanoTime() - before;
  }

  /** Called when the picture is decoded, or is not. */
  void release() {
    if (budget != null && taken > 0) {
      budget.release(taken);
      taken = 0;
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
