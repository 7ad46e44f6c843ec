package dev.amulet.runtime.internal.image;

/** A file read front to back; reading past its end is {@link ImageException} TRUNCATED. */
final class Bytes {
  private final byte[] file;
  private final Limits limits;
  private int at;

  Bytes(byte[] file, int at, Limits limits) {
    this.file = file;
    this.at = at;
    this.limits = limits;
  }

  int position() {
    return at;
  }

  int remaining() {
    return file.length - at;
  }

  /** Moves to an absolute position inside the file or at its end. */
  void seek(long position) throws ImageException {
    if (position < 0 || position > file.length) {
      throw limits.truncated("at byte " + file.length + ", expected data at byte " + position);
    }
    at = (int) position;
  }

  void skip(long count) throws ImageException {
    seek(at + count);
  }

  int u8() throws ImageException {
    if (at >= file.length) {
      throw limits.truncated("at byte " + at + ", expected more data");
    }
    return file[at++] & 0xFF;
  }

  int u16Little() throws ImageException {
    int low = u8();
    return low | (u8() << 8);
  }

  long u32Little() throws ImageException {
    long low = u16Little();
    return low | ((long) u16Little() << 16);
  }

  int u16Big() throws ImageException {
    int high = u8();
    return (high << 8) | u8();
  }

  long u32Big() throws ImageException {
    long high = u16Big();
    return (high << 16) | u16Big();
  }
}
