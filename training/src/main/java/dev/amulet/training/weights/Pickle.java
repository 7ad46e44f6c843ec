package dev.amulet.training.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads Python's pickle format (protocol 2, as PyTorch writes it) as data. It knows the opcodes
 * that build dictionaries, lists, tuples, texts and numbers, and asks a {@link TorchObjects} for
 * the few globals that make tensors; every other opcode and global is refused, so nothing in a file
 * is ever run. Opcodes: Python's {@code pickletools}.
 */
final class Pickle {
  private static final int MOST_VALUES = 4_000_000;
  private static final int LONGEST_TEXT = 1 << 20;
  private static final int LARGEST_LONG = 8;

  /** Marks where a list of items on the stack begins. */
  private static final Object MARK = new Object();

  /** Stands for Python's None on the stack. */
  static final Object NONE = new Object();

  private final ByteBuffer in;
  private final TorchObjects objects;
  private final Deque<Object> stack = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private int steps;

  private Pickle(ByteBuffer in, TorchObjects objects) {
    this.in = in;
    this.objects = objects;
  }

  /** Reads one pickle; the buffer stands after it. */
  static Object read(ByteBuffer in, TorchObjects objects) throws WeightFileException {
    ByteOrder order = in.order();
    in.order(ByteOrder.LITTLE_ENDIAN);
    try {
      return new Pickle(in, objects).run();
    } catch (java.nio.BufferUnderflowException e) {
      throw new WeightFileException("its pickle is cut short", e);
    } finally {
      in.order(order);
    }
  }

  private Object run() throws WeightFileException {
    while (true) {
      if (++steps > MOST_VALUES) {
        throw new WeightFileException("its pickle holds more than " + MOST_VALUES + " values");
      }
      int opcode = in.get() & 0xFF;
      if (opcode == '.') {
        return pop();
      }
      if (!constant(opcode) && !container(opcode)) {
        step(opcode);
      }
    }
  }

  /** Opcodes that push a number, a text or an empty container. */
  private boolean constant(int opcode) throws WeightFileException {
    switch (opcode) {
      case 'N' -> stack.push(NONE);
      case 0x88 -> stack.push(true);
      case 0x89 -> stack.push(false);
      case 'K' -> stack.push((long) (in.get() & 0xFF));
      case 'M' -> stack.push((long) (in.getShort() & 0xFFFF));
      case 'J' -> stack.push((long) in.getInt());
      case 0x8a -> stack.push(longValue(in.get() & 0xFF));
      case 'G' -> stack.push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
      case 'X', 'T' -> stack.push(text(in.getInt(), opcode));
      case 'U' -> stack.push(text(in.get() & 0xFF, opcode));
      case ')' -> stack.push(List.of());
      case ']' -> stack.push(new ArrayList<>());
      case '}' -> stack.push(new LinkedHashMap<>());
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Opcodes that put what is on the stack together. */
  private boolean container(int opcode) throws WeightFileException {
    switch (opcode) {
      case '(' -> stack.push(MARK);
      case 't' -> stack.push(List.copyOf(toMark()));
      case 0x85 -> stack.push(List.copyOf(top(1)));
      case 0x86 -> stack.push(List.copyOf(top(2)));
      case 0x87 -> stack.push(List.copyOf(top(3)));
      case 'a' -> append(top(1));
      case 'e' -> append(toMark());
      case 's' -> put(top(2));
      case 'u' -> put(toMark());
      default -> {
        return false;
      }
    }
    return true;
  }

  private void step(int opcode) throws WeightFileException {
    switch (opcode) {
      case 0x80 -> protocol(in.get());
      case 'q' -> memo.put(in.get() & 0xFF, peek());
      case 'r' -> memo.put(in.getInt(), peek());
      case 'h' -> stack.push(remembered(in.get() & 0xFF));
      case 'j' -> stack.push(remembered(in.getInt()));
      case 'c' -> stack.push(objects.global(line(), line()));
      case 'Q' -> stack.push(objects.storage(list(pop())));
      case 'R' -> {
        List<Object> arguments = list(pop());
        stack.push(objects.call(pop(), arguments));
      }
      case 'b' -> {
        // State of an OrderedDict: the versions that PyTorch notes beside the tensors.
        pop();
        if (!(peek() instanceof Map)) {
          throw new WeightFileException("its pickle sets the state of something unknown");
        }
      }
      default ->
          throw new WeightFileException(
              String.format(
                  "its pickle uses opcode 0x%02x at byte %d, which no state dict needs; refused",
                  opcode, in.position() - 1));
    }
  }

  private static void protocol(byte version) throws WeightFileException {
    if (version != 2) {
      throw new WeightFileException("it is pickled with protocol " + version + ", expected 2");
    }
  }

  private long longValue(int length) throws WeightFileException {
    if (length > LARGEST_LONG) {
      // Only the legacy layout's magic number is longer; it is compared before.
      throw new WeightFileException("its pickle holds a number of " + length + " bytes");
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      value |= (in.get() & 0xFFL) << (8 * i);
    }
    int unused = Long.SIZE - 8 * length;
    return length == 0 ? 0 : value << unused >> unused;
  }

  private String text(int length, int opcode) throws WeightFileException {
    if (length < 0 || length > Math.min(LONGEST_TEXT, in.remaining())) {
      throw new WeightFileException("its pickle holds a text of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, opcode == 'X' ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
  }

  private String line() throws WeightFileException {
    StringBuilder text = new StringBuilder();
    for (int c = in.get(); c != '\n'; c = in.get()) {
      if (text.length() > 200 || c < ' ') {
        throw new WeightFileException("its pickle names a global that is no name; refused");
      }
      text.append((char) c);
    }
    return text.toString();
  }

  private Object remembered(int index) throws WeightFileException {
    Object value = memo.get(index);
    if (value == null) {
      throw new WeightFileException("its pickle refers to value " + index + " before it is there");
    }
    return value;
  }

  private Object peek() throws WeightFileException {
    Object value = stack.peek();
    if (value == null || value == MARK) {
      throw new WeightFileException("its pickle takes a value where there is none");
    }
    return value;
  }

  private Object pop() throws WeightFileException {
    Object value = peek();
    stack.pop();
    return value;
  }

  private List<Object> top(int count) throws WeightFileException {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(0, pop());
    }
    return values;
  }

  private List<Object> toMark() throws WeightFileException {
    Deque<Object> values = new ArrayDeque<>();
    while (true) {
      @Nullable Object value = stack.poll();
      if (value == null) {
        throw new WeightFileException("its pickle ends a list that never began");
      }
      if (value == MARK) {
        return new ArrayList<>(values);
      }
      values.push(value);
    }
  }

  private void append(List<Object> values) throws WeightFileException {
    Object target = peek();
    // Tuples are unmodifiable lists of their own kind, not array lists.
    if (!(target instanceof ArrayList)) {
      throw new WeightFileException("its pickle appends to something that is no list");
    }
    mutable((List<?>) target).addAll(values);
  }

  private void put(List<Object> keysAndValues) throws WeightFileException {
    Object target = peek();
    if (!(target instanceof Map) || keysAndValues.size() % 2 != 0) {
      throw new WeightFileException("its pickle sets items of something that is no dictionary");
    }
    Map<Object, Object> map = map((Map<?, ?>) target);
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      Object key = keysAndValues.get(i);
      if (!(key instanceof String) && !(key instanceof Long)) {
        throw new WeightFileException("its pickle holds a dictionary with keys that are no names");
      }
      map.put(key, keysAndValues.get(i + 1));
    }
  }

  private static List<Object> list(Object value) throws WeightFileException {
    if (value instanceof List<?> list) {
      return new ArrayList<>(list);
    }
    throw new WeightFileException("its pickle has a value where a tuple belongs");
  }

  @SuppressWarnings("unchecked") // Every list and map on the stack was made here.
  private static List<Object> mutable(List<?> list) {
    return (List<Object>) list;
  }

  @SuppressWarnings("unchecked")
  private static Map<Object, Object> map(Map<?, ?> map) {
    return (Map<Object, Object>) map;
  }
}
