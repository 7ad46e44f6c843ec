package dev.amulet.training.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Tensors by name, as a weight file holds them. Immutable. */
public final class StateDict {
  /** Largest file read: 1 GiB. */
  public static final long MAX_BYTES = 1L << 30;

  private final Map<String, StoredTensor> tensors;
  private final Map<String, String> metadata;

  StateDict(Map<String, StoredTensor> tensors, Map<String, String> metadata) {
    this.tensors = new LinkedHashMap<>(tensors);
    this.metadata = new LinkedHashMap<>(metadata);
  }

  /**
   * Reads safetensors, or a PyTorch file in its zip or legacy layout; which it is, the first bytes
   * tell.
   *
   * @throws WeightFileException when it is none of these, damaged, or holds anything but tensors
   */
  public static StateDict read(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MAX_BYTES) {
      throw new WeightFileException(
          String.format("it has %,d bytes, files up to %,d are read", size, MAX_BYTES));
    }
    return read(ByteBuffer.wrap(Files.readAllBytes(file)));
  }

  /** The same from memory; the buffer must not change afterwards. */
  static StateDict read(ByteBuffer file) throws IOException {
    if (TorchZip.looksLike(file)) {
      return TorchZip.read(file);
    }
    if (TorchLegacy.looksLike(file)) {
      return TorchLegacy.read(file);
    }
    if (Safetensors.looksLike(file)) {
      return Safetensors.read(file);
    }
    throw new WeightFileException(
        "it is neither safetensors nor a PyTorch file (.pth); it starts with " + start(file));
  }

  private static String start(ByteBuffer file) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < Math.min(16, file.remaining()); i++) {
      int value = file.get(i) & 0xFF;
      text.append(value >= ' ' && value < 127 ? (char) value : '.');
    }
    return text.append('"').toString();
  }

  /** Names in file order. */
  public Set<String> names() {
    return tensors.keySet();
  }

  /** What the file says about itself, such as {@code source}, {@code license}, {@code mean}. */
  public Map<String, String> metadata() {
    return new LinkedHashMap<>(metadata);
  }

  /** Sizes of a tensor, if it is there. */
  public Optional<List<Integer>> shape(String name) {
    return Optional.ofNullable(tensors.get(name)).map(StoredTensor::shape);
  }

  /**
   * Values of a tensor, row-major, as float32; a fresh array.
   *
   * @throws IllegalArgumentException when there is none of this name
   */
  public float[] floats(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor \"" + name + "\"");
    }
    return tensor.floats();
  }

  /** The same tensors under other names. */
  StateDict renamed(UnaryOperator<String> names) throws WeightFileException {
    Map<String, StoredTensor> renamed = new LinkedHashMap<>();
    for (Map.Entry<String, StoredTensor> tensor : tensors.entrySet()) {
      String name = names.apply(tensor.getKey());
      if (renamed.put(name, tensor.getValue()) != null) {
        throw new WeightFileException("two of its tensors are both \"" + name + "\"");
      }
    }
    return new StateDict(renamed, metadata);
  }
}
