package dev.amulet.server.model;

import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.ScoreOptions;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.runtime.ScoringException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Has a version score what another has answered, and counts how the two compare. It begins when the
 * answer is there and is left out when the server is busy. Of its failures the metrics tell, and
 * the log at most once a minute.
 */
final class Shadows {
  private static final int MOST_AT_ONCE = 32;
  private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);
  private static final long QUIET_NS = TimeUnit.MINUTES.toNanos(1);

  private final WorkQueue queue;
  private final ServerMetrics metrics;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong quietUntilNs = new AtomicLong(System.nanoTime());

  Shadows(WorkQueue queue, ServerMetrics metrics) {
    this.queue = queue;
    this.metrics = metrics;
  }

  /**
   * Scores the rows once more.
   *
   * @param shadow given back when that is done
   * @param answers of the version that was asked, or null when it failed as a whole
   */
  void run(ModelVersion.Lease shadow, List<Row> rows, @Nullable List<ScoredRow> answers) {
    if (answers == null || !queue.idle() || open.get() >= MOST_AT_ONCE) {
      end(shadow, rows.size(), "skipped");
      return;
    }
    open.incrementAndGet();
    queue.read(() -> score(shadow, rows, answers));
  }

  private void score(ModelVersion.Lease shadow, List<Row> rows, List<ScoredRow> answers) {
    ModelVersion model = shadow.model();
    try {
      List<Row> own = new ArrayList<>(rows.size());
      List<@Nullable ScoringException> errors = new ArrayList<>(rows.size());
      for (Row row : rows) {
        Row copy = model.scorer().newRow();
        errors.add(copy(row, copy));
        own.add(copy);
      }
      RequestContext context = new RequestContext("shadow", TIMEOUT_NS, null);
      var unused =
          model
              .batcher()
              .submit(new ScoreCall(context, own, errors, ScoreOptions.none()))
              .whenComplete(
                  (scored, failure) -> {
                    open.decrementAndGet();
                    if (scored != null) {
                      compare(model, answers, scored);
                    } else {
                      log(model, failure);
                    }
                    end(shadow, scored == null ? rows.size() : 0, "failed");
                  });
    } catch (RuntimeException e) {
      open.decrementAndGet();
      log(model, e);
      end(shadow, rows.size(), "failed");
    }
  }

  /**
   * The cause of a failure; not of each, as a shadow that always fails does so at every request.
   */
  private void log(ModelVersion model, Throwable cause) {
    long now = System.nanoTime();
    long quietUntil = quietUntilNs.get();
    if (now - quietUntil >= 0 && quietUntilNs.compareAndSet(quietUntil, now + QUIET_NS)) {
      System.getLogger("dev.amulet.server")
          .log(
              System.Logger.Level.WARNING,
              "shadow " + model.name() + " " + model.version() + " failed",
              cause);
    }
  }

  private static @Nullable ScoringException copy(Row row, Row copy) {
    try {
      row.copyTo(copy);
      return null;
    } catch (ScoringException e) {
      return e;
    }
  }

  private void compare(ModelVersion model, List<ScoredRow> answers, List<ScoredRow> scored) {
    for (int i = 0; i < answers.size(); i++) {
      Prediction answer = answers.get(i).prediction();
      Prediction shadow = scored.get(i).prediction();
      if (answer != null && shadow != null) {
        double difference = difference(answer, shadow);
        count(model, 1, difference == 0 ? "same" : "different");
        metrics.value(
            difference,
            "amulet.shadow.difference",
            "Between answer and shadow: of values, or the largest of probabilities.",
            "model",
            model.name(),
            "version",
            model.version());
        if (answer.classIndex() >= 0 && !answer.label().equals(shadow.label())) {
          count(model, 1, "other_label");
        }
      } else {
        ScoringException why = scored.get(i).error();
        if (answer != null && why != null) {
          log(model, why);
        }
        count(model, 1, answer == null && shadow == null ? "same" : "failed");
      }
    }
  }

  private static double difference(Prediction answer, Prediction shadow) {
    if (answer.classIndex() < 0) {
      return Math.abs(answer.value() - shadow.value());
    }
    double[] probabilities = answer.probabilities();
    double[] others = shadow.probabilities();
    double largest = probabilities.length == others.length ? 0 : 1;
    for (int i = 0; i < Math.min(probabilities.length, others.length); i++) {
      largest = Math.max(largest, Math.abs(probabilities[i] - others[i]));
    }
    return largest;
  }

  private void end(ModelVersion.Lease shadow, int rows, String outcome) {
    if (rows > 0) {
      count(shadow.model(), rows, outcome);
    }
    shadow.close();
  }

  private void count(ModelVersion model, int rows, String outcome) {
    metrics.count(
        rows,
        "amulet.shadow.rows",
        "Rows that a version scored unheard, by how that went; other_label is among different.",
        "model",
        model.name(),
        "version",
        model.version(),
        "outcome",
        outcome);
  }
}
