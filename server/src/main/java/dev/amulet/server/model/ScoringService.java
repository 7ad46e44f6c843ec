package dev.amulet.server.model;

import dev.amulet.runtime.Row;
import dev.amulet.runtime.ScoreOptions;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.runtime.ScoringException;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What every protocol calls: models to hold, work to queue, deadlines to keep. Safe for concurrent
 * use.
 */
public final class ScoringService implements AutoCloseable {
  private final ModelRepository repository;
  private final WorkQueue queue;
  private final ServerMetrics metrics;
  private final Consumer<String> log;
  private final Shadows shadows;
  private final List<RequestListener> listeners;
  private final HashedWheelTimer timer =
      new HashedWheelTimer(
          new DefaultThreadFactory("amulet-deadlines", true), 10, TimeUnit.MILLISECONDS);

  /**
   * Puts them together.
   *
   * @param listeners hear of every answer
   * @param log hears of every answer, as one line of JSON without anything of what was asked
   */
  public ScoringService(
      ModelRepository repository,
      WorkQueue queue,
      ServerMetrics metrics,
      List<RequestListener> listeners,
      Consumer<String> log) {
    this.listeners = List.copyOf(listeners);
    this.log = log;
    this.repository = repository;
    this.queue = queue;
    this.metrics = metrics;
    shadows = new Shadows(queue, metrics);
  }

  public ModelRepository repository() {
    return repository;
  }

  public WorkQueue queue() {
    return queue;
  }

  public ServerMetrics metrics() {
    return metrics;
  }

  /** Counts an answer and logs it. */
  public void answered(String protocol, String route, int status, RequestContext context) {
    long tookNs = System.nanoTime() - context.acceptedNs();
    metrics.answered(protocol, route, status, tookNs);
    if (!listeners.isEmpty()) {
      tell(protocol, route, status, context, tookNs);
    }
    // Every text in it is ours, or was checked to be plain when it came.
    log.accept(
        "{\"time\":\""
            + Instant.now()
            + "\",\"protocol\":\""
            + protocol
            + "\",\"route\":\""
            + route
            + "\",\"status\":"
            + status
            + ",\"ms\":"
            + Math.round(tookNs / 1e3) / 1e3
            + ",\"request_id\":\""
            + context.id()
            + (context.traceId().isEmpty() ? "" : "\",\"trace_id\":\"" + context.traceId())
            + "\"}");
  }

  private void tell(
      String protocol, String route, int status, RequestContext context, long tookNs) {
    Instant now = Instant.now();
    long endNs = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    long epochNs = endNs - tookNs - context.acceptedNs();
    AnsweredRequest request =
        new AnsweredRequest(
            protocol,
            route,
            status,
            context.id(),
            context.traceParent(),
            endNs - tookNs,
            endNs,
            context.steps().stream()
                .map(
                    step ->
                        new AnsweredRequest.Stage(
                            step.name(), epochNs + step.startNs(), epochNs + step.endNs()))
                .toList());
    for (RequestListener listener : listeners) {
      try {
        listener.answered(request);
      } catch (RuntimeException e) {
        System.getLogger("dev.amulet.server")
            .log(System.Logger.Level.WARNING, "a listener of requests failed", e);
      }
    }
  }

  /**
   * Ends the request when its time is over, whatever it is at.
   *
   * @return to be run when it has its answer
   */
  public Runnable watch(RequestContext context) {
    if (!listeners.isEmpty()) {
      context.trace();
    }
    long leftNs = context.leftNs();
    if (leftNs == RequestContext.NO_DEADLINE) {
      return () -> {};
    }
    Timeout timeout = timer.newTimeout(passed -> context.expire(), leftNs, TimeUnit.NANOSECONDS);
    return timeout::cancel;
  }

  /**
   * Scores the rows of a request.
   *
   * @param lease given back when the rows have their outcome, or at once when they are refused
   * @param errors why rows could not be read, by row
   * @return completes exceptionally with a {@link RequestException} when the request ends before
   */
  public CompletableFuture<List<ScoredRow>> score(
      RequestContext context,
      ModelVersion.Lease lease,
      List<Row> rows,
      List<@Nullable ScoringException> errors,
      ScoreOptions options) {
    ModelVersion model = lease.model();
    ModelVersion.Lease shadow = lease.takeShadow();
    try {
      return model
          .batcher()
          .submit(new ScoreCall(context, rows, errors, options))
          .whenComplete(
              (scored, failure) -> {
                lease.close();
                if (shadow != null) {
                  shadows.run(shadow, rows, scored);
                }
                count(model.metrics(), scored, System.nanoTime() - context.acceptedNs());
              });
    } catch (IllegalStateException e) {
      lease.close();
      close(shadow);
      throw RequestException.invalid(null, String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error e) {
      lease.close();
      close(shadow);
      throw e;
    }
  }

  private static void close(ModelVersion.@Nullable Lease shadow) {
    if (shadow != null) {
      shadow.close();
    }
  }

  private static void count(ModelMetrics metrics, @Nullable List<ScoredRow> scored, long ns) {
    if (scored == null) {
      metrics.failed(ns);
      return;
    }
    int good = 0;
    for (ScoredRow row : scored) {
      good += row.error() == null ? 1 : 0;
    }
    metrics.answered(good, scored.size() - good, ns);
  }

  @Override
  public void close() {
    timer.stop();
  }
}
