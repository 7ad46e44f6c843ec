package dev.amulet.server.model;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of one model. Its versions share it. Safe for concurrent use. */
public final class ModelMetrics {
  private final Timer queue;
  private final Timer batch;
  private final DistributionSummary batchRows;
  private final Counter scored;
  private final Counter failed;
  private final LongAdder queueNs = new LongAdder();
  private final LongAdder batches = new LongAdder();
  private final LongAdder rows = new LongAdder();
  private final LongAdder calls = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder callNs = new LongAdder();
  private final AtomicLong lastEpochMs = new AtomicLong();

  /** Counts in the server's metrics, by the model's name. */
  public ModelMetrics(ServerMetrics server, String model) {
    var registry = server.registry();
    queue =
        ServerMetrics.timer("amulet.queue.duration", "How long a row waited for a worker.")
            .tag("model", model)
            .register(registry);
    batch =
        ServerMetrics.timer("amulet.batch.duration", "How long a batch took, all its stages.")
            .tag("model", model)
            .register(registry);
    batchRows =
        DistributionSummary.builder("amulet.batch.rows")
            .description("Rows that were scored together.")
            .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128)
            .tag("model", model)
            .register(registry);
    scored = rows(model, "scored", server);
    failed = rows(model, "failed", server);
  }

  private static Counter rows(String model, String outcome, ServerMetrics server) {
    return Counter.builder("amulet.rows")
        .description("Rows by what became of them.")
        .tags("model", model, "outcome", outcome)
        .register(server.registry());
  }

  void queued(long ns) {
    queueNs.add(ns);
    queue.record(ns, TimeUnit.NANOSECONDS);
  }

  void batch(int rowCount, long ns) {
    batches.increment();
    rows.add(rowCount);
    batchRows.record(rowCount);
    batch.record(ns, TimeUnit.NANOSECONDS);
  }

  /** Counts the outcome of a request's rows. */
  public void answered(int good, int bad, long ns) {
    scored.increment(good);
    failed.increment(bad);
    calls.increment();
    callNs.add(ns);
    lastEpochMs.set(System.currentTimeMillis());
  }

  /** Counts a request that failed as a whole. */
  public void failed(long ns) {
    failures.increment();
    callNs.add(ns);
  }

  /** What the Open Inference Protocol's statistics tell. */
  public Totals totals() {
    return new Totals(
        rows.sum(),
        batches.sum(),
        calls.sum(),
        failures.sum(),
        callNs.sum(),
        queueNs.sum(),
        lastEpochMs.get());
  }

  /**
   * Sums since the server started.
   *
   * @param rows rows that went through the networks
   * @param batches batches they went in
   * @param calls requests answered
   * @param failures requests that failed
   * @param callNs time from first to last step of those requests, in nanoseconds
   * @param queueNs time that rows waited, in nanoseconds
   * @param lastEpochMs when the last answer was given, or 0
   */
  public record Totals(
      long rows,
      long batches,
      long calls,
      long failures,
      long callNs,
      long queueNs,
      long lastEpochMs) {}
}
