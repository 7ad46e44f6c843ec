package dev.amulet.runtime.internal.explain;

import dev.amulet.format.Artifact;
import dev.amulet.format.v1.ImageScore;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Projection;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.SlotGroup;
import dev.amulet.format.v1.SlotRange;
import dev.amulet.format.v1.Stage;
import dev.amulet.runtime.internal.linear.AffineKernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sums contributions of slots to contributions of source columns. A slot made of several columns is
 * split in proportion to the absolute size of each column's linear part of it, equally where all
 * are zero. Immutable and thread-safe.
 */
public final class ColumnRollUp {
  private final int columns;

  /** Per slot: the input columns it is made of. */
  private final int[][] columnsOf;

  /** Per slot: how a slot of several columns comes from them, or null. */
  private final @Nullable Mixture[] mixtures;

  /**
   * One output of a matrix over slots.
   *
   * @param reads the slots, one per input
   */
  @SuppressWarnings("ArrayRecordComponent") // Never handed out.
  private record Mixture(AffineKernel kernel, int output, int[] reads) {}

  private ColumnRollUp(int columns, int slots) {
    this.columns = columns;
    columnsOf = new int[slots][];
    mixtures = new Mixture[slots];
  }

  public static ColumnRollUp of(Artifact artifact) {
    Manifest manifest = artifact.manifest();
    int[] inputs = new int[manifest.getSchema().getColumnsCount()];
    int next = 0;
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = manifest.getSchema().getColumns(i).getRole() == Role.INPUT ? next++ : -1;
    }
    List<SlotGroup> groups = manifest.getPipeline().getSlotsList();
    int slots = groups.stream().mapToInt(group -> group.getRange().getCount()).sum();
    ColumnRollUp rollUp = new ColumnRollUp(next, slots);
    for (SlotGroup group : groups) {
      int[] sources = group.getColumnsList().stream().mapToInt(column -> inputs[column]).toArray();
      SlotRange range = group.getRange();
      Arrays.fill(rollUp.columnsOf, range.getFirst(), range.getFirst() + range.getCount(), sources);
    }
    manifest.getPipeline().getStagesList().forEach(stage -> rollUp.add(stage, artifact));
    return rollUp;
  }

  private void add(Stage stage, Artifact artifact) {
    if (stage.hasProjection()) {
      Projection table = artifact.table(stage.getProjection().getTable()).getProjection();
      mix(
          stage,
          new AffineKernel(
              table.getInputs(),
              table.getOutputs(),
              table.getFillList(),
              table.getCentreList(),
              table.getComponentsList(),
              List.of()));
    } else if (stage.hasImageScore()) {
      ImageScore table = artifact.table(stage.getImageScore().getTable()).getImageScore();
      mix(
          stage,
          new AffineKernel(
              table.getInputs(),
              table.getOutputs(),
              table.getFillList(),
              table.getCentreList(),
              table.getWeightsList(),
              List.of()));
    }
  }

  private void mix(Stage stage, AffineKernel kernel) {
    int[] reads = slots(stage.getReadsList());
    int[] writes = slots(stage.getWritesList());
    for (int i = 0; i < writes.length; i++) {
      if (columnsOf[writes[i]].length > 1) {
        // Partial scores come before the sums: [parts + 1, outputs].
        mixtures[writes[i]] = new Mixture(kernel, i % kernel.outputs(), reads);
      }
    }
  }

  private static int[] slots(List<SlotRange> ranges) {
    List<Integer> slots = new ArrayList<>();
    for (SlotRange range : ranges) {
      for (int i = 0; i < range.getCount(); i++) {
        slots.add(range.getFirst() + i);
      }
    }
    return slots.stream().mapToInt(i -> i).toArray();
  }

  /** Number of input columns. */
  public int columns() {
    return columns;
  }

  /**
   * Rolls one row up.
   *
   * @param row its slots
   * @param values {@code [outputs, slots]} row-major
   * @return {@code [outputs, columns]} row-major
   */
  public double[] rollUp(float[] row, double[] values) {
    int slots = columnsOf.length;
    int outputs = values.length / slots;
    double[] sums = new double[outputs * columns];
    double[] parts = new double[columns];
    for (int slot = 0; slot < slots; slot++) {
      int[] sources = columnsOf[slot];
      if (sources.length > 1 && any(values, slot)) {
        shares(slot, row, parts);
      }
      for (int k = 0; k < outputs; k++) {
        double value = values[k * slots + slot];
        for (int column : sources) {
          sums[k * columns + column] += sources.length == 1 ? value : value * parts[column];
        }
      }
    }
    return sums;
  }

  private boolean any(double[] values, int slot) {
    for (int i = slot; i < values.length; i += columnsOf.length) {
      if (values[i] != 0) {
        return true;
      }
    }
    return false;
  }

  /** Overwrites the shares, which sum to 1, of the columns a slot is made of. */
  private void shares(int slot, float[] row, double[] parts) {
    int[] sources = columnsOf[slot];
    for (int column : sources) {
      parts[column] = 0;
    }
    Mixture mixture = mixtures[slot];
    if (mixture != null) {
      for (int input = 0; input < mixture.reads().length; input++) {
        int read = mixture.reads()[input];
        double part = mixture.kernel().contribution(row[read], input, mixture.output());
        for (int column : columnsOf[read]) {
          parts[column] += part / columnsOf[read].length;
        }
      }
    }
    double total = 0;
    for (int column : sources) {
      parts[column] = Math.abs(parts[column]);
      total += parts[column];
    }
    for (int column : sources) {
      parts[column] = total > 0 ? parts[column] / total : 1.0 / sources.length;
    }
  }
}
