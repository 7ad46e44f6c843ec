package dev.amulet.server.model;

/**
 * Hears of every request that has its answer: where tracing plugs in. Implementations on the class
 * path are found by {@link java.util.ServiceLoader} when a server starts.
 *
 * <p>Called by the thread that answers, from many threads at once: hand on and return. What it
 * throws changes no answer.
 */
@FunctionalInterface
public interface RequestListener {
  /** A request has its answer, good or bad. */
  void answered(AnsweredRequest request);
}
