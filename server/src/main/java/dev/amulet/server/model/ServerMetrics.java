package dev.amulet.server.model;

import dev.amulet.runtime.ScoringListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What the server counts, in the text format of Prometheus: seconds, bytes, and counts by outcome.
 * Never the contents of a request. Safe for concurrent use.
 */
public final class ServerMetrics {
  private static final Duration[] BUCKETS = {
    Duration.ofNanos(250_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /** All of it, as a scraper reads it. */
  public String scrape() {
    return registry.scrape();
  }

  /** Counts one answer. */
  public void answered(String protocol, String route, int status, long durationNs) {
    timer("amulet.request.duration", "From the last byte of a request to its answer.")
        .tags("protocol", protocol, "route", route, "status", Integer.toString(status))
        .register(registry)
        .record(durationNs, TimeUnit.NANOSECONDS);
  }

  /** Counts a connection that was refused or closed before its request was whole. */
  public void rejected(String reason) {
    counter("amulet.rejected", "Refused before a request was read.", "reason", reason).increment();
  }

  /** Shows a number that others keep. */
  public void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).strongReference(true).register(registry);
  }

  /** Counts an event by name. */
  public void count(String name, String description, String... tags) {
    counter(name, description, tags).increment();
  }

  /** Counts several events by name. */
  public void count(int events, String name, String description, String... tags) {
    counter(name, description, tags).increment(events);
  }

  /** Adds one value to a distribution. */
  public void value(double value, String name, String description, String... tags) {
    DistributionSummary.builder(name)
        .description(description)
        .tags(tags)
        .register(registry)
        .record(value);
  }

  /** Hears how long the stages of a model's scoring take. */
  public ScoringListener stages(String model) {
    return (stage, subject, count, durationNs) ->
        timer("amulet.stage.duration", "Stages of scoring: fetch, decode, network, trees.")
            .tags("model", model, "stage", stage.name().toLowerCase(Locale.ROOT))
            .register(registry)
            .record(durationNs, TimeUnit.NANOSECONDS);
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  static Timer.Builder timer(String name, String description) {
    return Timer.builder(name).description(description).serviceLevelObjectives(BUCKETS);
  }

  private Counter counter(String name, String description, String... tags) {
    return Counter.builder(name).description(description).tags(tags).register(registry);
  }
}
