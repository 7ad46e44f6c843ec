package dev.amulet.runtime.internal.pipeline;

import dev.amulet.runtime.ImagePolicy;
import dev.amulet.runtime.ImageSource;
import dev.amulet.runtime.PixelBudget;
import dev.amulet.runtime.ScoringException;
import dev.amulet.runtime.ScoringException.Reason;
import dev.amulet.runtime.internal.image.ImageDecoder;
import dev.amulet.runtime.internal.image.ImageException;
import dev.amulet.runtime.internal.image.Pixels;
import dev.amulet.runtime.internal.source.InlineImage;
import dev.amulet.runtime.internal.source.Reference;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import org.jspecify.annotations.Nullable;

/**
 * From an image cell to pixels; every failure becomes a {@link ScoringException}. Bytes, {@code
 * data:} URIs and base64 are decoded here; only references are asked of the source.
 */
final class ImageLoader {
  private final ImageSource source;
  private final ImagePolicy policy;
  private final ImageDecoder decoder;

  ImageLoader(ImageSource source, ImagePolicy policy, @Nullable PixelBudget budget) {
    this.source = source;
    this.policy = policy;
    decoder = new ImageDecoder(policy, budget);
  }

  byte[] read(ImageInput input, Object image) {
    if (image instanceof byte[] file) {
      return file;
    }
    String reference = ((String) image).strip();
    try {
      byte[] file = InlineImage.decode(reference, policy.maxBytes());
      file = file == null ? source.read(reference, policy.maxBytes()) : file;
      if (file == null) {
        // Callers need not compile with null checks, and one image must not fail a batch.
        throw new IOException(
            "image " + Reference.quoted(reference) + " cannot be read: the source returned null");
      }
      return file;
    } catch (InterruptedIOException | ClosedByInterruptException e) {
      throw new ScoringException(
          Reason.IMAGE_TIMEOUT, input.columnName(), String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new ScoringException(
          Reason.UNREADABLE_IMAGE, input.columnName(), String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      // Clients of object stores throw these for what is still one image's trouble.
      throw new ScoringException(
          Reason.UNREADABLE_IMAGE,
          input.columnName(),
          "image " + Reference.quoted(reference) + " cannot be read: " + e,
          e);
    }
  }

  Pixels decode(ImageInput input, Object image, byte[] file) {
    try {
      return decoder.decode(file, input.preprocessing());
    } catch (ImageException e) {
      String which =
          image instanceof String reference ? "image " + Reference.quoted(reference) + ": " : "";
      Reason reason =
          e.reason() == ImageException.Reason.TOO_SLOW ? Reason.IMAGE_TIMEOUT : Reason.BAD_IMAGE;
      throw new ScoringException(reason, input.columnName(), which + e.getMessage(), e);
    }
  }
}
