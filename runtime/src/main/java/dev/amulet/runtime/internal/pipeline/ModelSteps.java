package dev.amulet.runtime.internal.pipeline;

import dev.amulet.format.v1.SlotRange;
import dev.amulet.runtime.internal.linear.AffineKernel;
import dev.amulet.runtime.internal.tree.TreeKernel;
import java.util.ArrayList;
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
  record ImageScoreStep(AffineKernel kernel, List<Stretch> stretches, int parts, int firstSlot)
      implements ModelStep {
    static ImageScoreStep of(
        AffineKernel kernel, List<SlotRange> reads, List<Integer> partSlots, int firstSlot) {
      return new ImageScoreStep(
          kernel, Stretch.split(reads, partSlots), partSlots.size(), firstSlot);
    }

    @Override
    public void apply(RowState row) {
      int outputs = kernel.outputs();
      kernel.start(row.sums);
      int slot = firstSlot;
      int next = 0;
      for (int part = 0; part < parts; part++) {
        Arrays.fill(row.partSums, 0, outputs, 0);
        for (; next < stretches.size() && stretches.get(next).part() == part; next++) {
          Stretch stretch = stretches.get(next);
          kernel.add(row.slots, stretch.slot(), stretch.input(), stretch.count(), row.partSums);
        }
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

  /**
   * Neighbouring slots that feed neighbouring inputs of one part; a part need not end where a range
   * ends.
   */
  record Stretch(int part, int slot, int input, int count) {
    static List<Stretch> split(List<SlotRange> reads, List<Integer> partSlots) {
      List<Stretch> stretches = new ArrayList<>();
      int range = 0;
      int offset = 0;
      int input = 0;
      for (int part = 0; part < partSlots.size(); part++) {
        int left = partSlots.get(part);
        while (left > 0) {
          SlotRange current = reads.get(range);
          int count = Math.min(left, current.getCount() - offset);
          stretches.add(new Stretch(part, current.getFirst() + offset, input, count));
          input += count;
          left -= count;
          offset += count;
          if (offset == current.getCount()) {
            range++;
            offset = 0;
          }
        }
      }
      return List.copyOf(stretches);
    }
  }
}
