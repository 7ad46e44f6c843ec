package dev.amulet.training.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * PyTorch's layout before 1.6: pickles of a magic number, a version, the machine, the object and
 * the keys of its storages, then each storage: its length, its values.
 */
final class TorchLegacy {
  /** The pickled magic number 0x1950a86a20f9469cfc6c. */
  private static final byte[] MAGIC = {
    (byte) 0x80,
    2,
    (byte) 0x8a,
    10,
    0x6c,
    (byte) 0xfc,
    (byte) 0x9c,
    0x46,
    (byte) 0xf9,
    0x20,
    0x6a,
    (byte) 0xa8,
    0x50,
    0x19,
    '.'
  };

  private static final long VERSION = 1001;

  private TorchLegacy() {}

  static boolean looksLike(ByteBuffer file) {
    return file.remaining() >= MAGIC.length
        && file.slice(file.position(), MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
  }

  static StateDict read(ByteBuffer source) throws WeightFileException {
    ByteBuffer file = source.slice().order(ByteOrder.LITTLE_ENDIAN).position(MAGIC.length);
    TorchObjects objects = new TorchObjects();
    Object version = Pickle.read(file, objects);
    if (!version.equals(VERSION)) {
      throw new WeightFileException("its layout has version " + version + ", expected " + VERSION);
    }
    if (!(Pickle.read(file, objects) instanceof Map<?, ?> machine)
        || !Boolean.TRUE.equals(machine.get("little_endian"))) {
      throw new WeightFileException("it was written on a machine that is not little-endian");
    }
    Object root = Pickle.read(file, objects);
    if (!(Pickle.read(file, objects) instanceof List<?> keys)) {
      throw new WeightFileException("it does not list its storages");
    }
    Map<String, ByteBuffer> storages = new HashMap<>();
    for (Object key : keys) {
      TorchObjects.Storage storage = objects.storages().get(String.valueOf(key));
      if (storage == null) {
        throw new WeightFileException("it holds a storage \"" + key + "\" that nothing refers to");
      }
      storages.put(storage.key(), next(file, storage));
    }
    if (file.hasRemaining()) {
      throw new WeightFileException(file.remaining() + " bytes follow its last storage");
    }
    return TorchObjects.stateDict(
        root,
        storage -> {
          ByteBuffer bytes = storages.get(storage.key());
          if (bytes == null) {
            throw new WeightFileException("storage \"" + storage.key() + "\" is not there");
          }
          return bytes;
        });
  }

  /** A length in values, then the values. */
  private static ByteBuffer next(ByteBuffer file, TorchObjects.Storage storage)
      throws WeightFileException {
    long count = file.remaining() < Long.BYTES ? -1 : file.getLong();
    long bytes = storage.count() * storage.type().bytes();
    if (count != storage.count() || bytes > file.remaining()) {
      throw new WeightFileException(
          String.format(
              "storage \"%s\" should have %d values, found %d in %d bytes; cut short?",
              storage.key(), storage.count(), count, file.remaining()));
    }
    ByteBuffer values = file.slice(file.position(), (int) bytes);
    file.position(file.position() + (int) bytes);
    return values;
  }
}
