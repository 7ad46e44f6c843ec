package dev.amulet.runtime;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * What an image file may cost before it is refused. Sizes are checked against the file's header
 * before anything is allocated, and again against its data.
 *
 * @param maxBytes largest encoded file, in bytes
 * @param maxPixels largest width times height
 * @param maxSidePx largest width, and largest height, in pixels
 * @param maxScans most scans of one JPEG; real files have about 10
 * @param maxMetadataBytes largest single text, profile or EXIF block, in bytes
 * @param maxTotalMetadataBytes all such blocks of one file together, in bytes
 * @param maxDecodeMs longest time one image may take to decode, in milliseconds
 * @param formats formats that are decoded; others are refused whatever their name says
 */
public record ImagePolicy(
    int maxBytes,
    int maxPixels,
    int maxSidePx,
    int maxScans,
    int maxMetadataBytes,
    int maxTotalMetadataBytes,
    int maxDecodeMs,
    Set<Format> formats) {

  /** What decoding takes at most, for each pixel of the picture. */
  public static final int DECODING_BYTES_PER_PIXEL = 16;

  /** Image formats told apart by the first bytes of a file. */
  public enum Format {
    JPEG,
    PNG,
    GIF,
    BMP,
    WEBP,
    TIFF
  }

  /** Checks the limits and keeps a copy of the formats. */
  public ImagePolicy {
    positive("maxBytes", maxBytes);
    positive("maxPixels", maxPixels);
    positive("maxSidePx", maxSidePx);
    positive("maxScans", maxScans);
    positive("maxMetadataBytes", maxMetadataBytes);
    positive("maxTotalMetadataBytes", maxTotalMetadataBytes);
    positive("maxDecodeMs", maxDecodeMs);
    if (maxPixels > Integer.MAX_VALUE / 4) {
      throw new IllegalArgumentException(
          "maxPixels is " + maxPixels + ", expected at most " + Integer.MAX_VALUE / 4);
    }
    formats = Set.copyOf(formats);
  }

  /** The defaults of {@link Builder}. */
  public static ImagePolicy defaults() {
    return builder().build();
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  private static void positive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " is " + value + ", expected more than 0");
    }
  }

  /** Collects limits; not thread-safe. */
  public static final class Builder {
    private int maxBytes = 20 << 20;
    private int maxPixels = 40_000_000;
    private int maxSidePx = 16_384;
    private int maxScans = 100;
    private int maxMetadataBytes = 1 << 20;
    private int maxTotalMetadataBytes = 4 << 20;
    private int maxDecodeMs = 2_000;
    private Set<Format> formats = EnumSet.allOf(Format.class);

    private Builder() {}

    /** Default 20 MiB. */
    public Builder maxBytes(int bytes) {
      this.maxBytes = bytes;
      return this;
    }

    /** Default 40 million; a decoded image holds 3 bytes per pixel, decoding at most 16. */
    public Builder maxPixels(int pixels) {
      this.maxPixels = pixels;
      return this;
    }

    /** Default 16384. */
    public Builder maxSidePx(int pixels) {
      this.maxSidePx = pixels;
      return this;
    }

    /** Default 100; every scan of a progressive JPEG visits the whole picture again. */
    public Builder maxScans(int scans) {
      this.maxScans = scans;
      return this;
    }

    /** Default 1 MiB. */
    public Builder maxMetadataBytes(int bytes) {
      this.maxMetadataBytes = bytes;
      return this;
    }

    /** Default 4 MiB. */
    public Builder maxTotalMetadataBytes(int bytes) {
      this.maxTotalMetadataBytes = bytes;
      return this;
    }

    /** Default 2000 ms. */
    public Builder maxDecodeMs(int milliseconds) {
      this.maxDecodeMs = milliseconds;
      return this;
    }

    /** Default all. */
    public Builder formats(Set<Format> allowed) {
      this.formats = Objects.requireNonNull(allowed, "allowed");
      return this;
    }

    /** Fails with IllegalArgumentException when a limit is not positive. */
    public ImagePolicy build() {
      return new ImagePolicy(
          maxBytes,
          maxPixels,
          maxSidePx,
          maxScans,
          maxMetadataBytes,
          maxTotalMetadataBytes,
          maxDecodeMs,
          formats);
    }
  }
}
