package dev.amulet.training.weights;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The only things that a pickled state dict may name: ordered dictionaries, storages and the two
 * functions that make a tensor of a storage. A tensor is noted first and made when the storages are
 * there, which in the legacy layout is after the pickle.
 */
final class TorchObjects {
  private static final int STORAGE_FIELDS = 5;
  private static final int TENSOR_FIELDS = 4;
  private static final String STORAGE_MARK = "storage";
  private static final String MODULE_PREFIX = "module.";

  /** Under which of these names training scripts put the state dict of a checkpoint. */
  private static final List<String> NESTED = List.of("state_dict", "model_state_dict", "model");

  /** What a pickle may call or name. */
  enum Global {
    ORDERED_DICT("collections", "OrderedDict"),
    TENSOR("torch._utils", "_rebuild_tensor_v2"),
    PARAMETER("torch._utils", "_rebuild_parameter"),
    FLOAT("torch", "FloatStorage"),
    HALF("torch", "HalfStorage"),
    BFLOAT16("torch", "BFloat16Storage"),
    DOUBLE("torch", "DoubleStorage"),
    LONG("torch", "LongStorage");

    private final String module;
    private final String name;

    Global(String module, String name) {
      this.module = module;
      this.name = name;
    }

    private ElementType type() throws WeightFileException {
      return switch (this) {
        case FLOAT -> ElementType.F32;
        case HALF -> ElementType.F16;
        case BFLOAT16 -> ElementType.BF16;
        case DOUBLE -> ElementType.F64;
        case LONG -> ElementType.I64;
        default -> throw new WeightFileException(name + " is no kind of storage");
      };
    }
  }

  /** A storage, by the name that its values have in the file. */
  record Storage(ElementType type, String key, long count) {}

  /** A tensor to be: a view of a storage. */
  record Tensor(Storage storage, long offset, List<Long> shape, List<Long> strides) {}

  /** Gives the bytes of a storage. */
  @FunctionalInterface
  interface Storages {
    ByteBuffer bytes(Storage storage) throws WeightFileException;
  }

  private final Map<String, Storage> storages = new LinkedHashMap<>();

  Object global(String module, String name) throws WeightFileException {
    for (Global global : Global.values()) {
      if (global.module.equals(module) && global.name.equals(name)) {
        return global;
      }
    }
    throw new WeightFileException(
        "its pickle names " + module + "." + name + ", which no state dict needs; refused");
  }

  /** From a persistent id: {@code ("storage", type, key, device, count)}. */
  Object storage(List<Object> id) throws WeightFileException {
    if (id.size() < STORAGE_FIELDS
        || !id.get(0).equals(STORAGE_MARK)
        || !(id.get(1) instanceof Global type)
        || !(id.get(2) instanceof String key)
        || !(id.get(4) instanceof Long count)
        || count < 0
        || count > Integer.MAX_VALUE
        || (id.size() > STORAGE_FIELDS && id.get(STORAGE_FIELDS) != Pickle.NONE)) {
      throw new WeightFileException("its pickle refers to a storage in an unknown way");
    }
    Storage storage = new Storage(type.type(), key, count);
    Storage known = storages.putIfAbsent(key, storage);
    if (known != null && !known.equals(storage)) {
      throw new WeightFileException("its pickle describes storage \"" + key + "\" in two ways");
    }
    return storage;
  }

  /** Every storage the pickles referred to, by key. */
  Map<String, Storage> storages() {
    return storages;
  }

  Object call(Object function, List<Object> arguments) throws WeightFileException {
    if (function == Global.ORDERED_DICT) {
      return dictionary(arguments);
    }
    if (function == Global.PARAMETER
        && !arguments.isEmpty()
        && arguments.get(0) instanceof Tensor tensor) {
      return tensor;
    }
    if (function == Global.TENSOR
        && arguments.size() >= TENSOR_FIELDS
        && arguments.get(0) instanceof Storage storage
        && arguments.get(1) instanceof Long offset) {
      return new Tensor(storage, offset, longs(arguments.get(2)), longs(arguments.get(3)));
    }
    throw new WeightFileException("its pickle calls " + function + " in an unknown way; refused");
  }

  /** Empty, or of a list of pairs as Python 2 wrote it. */
  private static Map<Object, Object> dictionary(List<Object> arguments) throws WeightFileException {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (!arguments.isEmpty() && arguments.get(0) instanceof List<?> pairs) {
      for (Object pair : pairs) {
        if (!(pair instanceof List<?> two) || two.size() != 2 || !(two.get(0) instanceof String)) {
          throw new WeightFileException("its pickle makes a dictionary of something unknown");
        }
        map.put(two.get(0), two.get(1));
      }
    }
    return map;
  }

  private static List<Long> longs(Object value) throws WeightFileException {
    List<Long> longs = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object item : list) {
        if (!(item instanceof Long number)) {
          throw new WeightFileException("its pickle has a shape that is not of numbers");
        }
        longs.add(number);
      }
      return longs;
    }
    throw new WeightFileException("its pickle has a shape that is not of numbers");
  }

  /** The tensors of a pickled state dict, or of the one inside a checkpoint. */
  static StateDict stateDict(Object root, Storages storages) throws WeightFileException {
    Map<?, ?> map = tensorsOf(root);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    boolean wrapped =
        map.entrySet().stream()
            .filter(entry -> entry.getValue() instanceof Tensor)
            .allMatch(entry -> String.valueOf(entry.getKey()).startsWith(MODULE_PREFIX));
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (entry.getValue() instanceof Tensor tensor && entry.getKey() instanceof String name) {
        String plain = wrapped ? name.substring(MODULE_PREFIX.length()) : name;
        tensors.put(plain, stored(plain, tensor, storages));
      }
    }
    return new StateDict(tensors, Map.of());
  }

  private static Map<?, ?> tensorsOf(Object root) throws WeightFileException {
    if (root instanceof Map<?, ?> map) {
      if (map.values().stream().anyMatch(Tensor.class::isInstance)) {
        return map;
      }
      for (String name : NESTED) {
        if (map.get(name) instanceof Map<?, ?> inner
            && inner.values().stream().anyMatch(Tensor.class::isInstance)) {
          return inner;
        }
      }
    }
    throw new WeightFileException(
        "it holds no state dict (tensors by name, or a checkpoint with " + NESTED.get(0) + ")");
  }

  private static StoredTensor stored(String name, Tensor tensor, Storages storages)
      throws WeightFileException {
    List<Integer> shape = new ArrayList<>();
    for (long size : tensor.shape()) {
      if (size < 0 || size > Integer.MAX_VALUE) {
        throw new WeightFileException("tensor \"" + name + "\": size " + size + " in its shape");
      }
      shape.add((int) size);
    }
    ByteBuffer bytes = storages.bytes(tensor.storage());
    try {
      return new StoredTensor(
          tensor.storage().type(), shape, tensor.strides(), tensor.offset(), bytes);
    } catch (IllegalArgumentException e) {
      throw new WeightFileException("tensor \"" + name + "\": " + e.getMessage(), e);
    }
  }
}
