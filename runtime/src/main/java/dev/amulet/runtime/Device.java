package dev.amulet.runtime;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where networks run. Everything else runs on the CPU.
 *
 * <p>CUDA needs {@code onnxruntime_gpu} on the class path in place of {@code onnxruntime}, and the
 * CUDA libraries it names. Other kernels round otherwise: scores made on a GPU equal those made on
 * a CPU within the tolerance that the amulet's verification states, not bit for bit.
 *
 * @param kind which
 * @param index which GPU, from 0; 0 where there is no choice
 */
public record Device(Kind kind, int index) {
  /** The first GPU when there is one that works, else the CPU. */
  public static final Device AUTO = new Device(Kind.AUTO, 0);

  public static final Device CPU = new Device(Kind.CPU, 0);

  private static final Pattern TEXT = Pattern.compile("(auto|cpu|cuda(?::([0-9]{1,4}))?)");

  /** Kinds of devices. */
  public enum Kind {
    AUTO,
    CPU,
    CUDA
  }

  public Device {
    if (index < 0 || (index > 0 && kind != Kind.CUDA)) {
      throw new IllegalArgumentException("device " + kind + " has no index " + index);
    }
  }

  /** One NVIDIA GPU, which must be there. */
  public static Device cuda(int index) {
    return new Device(Kind.CUDA, index);
  }

  /**
   * Reads {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:1}.
   *
   * @throws IllegalArgumentException when the text is none of them
   */
  public static Device parse(String text) {
    Matcher words = TEXT.matcher(text);
    if (!words.matches()) {
      throw new IllegalArgumentException(
          "device \"" + text + "\" is none of auto, cpu, cuda, cuda:0, cuda:1, ...");
    }
    if (text.startsWith("cuda")) {
      return cuda(words.group(2) == null ? 0 : Integer.parseInt(words.group(2)));
    }
    return text.equals("auto") ? AUTO : CPU;
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return kind == Kind.CUDA ? "cuda:" + index : kind.name().toLowerCase(Locale.ROOT);
  }
}
