package dev.amulet.runtime.internal.transform;

import dev.amulet.format.v1.OneHotStage;
import dev.amulet.format.v1.UnseenLevel;
import java.util.Arrays;

/** One slot per listed level, then perhaps one for other levels and one for a missing cell. */
public final class OneHotKernel implements TransformKernel {
  private static final int NOWHERE = -1;

  private final int column;
  private final int first;
  private final int count;

  /** Slot offset per level index of the column. */
  private final int[] offsets;

  private final int unseenOffset;
  private final int missingOffset;

  public OneHotKernel(OneHotStage stage, int column, int columnLevels, int first) {
    this.column = column;
    this.first = first;
    int next = stage.getLevelsCount();
    int other = stage.getUnseen() == UnseenLevel.OTHER_SLOT ? next++ : NOWHERE;
    missingOffset = stage.getMissingSlot() ? next++ : NOWHERE;
    unseenOffset = stage.getUnseen() == UnseenLevel.AS_MISSING ? missingOffset : other;
    count = next;
    offsets = new int[columnLevels];
    Arrays.fill(offsets, unseenOffset);
    for (int i = 0; i < stage.getLevelsCount(); i++) {
      offsets[stage.getLevels(i)] = i;
    }
  }

  @Override
  public void apply(Cells cells, TransformScratch scratch, float[] slots) {
    for (int i = 0; i < count; i++) {
      slots[first + i] = 0;
    }
    int level = cells.level(column);
    int offset =
        level >= 0 ? offsets[level] : level == Cells.MISSING_LEVEL ? missingOffset : unseenOffset;
    if (offset != NOWHERE) {
      slots[first + offset] = 1;
    }
  }
}
