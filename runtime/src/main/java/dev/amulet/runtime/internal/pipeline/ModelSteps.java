package dev.amulet.runtime.internal.pipeline;

import dev.amulet.format.v1.SlotRange;
import dev.amulet.runtime.internal.linear.AffineKernel;
import dev.amulet.runtime.internal.tree.TreeKernel;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stages that follow the networks. */
final class ModelSteps {
  private ModelSteps() {}

  /** Slots to slots through one matrix. */
  record ProjectionStep(AffineKernel kernel, List<SlotRange> reads, int firstSlot)
      implements ModelStep {
    @Override
    public void apply(RowState row) {
      kernel.start(row.sums);
      addRanges(kernel, reads, row);
      for (int k = 0; k < kernel.outputs(); k++) {
        row.slots[firstSlot + k] = (float) row.sums[k];
      }
    }
  }

  /** K partial scores per image column, then their sums plus the bias. */
  record ImageScoreStep(
      AffineKernel kernel, List<SlotRange> reads, List<Integer> partSlots, int firstSlot)
      implements ModelStep {
    @Override
    public void apply(RowState row) {
      int outputs = kernel.outputs();
      kernel.start(row.sums);
      RangeCursor cursor = new RangeCursor(reads);
      int slot = firstSlot;
      for (int part : partSlots) {
        Arrays.fill(row.partSums, 0, outputs, 0);
        cursor.feed(kernel, part, row.slots, row.partSums);
        for (int k = 0; k < outputs; k++) {
          row.slots[slot++] = (float) row.partSums[k];
          row.sums[k] += row.partSums[k];
        }
      }
      for (int k = 0; k < outputs; k++) {
        row.slots[slot++] = (float) row.sums[k];
      }
    }
  }

  /** Slots to margins through trees, in float32 as they were trained. */
  record TreeStep(TreeKernel kernel, int model) implements ModelStep {
    @Override
    public void apply(RowState row) {
      kernel.margins(row.slots, 0, row.treeMargins);
      double[] margins = row.margins[model];
      for (int k = 0; k < margins.length; k++) {
        margins[k] = row.treeMargins[k];
      }
    }
  }

  /** Slots to margins through one matrix, kept within the range seen in training. */
  record LinearStep(AffineKernel kernel, List<SlotRange> reads, @Nullable Bounds bounds, int model)
      implements ModelStep {
    @Override
    public void apply(RowState row) {
      double[] margins = row.margins[model];
      kernel.start(margins);
      addRanges(kernel, reads, margins, row);
      if (bounds != null) {
        row.clamped |= bounds.clamp(margins);
      }
    }
  }

  /** Weighted sum of the margins of other stages. */
  @SuppressWarnings("ArrayRecordComponent") // Read in the hot path; never handed out.
  record BlendStep(int[] models, double[] weights, int model) implements ModelStep {
    @Override
    public void apply(RowState row) {
      double[] margins = row.margins[model];
      Arrays.fill(margins, 0);
      for (int i = 0; i < models.length; i++) {
        double[] part = row.margins[models[i]];
        for (int k = 0; k < margins.length; k++) {
          margins[k] += weights[i] * part[k];
        }
      }
    }
  }

  /** Margins outside are clamped. */
  @SuppressWarnings("ArrayRecordComponent") // Read in the hot path; never handed out.
  record Bounds(double[] lower, double[] upper) {
    boolean clamp(double[] margins) {
      boolean clamped = false;
      for (int k = 0; k < margins.length; k++) {
        double inside = Math.max(lower[k], Math.min(upper[k], margins[k]));
        clamped |= inside != margins[k];
        margins[k] = inside;
      }
      return clamped;
    }
  }

  private static void addRanges(AffineKernel kernel, List<SlotRange> reads, RowState row) {
    addRanges(kernel, reads, row.sums, row);
  }

  private static void addRanges(
      AffineKernel kernel, List<SlotRange> reads, double[] sums, RowState row) {
    int input = 0;
    for (int i = 0; i < reads.size(); i++) {
      SlotRange range = reads.get(i);
      kernel.add(row.slots, range.getFirst(), input, range.getCount(), sums);
      input += range.getCount();
    }
  }

  /** Walks the slots read in order, in stretches that need not end where a range ends. */
  private static final class RangeCursor {
    private final List<SlotRange> reads;
    private int range;
    private int offset;
    private int input;

    RangeCursor(List<SlotRange> reads) {
      this.reads = reads;
    }

    void feed(AffineKernel kernel, int slots, float[] row, double[] sums) {
      int left = slots;
      while (left > 0) {
        SlotRange current = reads.get(range);
        int count = Math.min(left, current.getCount() - offset);
        kernel.add(row, current.getFirst() + offset, input, count, sums);
        input += count;
        left -= count;
        offset += count;
        if (offset == current.getCount()) {
          range++;
          offset = 0;
        }
      }
    }
  }
}
