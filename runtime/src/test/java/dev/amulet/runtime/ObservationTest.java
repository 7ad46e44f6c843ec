package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flight Recorder, listeners and timings tell of the same stages. */
class ObservationTest {
  private record Heard(ScoringStage stage, String subject, int count) {}

  private static Row row(Scorer scorer) {
    return scorer
        .newRow()
        .setImage("photo", DrawnPng.of("photo", 20, 30))
        .setImages("plans", List.of(DrawnPng.of("a", 9, 9), DrawnPng.of("b", 9, 9)));
  }

  @Test
  void aListenerThatThrowsFailsNoRowAndIsLoggedOnce() throws ArtifactException {
    ScorerOptions options =
        ScorerOptions.builder()
            .listener(
                (stage, subject, count, durationNs) -> {
                  throw new IllegalArgumentException("no such meter");
                })
            .build();
    Logger logger = Logger.getLogger("dev.amulet.runtime");
    List<LogRecord> logged = Collections.synchronizedList(new ArrayList<>());
    Filter before = logger.getFilter();
    logger.setFilter(
        entry -> {
          logged.add(entry);
          return false;
        });
    try (Scorer watched = GoldenAmulet.of(Task.BINARY).open(options);
        Scorer plain = GoldenAmulet.of(Task.BINARY).open()) {
      double[] expected = plain.score(row(plain)).margins();
      assertThat(watched.score(row(watched)).margins()).isEqualTo(expected);
      for (ScoredRow scored : watched.score(List.of(row(watched), row(watched)))) {
        assertThat(scored.prediction()).isNotNull();
      }
    } finally {
      logger.setFilter(before);
    }
    assertThat(logged).hasSize(1);
    assertThat(logged.get(0).getThrown()).hasMessage("no such meter");
  }

  @Test
  void aListenerHearsEveryStage() throws ArtifactException {
    List<Heard> heard = Collections.synchronizedList(new ArrayList<>());
    List<Long> durations = Collections.synchronizedList(new ArrayList<>());
    ScorerOptions options =
        ScorerOptions.builder()
            .listener(
                (stage, subject, count, durationNs) -> {
                  heard.add(new Heard(stage, subject, count));
                  durations.add(durationNs);
                })
            .build();
    try (Scorer scorer = GoldenAmulet.of(Task.BINARY).open(options)) {
      scorer.score(row(scorer));
      // The photo is seen upright and mirrored.
      assertThat(heard)
          .containsExactly(
              new Heard(ScoringStage.FETCH, "photo", 1),
              new Heard(ScoringStage.DECODE, "photo", 1),
              new Heard(ScoringStage.PREPROCESS, "photo", 1),
              new Heard(ScoringStage.PREPROCESS, "photo", 1),
              new Heard(ScoringStage.FETCH, "plans", 1),
              new Heard(ScoringStage.DECODE, "plans", 1),
              new Heard(ScoringStage.PREPROCESS, "plans", 1),
              new Heard(ScoringStage.FETCH, "plans", 1),
              new Heard(ScoringStage.DECODE, "plans", 1),
              new Heard(ScoringStage.PREPROCESS, "plans", 1),
              new Heard(ScoringStage.NETWORK, "tiny", 4),
              new Heard(ScoringStage.FINISH, "", 1));
      assertThat(durations).allMatch(duration -> duration >= 0);
      heard.clear();
      scorer.score(scorer.newRow().setImage("photo", new byte[] {1}));
      assertThat(heard)
          .as("a stage that fails has ended too")
          .containsExactly(
              new Heard(ScoringStage.FETCH, "photo", 1),
              new Heard(ScoringStage.DECODE, "photo", 1),
              new Heard(ScoringStage.FINISH, "", 1));
    }
  }

  @Test
  void flightRecorderHasAnEventPerStage(@TempDir Path folder)
      throws ArtifactException, IOException {
    Path file = folder.resolve("scoring.jfr");
    try (Scorer scorer = GoldenAmulet.of(Task.BINARY).open()) {
      scorer.score(row(scorer));
      try (Recording recording = new Recording()) {
        for (ScoringStage stage : ScoringStage.values()) {
          recording.enable(name(stage));
        }
        recording.start();
        scorer.score(row(scorer));
        scorer.score(row(scorer));
        recording.stop();
        recording.dump(file);
      }
      scorer.score(row(scorer));
    }
    List<RecordedEvent> events =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().startsWith("dev.amulet."))
            .toList();
    Map<String, Long> counts =
        events.stream()
            .collect(Collectors.groupingBy(e -> e.getEventType().getName(), Collectors.counting()));
    assertThat(counts)
        .containsOnly(
            Map.entry("dev.amulet.Fetch", 6L),
            Map.entry("dev.amulet.Decode", 6L),
            Map.entry("dev.amulet.Preprocess", 8L),
            Map.entry("dev.amulet.Network", 2L),
            Map.entry("dev.amulet.Finish", 2L));
    assertThat(events)
        .filteredOn(event -> event.getEventType().getName().equals("dev.amulet.Network"))
        .allSatisfy(
            event -> {
              assertThat(event.getString("subject")).isEqualTo("tiny");
              assertThat(event.getInt("count")).isEqualTo(4);
              assertThat(event.getDuration()).isPositive();
              assertThat(event.getStackTrace()).isNull();
            });
  }

  @Test
  void predictionsTellTheirTimings() throws ArtifactException, IOException, InterruptedException {
    ScoreOptions timings = ScoreOptions.builder().timings().build();
    try (Scorer scorer = GoldenAmulet.of(Task.BINARY).open()) {
      Map<ScoringStage, Long> alone = timings(scorer.score(row(scorer), timings));
      assertThat(alone.values()).allMatch(ns -> ns >= 0);
      assertThat(alone.get(ScoringStage.NETWORK)).isPositive();
      Prediction table = scorer.score(scorer.newRow().set("area", 3), timings);
      assertThat(timings(table))
          .containsEntry(ScoringStage.DECODE, 0L)
          .containsEntry(ScoringStage.NETWORK, 0L);
      assertThat(table.timingNs(ScoringStage.FINISH)).isPositive();
      try (BulkScorer bulk =
          scorer.bulk(
              cells -> {
                cells.clear().setImage("photo", DrawnPng.of("photo", 20, 30));
                return true;
              },
              timings,
              BulkOptions.ofWorkers(2))) {
        ScoredRow first = bulk.next();
        assertThat(first).isNotNull();
        assertThat(first.prediction()).isNotNull();
        assertThat(first.prediction().timingNs(ScoringStage.DECODE)).isPositive();
        assertThat(first.prediction().timingNs(ScoringStage.NETWORK)).isPositive();
      }
      assertThatIllegalStateException()
          .isThrownBy(() -> scorer.score(row(scorer)).timingNs(ScoringStage.NETWORK))
          .withMessageContaining("timings()");
    }
  }

  private static Map<ScoringStage, Long> timings(Prediction prediction) {
    Map<ScoringStage, Long> timings = new EnumMap<>(ScoringStage.class);
    for (ScoringStage stage : ScoringStage.values()) {
      timings.put(stage, prediction.timingNs(stage));
    }
    return timings;
  }

  private static String name(ScoringStage stage) {
    String name = stage.name();
    return "dev.amulet." + name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
  }
}
