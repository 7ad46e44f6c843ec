package dev.amulet.format;

import static dev.amulet.format.MalformedAmulet.manifest;
import static dev.amulet.format.SampleAmulet.range;

import dev.amulet.format.v1.BlendPart;
import dev.amulet.format.v1.DateTimePart;
import dev.amulet.format.v1.Kind;
import dev.amulet.format.v1.SlotGroup;
import dev.amulet.format.v1.Stage;
import dev.amulet.format.v1.UnseenLevel;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Files whose manifest breaks a rule of the slots and stages. */
final class MalformedPipelines {
  private static final int AREA = 0;
  private static final int KIND = 1;
  private static final int SHARE = 2;
  private static final int SOLD = 4;
  private static final int PCA = 7;
  private static final int SCORE = 8;
  private static final int TREES = 10;
  private static final int BLEND = 12;

  private MalformedPipelines() {}

  static Stream<MalformedAmulet> all() {
    return Stream.of(slots(), stages(), order()).flatMap(s -> s);
  }

  private static Stream<MalformedAmulet> slots() {
    return Stream.of(
        group(
            "group with a gap",
            1,
            g -> g.setRange(range(3, 4)),
            "pipeline.slots[1] \"kind\".range: starts at 3",
            "expected to start at 2"),
        group("empty group", 1, g -> g.setRange(range(2, 0)), "with 0 slots"),
        group("a group of 2^32 slots", 9, g -> g.setRange(range(21, -1)), "4294967295 slots"),
        group(
            "a group of 2^31 slots",
            9,
            g -> g.setRange(range(21, Integer.MAX_VALUE)),
            "more than 1048576 slots"),
        group("slot names", 0, g -> g.addSlotNames("third"), "slot_names: 3 names for 2 slots"),
        group(
            "slot name twice",
            0,
            g -> g.setSlotNames(1, "garage"),
            "\"garage\" is empty or occurs"),
        group(
            "slot name is a numbered one",
            0,
            g -> g.setSlotNames(1, "kind.4"),
            "two slots have the name \"kind.4\""),
        group("group of no column", 1, SlotGroup.Builder::clearColumns, "columns: none"),
        group("group of a column that is not there", 1, g -> g.setColumns(0, 99), "column 99"),
        group(
            "group of the target",
            1,
            g -> g.setColumns(0, 0),
            "column 0 \"price\", expected columns of role INPUT"),
        manifest(
            "slots nobody writes",
            m ->
                m.getPipelineBuilder()
                    .addSlots(
                        SlotGroup.newBuilder().setName("x").setRange(range(22, 1)).addColumns(1)),
            "no stage writes slot 22"));
  }

  private static Stream<MalformedAmulet> stages() {
    return Stream.of(
        stage("stage without kind", AREA, s -> s.clearNumeric(), "\"area\": no kind set"),
        stage(
            "column not there",
            AREA,
            s -> s.getNumericBuilder().setColumn(-1),
            "stages[0] \"area\".numeric.column: 4294967295, expected the position of a column"),
        stage(
            "column is the target",
            AREA,
            s -> s.getNumericBuilder().setColumn(0),
            "\"price\" has role TARGET"),
        stage(
            "numeric of a text",
            AREA,
            s -> s.getNumericBuilder().setColumn(SampleAmulet.NOTE),
            "expected role INPUT and type NUMERIC or BOOLEAN"),
        stage(
            "numeric writes",
            AREA,
            s -> s.getNumericBuilder().setMissingFlag(false),
            "numeric: writes 2 slots, expected 1"),
        stage(
            "function unknown",
            AREA,
            s -> s.getNumericBuilder().setFunctionValue(55),
            "pipeline.stages[0].numeric.function: unknown value 55"),
        stage(
            "one-hot level not there",
            KIND,
            s -> s.getOneHotBuilder().setLevels(0, 3),
            "one_hot.levels: level 3, expected distinct positions among the 3 levels"),
        stage("one-hot level twice", KIND, s -> s.getOneHotBuilder().setLevels(0, 1), "level 1"),
        stage(
            "one-hot writes",
            KIND,
            s -> s.getOneHotBuilder().setMissingSlot(false),
            "writes 5 slots, expected 4"),
        stage(
            "frequency of another level",
            SHARE,
            s -> s.getFrequencyBuilder().setUnseen(UnseenLevel.OTHER_SLOT),
            "frequency.unseen: OTHER_SLOT"),
        stage(
            "date part twice",
            SOLD,
            s -> s.getDateTimeBuilder().setParts(1, DateTimePart.YEAR),
            "parts: a part occurs twice"),
        stage(
            "score parts do not tile",
            SCORE,
            s -> s.getImageScoreBuilder().getPartsBuilder(0).setSlots(2),
            "1 parts of 2 slots in all, expected one or more that tile the 3 slots"),
        stage("score of no part", SCORE, s -> s.getImageScoreBuilder().clearParts(), "0 parts"),
        stage("projection reads nothing", PCA, Stage.Builder::clearReads, "reads 0 slots"),
        stage("numeric reads", SOLD, s -> s.addReads(range(0, 1)), "reads 1 slots, expected none"),
        stage(
            "model stage writes",
            BLEND,
            s -> s.addWrites(range(0, 1)),
            "which stage \"area\" writes"),
        stage("blend of nothing", BLEND, s -> s.getBlendBuilder().clearParts(), "parts: none"),
        stage(
            "blend of a slot stage",
            BLEND,
            s -> s.getBlendBuilder().getPartsBuilder(0).setStage("area"),
            "parts[0]: names \"area\""),
        stage(
            "blend of itself",
            BLEND,
            s -> s.getBlendBuilder().getPartsBuilder(0).setStage("blend"),
            "before this one"),
        stage(
            "blend weight",
            BLEND,
            s -> s.getBlendBuilder().getPartsBuilder(0).setWeight(Double.NaN),
            "pipeline.stages[12].blend.parts[0].weight: NaN"),
        stage(
            "blend part twice",
            BLEND,
            s -> s.getBlendBuilder().addParts(BlendPart.newBuilder().setStage("trees")),
            "parts[2]: names \"trees\""));
  }

  private static Stream<MalformedAmulet> order() {
    return Stream.of(
        stage(
            "id twice", KIND, s -> s.setId("area"), "pipeline.stages[1] \"area\": expected an id"),
        stage(
            "writes twice",
            KIND,
            s -> s.setWrites(0, range(1, 5)),
            "writes slot 1, which stage \"area\" writes"),
        stage(
            "writes outside",
            KIND,
            s -> s.setWrites(0, range(20, 5)),
            "writes slots [20,25), expected one slot or more inside [0,22)"),
        stage("writes at 2^32", KIND, s -> s.setWrites(0, range(-1, 5)), "[4294967295,4294967300)"),
        stage(
            "reads later slots",
            PCA,
            s -> s.setReads(0, range(19, 2)),
            "stages[7] \"pca\": reads slots [19,21), but slot 19 is not written before it"),
        stage("reads twice", PCA, s -> s.addReads(range(13, 1)), "reads slot 13 twice"),
        stage(
            "reads 2^31 slots",
            PCA,
            s -> s.setReads(0, range(0, Integer.MAX_VALUE)),
            "reads slots [0,"),
        manifest(
            "reads another member",
            m -> {
              m.addRequiredCapabilities("bag");
              m.getPipelineBuilder().getStagesBuilder(AREA).setMember(1);
              m.getPipelineBuilder().getStagesBuilder(TREES).setMember(2);
            },
            "a stage of member 2 reads slot 0 of member 1"),
        manifest(
            "blends another member",
            m -> {
              m.addRequiredCapabilities("bag");
              m.getPipelineBuilder().getStagesBuilder(TREES).setMember(2);
              m.getPipelineBuilder().getStagesBuilder(BLEND).setMember(1);
            },
            "a stage of member 1 reads margins of member 2"),
        manifest(
            "members with a gap",
            m -> {
              m.addRequiredCapabilities("bag");
              m.getPipelineBuilder().getStagesBuilder(TREES).setMember(2);
            },
            "none of member 1"),
        manifest(
            "member too large",
            m -> {
              m.addRequiredCapabilities("bag");
              m.getPipelineBuilder().getStagesBuilder(TREES).setMember(5000);
            },
            "member: 5000"),
        manifest(
            "final stage unknown",
            m -> m.getPipelineBuilder().setFinalStage("end"),
            "final_stage: names \"end\", no stage has this id"),
        manifest(
            "final stage writes slots",
            m -> m.getPipelineBuilder().setFinalStage("area"),
            "which writes slots"),
        manifest(
            "model stage in a draft",
            m -> {
              m.setKind(Kind.DRAFT).clearOutputs().addRequiredCapabilities("kind.draft");
              m.getPipelineBuilder().clearFinalStage();
            },
            "stages[10] \"trees\": a model stage in a DRAFT"));
  }

  private static MalformedAmulet group(
      String name, int index, Consumer<SlotGroup.Builder> change, String... says) {
    return manifest(name, m -> change.accept(m.getPipelineBuilder().getSlotsBuilder(index)), says);
  }

  static MalformedAmulet stage(
      String name, int index, Consumer<Stage.Builder> change, String... says) {
    return manifest(name, m -> change.accept(m.getPipelineBuilder().getStagesBuilder(index)), says);
  }
}
