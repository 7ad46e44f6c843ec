package dev.amulet.format;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32;

/** SHA-256 and CRC-32 of the same bytes, taken in one pass. */
record Digests(ByteString sha256, int crc) {
  private static final int CHUNK_BYTES = 64 << 10;

  static Digests of(ByteBuffer bytes) {
    ByteBuffer rest = bytes.duplicate();
    MessageDigest sha256 = newSha256();
    CRC32 crc = new CRC32();
    byte[] chunk = new byte[Math.min(CHUNK_BYTES, rest.remaining())];
    while (rest.hasRemaining()) {
      int count = Math.min(chunk.length, rest.remaining());
      rest.get(chunk, 0, count);
      sha256.update(chunk, 0, count);
      crc.update(chunk, 0, count);
    }
    return new Digests(ByteString.copyFrom(sha256.digest()), (int) crc.getValue());
  }

  String hex() {
    return HexFormat.of().formatHex(sha256.toByteArray());
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
