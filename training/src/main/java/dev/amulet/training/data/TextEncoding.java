package dev.amulet.training.data;

import dev.amulet.training.TrainingException;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the bytes of a text file become characters: by byte order mark, else UTF-8, else Windows. */
final class TextEncoding {
  private static final Charset WINDOWS = Charset.forName("windows-1252");
  private static final int SNIFFED_BYTES = 4096;
  private static final int CHARS_PER_STEP = 8192;

  private final Charset charset;
  private final int skippedBytes;
  private final @Nullable String note;

  private TextEncoding(Charset charset, int skippedBytes, @Nullable String note) {
    this.charset = charset;
    this.skippedBytes = skippedBytes;
    this.note = note;
  }

  /**
   * Finds the encoding.
   *
   * @throws TrainingException when the bytes are not text
   */
  static TextEncoding detect(byte[] bytes, String where) {
    if (startsWith(bytes, 0xEF, 0xBB, 0xBF)) {
      return utf8(bytes, 3);
    }
    if (startsWith(bytes, 0xFF, 0xFE)) {
      return new TextEncoding(StandardCharsets.UTF_16LE, 2, null);
    }
    if (startsWith(bytes, 0xFE, 0xFF)) {
      return new TextEncoding(StandardCharsets.UTF_16BE, 2, null);
    }
    for (int i = 0; i < Math.min(bytes.length, SNIFFED_BYTES); i++) {
      if (bytes[i] == 0) {
        throw new TrainingException(
            where
                + ": byte "
                + i
                + " is zero, so this is no CSV text; save the table as CSV in"
                + " UTF-8 (UTF-16 needs a byte order mark)");
      }
    }
    return utf8(bytes, 0);
  }

  /** What to tell the user when the encoding had to be guessed. */
  Optional<String> note() {
    return Optional.ofNullable(note);
  }

  Reader reader(byte[] bytes) {
    return new InputStreamReader(
        new ByteArrayInputStream(bytes, skippedBytes, bytes.length - skippedBytes), charset);
  }

  private static TextEncoding utf8(byte[] bytes, int skipped) {
    int malformedAt = malformedAt(bytes, skipped);
    if (malformedAt < 0) {
      return new TextEncoding(StandardCharsets.UTF_8, skipped, null);
    }
    int line = 1;
    for (int i = 0; i < malformedAt; i++) {
      line += bytes[i] == '\n' ? 1 : 0;
    }
    return new TextEncoding(
        WINDOWS,
        skipped,
        "not UTF-8 (line %d, byte 0x%02X); read as Windows-1252 (Latin-1)"
            .formatted(line, bytes[malformedAt] & 0xFF));
  }

  private static int malformedAt(byte[] bytes, int skipped) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes, skipped, bytes.length - skipped);
    CharBuffer out = CharBuffer.allocate(CHARS_PER_STEP);
    while (true) {
      var result = decoder.decode(in, out, true);
      if (result.isError()) {
        return in.position();
      }
      if (result.isUnderflow()) {
        return -1;
      }
      out.clear();
    }
  }

  private static boolean startsWith(byte[] bytes, int... prefix) {
    if (bytes.length < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if ((bytes[i] & 0xFF) != prefix[i]) {
        return false;
      }
    }
    return true;
  }
}
