package dev.amulet.format;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.amulet.format.v1.Entry;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Table;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.format.v1.Verification;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A file that must be refused.
 *
 * @param name what is wrong with it
 * @param says texts that the message must hold: where, found, expected
 */
record MalformedAmulet(String name, byte[] bytes, List<String> says) {
  private static final byte[] GOOD = good();

  private static byte[] good() {
    try {
      return SampleAmulet.bytes();
    } catch (ArtifactException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] goodBytes() {
    return GOOD.clone();
  }

  @Override
  public String toString() {
    return name;
  }

  static MalformedAmulet bytes(String name, byte[] bytes, String... says) {
    return new MalformedAmulet(name, bytes, List.of(says));
  }

  /** The good file with some of its bytes changed. */
  static MalformedAmulet patched(String name, Consumer<ByteBuffer> patch, String... says) {
    byte[] bytes = goodBytes();
    patch.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    return bytes(name, bytes, says);
  }

  /** The good file with a changed manifest, everything else made to fit it. */
  static MalformedAmulet manifest(String name, Consumer<Manifest.Builder> change, String... says) {
    Manifest.Builder manifest = goodManifest();
    change.accept(manifest);
    return rawManifest(name, manifest.build().toByteArray(), says);
  }

  static MalformedAmulet rawManifest(String name, byte[] manifest, String... says) {
    Map<String, byte[]> contents = goodContents();
    contents.put("manifest.pb", manifest);
    return bytes(name, zip(contents), says);
  }

  /** The good file with other bytes in an entry, its size and digest made to fit. */
  static MalformedAmulet entry(String name, String path, byte[] entry, String... says) {
    Map<String, byte[]> contents = goodContents();
    contents.put(path, entry);
    Manifest.Builder manifest = goodManifest();
    for (Entry.Builder row : manifest.getEntriesBuilderList()) {
      if (row.getPath().equals(path)) {
        row.setSize(entry.length).setSha256(Digests.of(ByteBuffer.wrap(entry)).sha256());
      }
    }
    contents.put("manifest.pb", manifest.build().toByteArray());
    return bytes(name, zip(contents), says);
  }

  static MalformedAmulet trees(String name, Consumer<TreeEnsemble.Builder> change, String... says) {
    TreeEnsemble.Builder trees = SampleAmulet.trees().toBuilder();
    change.accept(trees);
    return entry(name, "trees/m1.pb", trees.build().toByteArray(), says);
  }

  static MalformedAmulet table(
      String name, String path, Consumer<Table.Builder> change, String... says) {
    Table.Builder table = SampleAmulet.tables().get(path).toBuilder();
    change.accept(table);
    return entry(name, path, table.build().toByteArray(), says);
  }

  static MalformedAmulet verification(
      String name, Consumer<Verification.Builder> change, String... says) {
    Verification.Builder rows = SampleAmulet.verification().toBuilder();
    change.accept(rows);
    return entry(name, "verification.pb", rows.build().toByteArray(), says);
  }

  static MalformedAmulet network(String name, TinyOnnx model, String... says) {
    return entry(name, "networks/tiny.onnx", model.toBytes(), says);
  }

  static Manifest.Builder goodManifest() {
    try {
      return Manifest.parseFrom(goodContents().get("manifest.pb")).toBuilder();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All entries of the good file, in file order. */
  static Map<String, byte[]> goodContents() {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    for (StoredEntry entry : goodEntries()) {
      int start = (int) entry.dataOffset();
      contents.put(entry.name(), Arrays.copyOfRange(GOOD, start, start + entry.size()));
    }
    return contents;
  }

  static List<StoredEntry> goodEntries() {
    try {
      return ZipReader.read(new ByteSource.Memory(ByteBuffer.wrap(GOOD)), Where.amulet("good"));
    } catch (ArtifactException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static StoredEntry goodEntry(String path) {
    return goodEntries().stream().filter(e -> e.name().equals(path)).findFirst().orElseThrow();
  }

  /** A zip of these entries, laid out as it must be, whatever is in them. */
  static byte[] zip(Map<String, byte[]> contents) {
    Map<String, Integer> crcs = new LinkedHashMap<>();
    contents.forEach((path, bytes) -> crcs.put(path, Digests.of(ByteBuffer.wrap(bytes)).crc()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      new ZipWriter(contents, crcs, Where.amulet("malformed")).writeTo(Channels.newChannel(out));
    } catch (ArtifactException | IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }

  /**
   * The good file with an entry's name replaced, in all three places, by one of the same length.
   */
  static MalformedAmulet renamed(String name, String from, String to, String... says) {
    byte[] bytes = goodBytes();
    byte[] wanted = to.getBytes(StandardCharsets.ISO_8859_1);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    for (int at = text.indexOf(from); at >= 0; at = text.indexOf(from, at + 1)) {
      System.arraycopy(wanted, 0, bytes, at, wanted.length);
    }
    return bytes(name, bytes, says);
  }

  /** Central header of the nth entry. */
  static int central(ByteBuffer file, int index) {
    int position = file.getInt(file.limit() - 6);
    for (int i = 0; i < index; i++) {
      position += 46 + file.getShort(position + 28);
    }
    return position;
  }
}
