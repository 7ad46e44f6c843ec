package dev.amulet.server.model;

import dev.amulet.server.model.RequestException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request whatever it asks: its id, when it came, when it must be answered by,
 * and whether anybody still waits for it.
 *
 * <p>Safe for concurrent use. It ends at most once before its time, by {@link #cancel} or {@link
 * #expire}; whoever listens is told on the thread that ended it.
 */
public final class RequestContext {
  /** No deadline. */
  public static final long NO_DEADLINE = Long.MAX_VALUE;

  /** Steps that are kept of one request; one with many rows has more. */
  private static final int MOST_STEPS = 64;

  /** What was done, by {@link System#nanoTime}. */
  record Step(String name, long startNs, long endNs) {}

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");
  private static final Pattern TRACE =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

  private final String id;
  private final String traceParent;
  private final String traceId;
  private final long acceptedNs = System.nanoTime();
  private volatile long deadlineNs;
  private final List<Step> steps = new ArrayList<>(0);
  private volatile boolean traced;
  private final List<Consumer<RequestException>> listeners = new ArrayList<>(2);
  private volatile @Nullable RequestException end;

  /**
   * A request that has just come.
   *
   * @param timeoutNs time to answer in, in nanoseconds, or {@link #NO_DEADLINE}
   * @param traceParent W3C's header of that name, or null
   */
  public RequestContext(String id, long timeoutNs, @Nullable String traceParent) {
    this.id = id;
    Matcher trace = TRACE.matcher(traceParent == null ? "" : traceParent);
    this.traceParent = trace.matches() ? trace.group() : "";
    traceId = trace.matches() ? trace.group(1) : "";
    deadlineNs = timeoutNs == NO_DEADLINE ? NO_DEADLINE : acceptedNs + timeoutNs;
  }

  /** Whether a client's id can stand in logs and headers as it is. */
  public static boolean isPlainId(String id) {
    return PLAIN.matcher(id).matches();
  }

  /** As given by the client or made here; for logs and error texts. */
  public String id() {
    return id;
  }

  /** W3C's header of that name, if it was well formed, or empty. */
  public String traceParent() {
    return traceParent;
  }

  /** Of the trace that the client says this is part of, 32 hex digits, or empty. */
  public String traceId() {
    return traceId;
  }

  /** When the request came, on the clock of {@link System#nanoTime}. */
  public long acceptedNs() {
    return acceptedNs;
  }

  /** Somebody wants to hear of the steps. */
  void trace() {
    traced = true;
  }

  /** Something was done for this request. */
  void step(String name, long startNs, long endNs) {
    if (traced) {
      synchronized (steps) {
        if (steps.size() < MOST_STEPS) {
          steps.add(new Step(name, startNs, endNs));
        }
      }
    }
  }

  List<Step> steps() {
    synchronized (steps) {
      return List.copyOf(steps);
    }
  }

  /** Time left in nanoseconds, 0 when it is over. */
  public long leftNs() {
    long deadline = deadlineNs;
    return deadline == NO_DEADLINE ? NO_DEADLINE : Math.max(0, deadline - System.nanoTime());
  }

  /** Makes the time to answer shorter, never longer; in nanoseconds from when the request came. */
  public void tighten(long timeoutNs) {
    deadlineNs = Math.min(deadlineNs, acceptedNs + Math.max(0, timeoutNs));
  }

  /** The client is gone: nothing of this request needs to run any more. */
  public void cancel() {
    end(new RequestException(Kind.CANCELLED, "the client went away"));
  }

  /** The deadline has passed. */
  public void expire() {
    end(
        new RequestException(
            Kind.DEADLINE_EXCEEDED, "no answer within the time that the request allows"));
  }

  /** Whether work for this request is in vain. A deadline that has passed ends it. */
  public boolean over() {
    if (end == null && leftNs() == 0) {
      expire();
    }
    return end != null;
  }

  /**
   * Checks that somebody still waits.
   *
   * @throws RequestException when the request was cancelled or its time is over
   */
  public void check() {
    if (over()) {
      RequestException why = end;
      if (why != null) {
        throw why;
      }
    }
  }

  /** Calls back when the request ends before its time; at once when it has. */
  public void onEnd(Consumer<RequestException> listener) {
    RequestException ended;
    synchronized (listeners) {
      ended = end;
      if (ended == null) {
        listeners.add(listener);
      }
    }
    if (ended != null) {
      listener.accept(ended);
    }
  }

  private void end(RequestException why) {
    List<Consumer<RequestException>> told;
    synchronized (listeners) {
      if (end != null) {
        return;
      }
      end = why;
      told = List.copyOf(listeners);
      listeners.clear();
    }
    told.forEach(listener -> listener.accept(why));
  }
}
