package dev.amulet.training.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * PyTorch's layout since 1.6: a zip with {@code <name>/data.pkl}, the pickled object, and {@code
 * <name>/data/<key>}, one stored (not compressed) entry per storage.
 */
final class TorchZip {
  private static final byte[] MAGIC = {'P', 'K', 3, 4};
  private static final String PICKLE = "data.pkl";
  private static final String BYTE_ORDER = "byteorder";

  private TorchZip() {}

  static boolean looksLike(ByteBuffer file) {
    return file.remaining() >= MAGIC.length
        && file.slice(file.position(), MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
  }

  static StateDict read(ByteBuffer source) throws IOException {
    byte[] bytes = new byte[source.remaining()];
    source.duplicate().get(bytes);
    Map<String, ByteBuffer> entries = entries(bytes);
    ByteBuffer order = entries.get(BYTE_ORDER);
    if (order != null && !StandardCharsets.US_ASCII.decode(order).toString().equals("little")) {
      throw new WeightFileException("it was written on a machine that is not little-endian");
    }
    ByteBuffer pickle = entries.get(PICKLE);
    if (pickle == null) {
      throw new WeightFileException("it is a zip without data.pkl: no PyTorch file");
    }
    Object root = Pickle.read(pickle, new TorchObjects());
    return TorchObjects.stateDict(
        root,
        storage -> {
          ByteBuffer values = entries.get("data/" + storage.key());
          long expected = storage.count() * storage.type().bytes();
          if (values == null || values.capacity() != expected) {
            throw new WeightFileException(
                String.format(
                    "storage \"%s\" has %s bytes, expected %d",
                    storage.key(), values == null ? "no" : values.capacity(), expected));
          }
          return values;
        });
  }

  /** Contents by their names below the one folder that everything is in. */
  private static Map<String, ByteBuffer> entries(byte[] bytes) throws IOException {
    Map<String, ByteBuffer> entries = new HashMap<>();
    try (ZipFile zip = ZipFile.builder().setByteArray(bytes).get()) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntriesInPhysicalOrder())) {
        String name = entry.getName().substring(entry.getName().indexOf('/') + 1);
        if (entry.getMethod() != ZipEntry.STORED || entry.getSize() > bytes.length) {
          throw new WeightFileException("its entry \"" + name + "\" is compressed; refused");
        }
        try (InputStream in = zip.getInputStream(entry)) {
          if (entries.put(name, ByteBuffer.wrap(in.readAllBytes())) != null) {
            throw new WeightFileException("it holds \"" + name + "\" twice");
          }
        }
      }
    } catch (IllegalArgumentException e) {
      throw new WeightFileException("it is no sound zip (" + e.getMessage() + ")", e);
    }
    return entries;
  }
}
