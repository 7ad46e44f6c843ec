package dev.amulet.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes the zip of an amulet: the layout first, then the bytes. */
final class ZipWriter {
  private final List<StoredEntry> entries = new ArrayList<>();
  private final List<byte[]> contents = new ArrayList<>();
  private long directoryOffset;
  private long directoryBytes;

  /**
   * @param contents bytes by name, in file order
   * @param crcs their CRC-32
   */
  ZipWriter(Map<String, byte[]> contents, Map<String, Integer> crcs, Where where)
      throws ArtifactException {
    for (Map.Entry<String, byte[]> content : contents.entrySet()) {
      String name = content.getKey();
      EntryName.check(name, where);
      StoredEntry entry =
          ZipLayout.entry(
              directoryOffset, name, content.getValue().length, crcs.getOrDefault(name, 0));
      entries.add(entry);
      this.contents.add(content.getValue());
      directoryOffset = entry.end();
      directoryBytes += ZipLayout.CENTRAL_BYTES + name.length();
    }
    if (size() > ZipLayout.MAX_FILE_BYTES) {
      throw where.bad(
          "would be " + size() + " bytes, expected less than 4 GiB; use smaller networks");
    }
    if (entries.size() > ZipLayout.MAX_ENTRIES) {
      throw where.bad(
          "would have " + entries.size() + " entries, expected at most " + ZipLayout.MAX_ENTRIES);
    }
  }

  long size() {
    return directoryOffset + directoryBytes + ZipLayout.END_BYTES;
  }

  void writeTo(WritableByteChannel channel) throws IOException {
    for (int i = 0; i < entries.size(); i++) {
      writeAll(channel, ZipLayout.localHeader(entries.get(i)));
      writeAll(channel, ByteBuffer.wrap(contents.get(i)));
    }
    for (StoredEntry entry : entries) {
      writeAll(channel, ZipLayout.centralHeader(entry));
    }
    writeAll(channel, ZipLayout.end(entries.size(), directoryOffset, directoryBytes));
  }

  private static void writeAll(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
