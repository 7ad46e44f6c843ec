package dev.amulet.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Hears of Ctrl-C.
 *
 * <p>{@code sun.misc.Signal} is the one way to hear of a second one: a shutdown hook only hears of
 * the first, and the process can then no longer end with exit code 0. JEP 260 keeps it in the
 * module {@code jdk.unsupported} until there is another. It is called by name, because javac warns
 * of it and lets nobody silence that.
 */
final class CtrlC implements AutoCloseable {
  private final @Nullable Object before;

  private CtrlC(@Nullable Object before) {
    this.before = before;
  }

  /**
   * Calls {@code pressed} on another thread whenever Ctrl-C is pressed, until closed. Where that is
   * not possible (Java started with {@code -Xrs}, or without the module) Ctrl-C ends the process.
   */
  static CtrlC listen(Runnable pressed) {
    try {
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object listener =
          Proxy.newProxyInstance(
              CtrlC.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, args) -> {
                if (method.getName().equals("handle")) {
                  pressed.run();
                  return null;
                }
                return switch (method.getName()) {
                  case "equals" -> args != null && proxy == args[0];
                  case "hashCode" -> System.identityHashCode(proxy);
                  default -> "Ctrl-C listener";
                };
              });
      return new CtrlC(handle(listener));
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException) {
        return new CtrlC(null);
      }
      throw new IllegalStateException("Ctrl-C cannot be listened to", e.getCause());
    } catch (ReflectiveOperationException e) {
      return new CtrlC(null);
    }
  }

  /** Sets who hears of it; returns who did. */
  private static Object handle(Object listener) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Method handle = signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"));
    return handle.invoke(null, signal.getConstructor(String.class).newInstance("INT"), listener);
  }

  @Override
  public void close() {
    if (before != null) {
      try {
        handle(before);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("Ctrl-C cannot be given back", e);
      }
    }
  }
}
