package dev.amulet.runtime.csv;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Text whose encoding is found out: by byte order mark, else UTF-16 by its zeros, else UTF-8, else
 * Windows-1252. A file is looked through first; of a stream only the first {@value #SAMPLE_BYTES}
 * bytes are, and what comes later must agree.
 */
final class TextInput implements AutoCloseable {
  static final int SAMPLE_BYTES = 1 << 20;

  private static final Charset WINDOWS = Charset.forName("windows-1252");
  private static final int FEWEST_UTF16_BYTES = 8;
  private static final int SNIFFED_BYTES = 4096;
  private static final int CHARS_PER_STEP = 8192;

  private final InputStream bytes;
  private final Charset charset;
  private final @Nullable String note;
  private final String sample;
  private final boolean sampleIsAll;

  private TextInput(
      InputStream bytes, Charset charset, @Nullable String note, int skipped, byte[] head) {
    this.bytes = bytes;
    this.charset = charset;
    this.note = note;
    sample = new String(head, skipped, head.length - skipped, charset);
    sampleIsAll = head.length < SAMPLE_BYTES;
  }

  static TextInput file(Path file) throws IOException {
    String otherThanUtf8;
    try (InputStream in = Files.newInputStream(file)) {
      otherThanUtf8 = otherThanUtf8(in, true);
    }
    InputStream in = Files.newInputStream(file);
    try {
      BufferedInputStream buffered = new BufferedInputStream(in, SAMPLE_BYTES);
      return open(buffered, head(buffered), file.toString(), otherThanUtf8);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  static TextInput stream(InputStream in, String label) throws IOException {
    try {
      BufferedInputStream buffered = new BufferedInputStream(in, SAMPLE_BYTES);
      byte[] head = head(buffered);
      boolean all = head.length < SAMPLE_BYTES;
      return open(buffered, head, label, otherThanUtf8(new ByteArrayInputStream(head), all));
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static byte[] head(BufferedInputStream in) throws IOException {
    in.mark(SAMPLE_BYTES);
    byte[] head = in.readNBytes(SAMPLE_BYTES);
    in.reset();
    return head;
  }

  private static TextInput open(
      BufferedInputStream in, byte[] head, String label, @Nullable String otherThanUtf8)
      throws IOException {
    if (startsWith(head, 0xFF, 0xFE) || startsWith(head, 0xFE, 0xFF)) {
      boolean little = head[0] == (byte) 0xFF;
      in.skipNBytes(2);
      return new TextInput(
          in, little ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE, null, 2, head);
    }
    Charset unmarked = unmarkedUtf16(head);
    if (unmarked != null) {
      return new TextInput(in, unmarked, "read as " + unmarked + " (without mark)", 0, head);
    }
    int skipped = 0;
    if (startsWith(head, 0xEF, 0xBB, 0xBF)) {
      skipped = 3;
    } else {
      refuseBinary(head, label);
    }
    in.skipNBytes(skipped);
    Charset charset = otherThanUtf8 == null ? StandardCharsets.UTF_8 : WINDOWS;
    return new TextInput(in, charset, otherThanUtf8, skipped, head);
  }

  /** UTF-16 of mostly Latin text has a zero in every second byte, and nowhere else. */
  private static @Nullable Charset unmarkedUtf16(byte[] head) {
    int length = Math.min(head.length, SNIFFED_BYTES) & ~1;
    int[] zeros = new int[2];
    for (int i = 0; i < length; i++) {
      zeros[i & 1] += head[i] == 0 ? 1 : 0;
    }
    if (length < FEWEST_UTF16_BYTES || Math.min(zeros[0], zeros[1]) > 0) {
      return null;
    }
    if (zeros[1] > length / 4) {
      return StandardCharsets.UTF_16LE;
    }
    return zeros[0] > length / 4 ? StandardCharsets.UTF_16BE : null;
  }

  private static void refuseBinary(byte[] head, String label) throws CsvFormatException {
    for (int i = 0; i < Math.min(head.length, SNIFFED_BYTES); i++) {
      if (head[i] == 0) {
        throw new CsvFormatException(
            label
                + ": byte "
                + i
                + " is zero, so this is no CSV text; save the table as CSV in UTF-8 (UTF-16 needs a"
                + " byte order mark)");
      }
    }
  }

  /** The first part of the text. */
  String sample() {
    return sample;
  }

  boolean sampleIsAll() {
    return sampleIsAll;
  }

  String encoding() {
    return charset.name();
  }

  /** What to tell the user when the encoding had to be guessed. */
  Optional<String> note() {
    return Optional.ofNullable(note);
  }

  /** The whole text; a byte that is none of this encoding ends it with an exception. */
  Reader reader() {
    return new InputStreamReader(
        bytes,
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(
                charset.equals(WINDOWS) ? CodingErrorAction.REPLACE : CodingErrorAction.REPORT));
  }

  /**
   * Where bytes are not UTF-8 and so are taken for Windows text, or null.
   *
   * @param all whether the bytes are the whole text; else they may end inside a character
   */
  private static @Nullable String otherThanUtf8(InputStream in, boolean all) throws IOException {
    CharsetDecoder decoder = strict();
    CharBuffer out = CharBuffer.allocate(CHARS_PER_STEP);
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    long line = 1;
    for (int read = 0; read >= 0; ) {
      read = in.read(buffer.array(), buffer.position(), buffer.remaining());
      buffer.position(buffer.position() + Math.max(0, read));
      buffer.flip();
      boolean sound = decode(decoder, buffer, out, all && read < 0);
      line += newlines(buffer);
      if (!sound) {
        return "not UTF-8 (line %d, byte 0x%02X); read as Windows-1252 (Latin-1)"
            .formatted(line, buffer.get(buffer.position()) & 0xFF);
      }
      buffer.compact();
    }
    return null;
  }

  /** In the part that was decoded. */
  private static int newlines(ByteBuffer decoded) {
    int newlines = 0;
    for (int i = 0; i < decoded.position(); i++) {
      newlines += decoded.get(i) == '\n' ? 1 : 0;
    }
    return newlines;
  }

  private static boolean decode(
      CharsetDecoder decoder, ByteBuffer in, CharBuffer out, boolean last) {
    while (true) {
      out.clear();
      var result = decoder.decode(in, out, last);
      if (result.isError()) {
        return false;
      }
      if (result.isUnderflow()) {
        return true;
      }
    }
  }

  private static CharsetDecoder strict() {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
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

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
