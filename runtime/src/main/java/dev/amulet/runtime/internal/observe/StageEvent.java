package dev.amulet.runtime.internal.observe;

import dev.amulet.runtime.ScoringStage;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A stage of scoring as Flight Recorder writes it down: one event type per stage. */
@Category("Amulet")
@StackTrace(false)
abstract class StageEvent extends Event {
  @Label("Subject")
  @Description("Image column or network")
  String subject = "";

  @Label("Count")
  @Description("Images of a network run; else 1")
  int count;

  static StageEvent of(ScoringStage stage) {
    return switch (stage) {
      case FETCH -> new Fetch();
      case DECODE -> new Decode();
      case PREPROCESS -> new Preprocess();
      case NETWORK -> new Network();
      case FINISH -> new Finish();
    };
  }

  @Name("dev.amulet.Fetch")
  @Label("Image Fetch")
  static final class Fetch extends StageEvent {}

  @Name("dev.amulet.Decode")
  @Label("Image Decode")
  static final class Decode extends StageEvent {}

  @Name("dev.amulet.Preprocess")
  @Label("Image Preprocess")
  static final class Preprocess extends StageEvent {}

  @Name("dev.amulet.Network")
  @Label("Network Run")
  static final class Network extends StageEvent {}

  @Name("dev.amulet.Finish")
  @Label("Row Finish")
  static final class Finish extends StageEvent {}
}
