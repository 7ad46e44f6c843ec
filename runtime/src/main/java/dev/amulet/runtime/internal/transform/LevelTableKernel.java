package dev.amulet.runtime.internal.transform;

import dev.amulet.format.v1.Frequencies;
import dev.amulet.format.v1.TargetMeans;
import dev.amulet.format.v1.UnseenLevel;
import java.util.List;

/** Fitted numbers of the level: its share of the training rows, or its mean of each target. */
public final class LevelTableKernel implements TransformKernel {
  private final int column;
  private final int first;
  private final int outputs;

  /** {@code [levels + 2, outputs]}: after the levels, those of an unseen and a missing one. */
  private final float[] values;

  private final int unseen;
  private final int missing;

  private LevelTableKernel(
      int column,
      int first,
      int outputs,
      List<Float> levels,
      List<Float> unseen,
      List<Float> missing,
      UnseenLevel rule) {
    this.column = column;
    this.first = first;
    this.outputs = outputs;
    values = new float[levels.size() + 2 * outputs];
    this.unseen = levels.size();
    this.missing = levels.size() + outputs;
    copy(levels, 0);
    copy(rule == UnseenLevel.AS_MISSING ? missing : unseen, this.unseen);
    copy(missing, this.missing);
  }

  public static LevelTableKernel of(Frequencies table, UnseenLevel rule, int column, int first) {
    return new LevelTableKernel(
        column,
        first,
        1,
        table.getSharesList(),
        List.of(table.getUnseen()),
        List.of(table.getMissing()),
        rule);
  }

  public static LevelTableKernel of(TargetMeans table, UnseenLevel rule, int column, int first) {
    return new LevelTableKernel(
        column,
        first,
        table.getOutputs(),
        table.getMeansList(),
        table.getUnseenList(),
        table.getMissingList(),
        rule);
  }

  private void copy(List<Float> from, int at) {
    for (int i = 0; i < from.size(); i++) {
      values[at + i] = from.get(i);
    }
  }

  @Override
  public void apply(Cells cells, TransformScratch scratch, float[] slots) {
    int level = cells.level(column);
    int at = level >= 0 ? level * outputs : level == Cells.MISSING_LEVEL ? missing : unseen;
    for (int k = 0; k < outputs; k++) {
      slots[first + k] = values[at + k];
    }
  }
}
