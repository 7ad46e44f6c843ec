package dev.amulet.format;

/**
 * One entry of the zip.
 *
 * @param headerOffset where its local header starts
 * @param dataOffset where its data starts, a multiple of {@link ZipLayout#PAGE}
 * @param size bytes of data
 * @param crc CRC-32 of the data
 */
record StoredEntry(String name, long headerOffset, long dataOffset, int size, int crc) {
  int headerBytes() {
    return (int) (dataOffset - headerOffset);
  }

  long end() {
    return dataOffset + size;
  }
}
