package dev.amulet.format;

import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Pipeline;
import dev.amulet.format.v1.SlotRange;
import dev.amulet.format.v1.Stage;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** The rules of the stages as a whole: their order, what they write, read and may see. */
final class PipelineChecker {
  private final Pipeline pipeline;
  private final Where where;
  private final StageChecker stageChecker;
  private final boolean draft;

  /** Position + 1 of the stage that writes each slot; 0 while none does. */
  private int[] writer = new int[0];

  /** Position + 1 of the stage that was last seen to read each slot. */
  private int[] reader = new int[0];

  private long slotsRead;

  PipelineChecker(Manifest manifest, Where where) {
    this.pipeline = manifest.getPipeline();
    this.where = where.at("pipeline");
    this.draft = !manifest.hasOutputs();
    this.stageChecker = new StageChecker(manifest);
  }

  void check() throws ArtifactException {
    if (pipeline.getStagesCount() > Limits.STAGES) {
      throw where
          .at("stages")
          .bad(pipeline.getStagesCount() + " stages, expected at most " + Limits.STAGES);
    }
    int slots = SlotGroupChecker.check(pipeline.getSlotsList(), stageChecker.schema(), where);
    writer = new int[slots];
    reader = new int[slots];
    Map<String, Stage> earlier = new HashMap<>();
    BitSet members = new BitSet();
    for (int i = 0; i < pipeline.getStagesCount(); i++) {
      Stage stage = pipeline.getStages(i);
      Where at = where.at("stages", i).named(stage.getId());
      if (stage.getId().isEmpty() || earlier.containsKey(stage.getId())) {
        throw at.bad("expected an id that is not empty and belongs to one stage only");
      }
      int member = stage.getMember();
      if (member < 0 || member > Limits.MEMBERS) {
        throw at.at("member")
            .bad(Integer.toUnsignedString(member) + ", expected 0 to " + Limits.MEMBERS);
      }
      members.set(member);
      if (draft && StageChecker.isModel(stage)) {
        throw at.bad("a model stage in a DRAFT, expected stages that write slots only");
      }
      long reads = reads(stage, i, at);
      long writes = writes(stage, i, at);
      stageChecker.check(stage, reads, writes, earlier, at);
      earlier.put(stage.getId(), stage);
    }
    unwritten();
    int missing = members.get(0) ? members.nextClearBit(0) : members.nextClearBit(1);
    if (missing < members.length()) {
      throw where
          .at("stages")
          .bad(
              "members up to "
                  + (members.length() - 1)
                  + " and none of member "
                  + missing
                  + ", expected members without a gap");
    }
    if (!draft) {
      finalStage(earlier);
    }
  }

  private long writes(Stage stage, int index, Where at) throws ArtifactException {
    long count = 0;
    for (SlotRange range : stage.getWritesList()) {
      requireInside(range, "writes", at);
      for (int slot = range.getFirst(); slot < range.getFirst() + range.getCount(); slot++) {
        if (writer[slot] != 0) {
          throw at.bad(
              "writes slot "
                  + slot
                  + ", which stage "
                  + Where.quote(pipeline.getStages(writer[slot] - 1).getId())
                  + " writes; expected every slot to be written once");
        }
        writer[slot] = index + 1;
      }
      count += range.getCount();
    }
    return count;
  }

  private long reads(Stage stage, int index, Where at) throws ArtifactException {
    long count = 0;
    for (SlotRange range : stage.getReadsList()) {
      requireInside(range, "reads", at);
      slotsRead += range.getCount();
      if (slotsRead > Limits.SLOTS_READ) {
        throw at.bad(
            "the stages so far read more than "
                + Limits.SLOTS_READ
                + " slots in all, expected fewer");
      }
      for (int slot = range.getFirst(); slot < range.getFirst() + range.getCount(); slot++) {
        requireReadable(slot, stage, range, at);
        if (reader[slot] == index + 1) {
          throw at.bad("reads slot " + slot + " twice, expected each slot once");
        }
        reader[slot] = index + 1;
      }
      count += range.getCount();
    }
    return count;
  }

  private void requireReadable(int slot, Stage stage, SlotRange range, Where at)
      throws ArtifactException {
    if (writer[slot] == 0) {
      throw at.bad(
          "reads slots "
              + text(range)
              + ", but slot "
              + slot
              + " is not written before it; expected stages in execution order");
    }
    int member = pipeline.getStages(writer[slot] - 1).getMember();
    if (member != 0 && member != stage.getMember()) {
      throw at.bad(
          "a stage of member "
              + stage.getMember()
              + " reads slot "
              + slot
              + " of member "
              + member
              + ", expected shared slots (member 0) and its own only");
    }
  }

  private void requireInside(SlotRange range, String verb, Where at) throws ArtifactException {
    if (range.getFirst() < 0
        || range.getCount() < 1
        || range.getCount() > writer.length - range.getFirst()) {
      throw at.bad(
          verb
              + " slots "
              + text(range)
              + ", expected one slot or more inside [0,"
              + writer.length
              + "), the slots of pipeline.slots");
    }
  }

  private static String text(SlotRange range) {
    long first = Integer.toUnsignedLong(range.getFirst());
    return "[" + first + "," + (first + Integer.toUnsignedLong(range.getCount())) + ")";
  }

  private void unwritten() throws ArtifactException {
    for (int slot = 0; slot < writer.length; slot++) {
      if (writer[slot] == 0) {
        throw where
            .at("slots")
            .bad("no stage writes slot " + slot + ", expected every slot written");
      }
    }
  }

  private void finalStage(Map<String, Stage> stages) throws ArtifactException {
    String id = pipeline.getFinalStage();
    Stage last = stages.get(id);
    Where at = where.at("final_stage");
    if (last == null || !StageChecker.isModel(last)) {
      throw at.bad(
          "names "
              + Where.quote(id)
              + (last == null ? ", no stage has this id" : ", which writes slots")
              + "; expected a tree, linear or blend stage");
    }
    if (last.getMember() != 0) {
      throw at.bad(
          "names "
              + Where.quote(id)
              + " of member "
              + last.getMember()
              + ", expected a stage of member 0, a blend of the members");
    }
  }
}
