package dev.amulet.runtime.internal.image;

import dev.amulet.format.v1.Alpha;
import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.format.v1.Orientation;
import dev.amulet.runtime.ImagePolicy;
import dev.amulet.runtime.ImagePolicy.Format;
import dev.amulet.runtime.PixelBudget;
import dev.amulet.runtime.internal.image.ImageException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Decodes JPEG, PNG, GIF, BMP, WebP and TIFF files to RGB, told apart by their bytes; of an
 * animation or several pages the first. Pixels are those Pillow gives after {@code convert("RGB")};
 * colour profiles are ignored; of 16-bit samples the high byte is kept.
 *
 * <p>Whatever the bytes are, the outcome is a picture or an {@link ImageException}, within 16 bytes
 * per declared pixel and 1 MiB. Holds a JPEG reader: one instance per thread.
 */
public final class ImageDecoder {
  private final ImagePolicy policy;
  private final @Nullable PixelBudget budget;
  private final JpegDecoder jpeg = new JpegDecoder();

  public ImageDecoder(ImagePolicy policy) {
    this(policy, null);
  }

  /** Waits, where there is a budget, until a picture fits into it. */
  public ImageDecoder(ImagePolicy policy, @Nullable PixelBudget budget) {
    this.policy = policy;
    this.budget = budget;
  }

  /** Decodes as the manifest says: orientation and transparency. */
  public Pixels decode(byte[] file, ImagePreprocessing spec) throws ImageException {
    AlphaMode alpha =
        spec.getAlpha() == Alpha.COMPOSITE
            ? new AlphaMode(true, spec.getBackgroundRgb())
            : AlphaMode.DROP;
    return decode(file, spec.getOrientation() == Orientation.EXIF, alpha);
  }

  Pixels decode(byte[] file, boolean applyExif, AlphaMode alpha) throws ImageException {
    if (file.length > policy.maxBytes()) {
      throw new ImageException(
          Reason.TOO_LARGE,
          "image has " + file.length + " bytes, expected at most " + policy.maxBytes());
    }
    Format format = sniff(file);
    if (!policy.formats().contains(format)) {
      throw new ImageException(
          Reason.FORMAT_NOT_ALLOWED, "image is " + format + ", allowed are " + policy.formats());
    }
    Limits limits = new Limits(policy, format, budget);
    try {
      Decoded decoded =
          switch (format) {
            case JPEG -> jpeg.decode(file, limits);
            case PNG -> PngDecoder.decode(file, limits, alpha);
            case GIF -> GifDecoder.decode(file, limits, alpha);
            case BMP -> BmpDecoder.decode(file, limits, alpha);
            case TIFF -> TiffDecoder.decode(file, limits, alpha, jpeg);
            case WEBP -> WebpDecoder.decode(file, limits, alpha);
          };
      return applyExif
          ? ExifOrientation.apply(decoded.orientation(), decoded.pixels())
          : decoded.pixels();
    } catch (RuntimeException | StackOverflowError e) {
      throw new ImageException(Reason.CORRUPT, format + " cannot be decoded: " + e, e);
    } finally {
      limits.release();
    }
  }

  /** A picture as stored, with its EXIF orientation (1 when it has none). */
  record Decoded(Pixels pixels, int orientation) {}

  private static Format sniff(byte[] file) throws ImageException {
    if (starts(file, 0, "\u00FF\u00D8\u00FF")) {
      return Format.JPEG;
    }
    if (starts(file, 0, "\u0089PNG\r\n\u001A\n")) {
      return Format.PNG;
    }
    if (starts(file, 0, "GIF87a") || starts(file, 0, "GIF89a")) {
      return Format.GIF;
    }
    if (starts(file, 0, "BM")) {
      return Format.BMP;
    }
    if (starts(file, 0, "RIFF") && starts(file, 8, "WEBP")) {
      return Format.WEBP;
    }
    if (starts(file, 0, "II*\0")
        || starts(file, 0, "MM\0*")
        || starts(file, 0, "II+\0")
        || starts(file, 0, "MM\0+")) {
      return Format.TIFF;
    }
    StringBuilder found = new StringBuilder();
    for (int i = 0; i < Math.min(8, file.length); i++) {
      found.append(String.format(" %02x", file[i]));
    }
    throw new ImageException(
        Reason.UNKNOWN_FORMAT,
        "image of "
            + file.length
            + " bytes starts with"
            + found
            + ", expected JPEG, PNG, GIF, BMP, WebP or TIFF");
  }

  /** Compares bytes with characters of the same code. */
  private static boolean starts(byte[] file, int at, String magic) {
    if (file.length < at + magic.length()) {
      return false;
    }
    for (int i = 0; i < magic.length(); i++) {
      if ((file[at + i] & 0xFF) != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
