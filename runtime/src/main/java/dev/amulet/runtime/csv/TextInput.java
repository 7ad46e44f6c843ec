package dev.amulet.runtime.csv;

import java.io.BufferedInputStream;
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

/**
 * Text whose encoding is found out as training does: by byte order mark, else UTF-8, else
 * Windows-1252. A file is looked through first; of a stream only the first {@value #SAMPLE_BYTES}
 * bytes are, and what comes later must agree.
 */
final class TextInput implements AutoCloseable {
  static final int SAMPLE_BYTES = 1 << 20;

  private static final Charset WINDOWS = Charset.forName("windows-1252");
  private static final int CHARS_PER_STEP = 8192;

  private final InputStream bytes;
  private final Charset charset;
  private final String sample;
  private final boolean sampleIsAll;

  private TextInput(
      InputStream bytes, Charset charset, int skipped, byte[] head, boolean sampleIsAll) {
    this.bytes = bytes;
    this.charset = charset;
    this.sample = new String(head, skipped, head.length - skipped, charset);
    this.sampleIsAll = sampleIsAll;
  }

  static TextInput file(Path file) throws IOException {
    boolean utf8;
    try (InputStream in = Files.newInputStream(file)) {
      utf8 = isUtf8(in);
    }
    return open(Files.newInputStream(file), file.toString(), utf8);
  }

  static TextInput stream(InputStream in, String label) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, SAMPLE_BYTES);
    buffered.mark(SAMPLE_BYTES);
    byte[] head = buffered.readNBytes(SAMPLE_BYTES);
    buffered.reset();
    return open(buffered, label, isUtf8(head));
  }

  private static TextInput open(InputStream in, String label, boolean utf8) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, SAMPLE_BYTES);
    buffered.mark(SAMPLE_BYTES);
    byte[] head = buffered.readNBytes(SAMPLE_BYTES);
    buffered.reset();
    Charset charset = utf8 ? StandardCharsets.UTF_8 : WINDOWS;
    int skipped = 0;
    if (startsWith(head, 0xEF, 0xBB, 0xBF)) {
      skipped = 3;
    } else if (startsWith(head, 0xFF, 0xFE)) {
      charset = StandardCharsets.UTF_16LE;
      skipped = 2;
    } else if (startsWith(head, 0xFE, 0xFF)) {
      charset = StandardCharsets.UTF_16BE;
      skipped = 2;
    } else {
      refuseBinary(head, label);
    }
    buffered.skipNBytes(skipped);
    return new TextInput(buffered, charset, skipped, head, head.length < SAMPLE_BYTES);
  }

  private static void refuseBinary(byte[] head, String label) throws CsvFormatException {
    for (int i = 0; i < head.length; i++) {
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

  /** True for a whole text in UTF-8, and for one cut in the middle of a character. */
  private static boolean isUtf8(byte[] head) {
    return decode(strict(), ByteBuffer.wrap(head), CharBuffer.allocate(CHARS_PER_STEP), false);
  }

  private static boolean isUtf8(InputStream in) throws IOException {
    CharsetDecoder decoder = strict();
    CharBuffer out = CharBuffer.allocate(CHARS_PER_STEP);
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    for (int read = 0; read >= 0; ) {
      buffer.flip();
      if (!decode(decoder, buffer, out, false)) {
        return false;
      }
      buffer.compact();
      read = in.read(buffer.array(), buffer.position(), buffer.remaining());
      buffer.position(buffer.position() + Math.max(0, read));
    }
    buffer.flip();
    return decode(decoder, buffer, out, true);
  }

  private static boolean decode(
      CharsetDecoder decoder, ByteBuffer in, CharBuffer out, boolean last) {
    while (true) {
      var result = decoder.decode(in, out, last);
      if (result.isError()) {
        return false;
      }
      if (result.isUnderflow()) {
        return true;
      }
      out.clear();
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
