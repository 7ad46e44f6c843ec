package dev.amulet.runtime;

import java.util.List;

/**
 * How an amulet's own verification rows came out on this machine.
 *
 * @param rows one outcome per verification row
 * @param madeHere whether the amulet was made on this CPU family with this ONNX Runtime, so that
 *     results must be bit-equal
 * @param slotTolerance largest slot difference allowed elsewhere, relative to max(1, |expected|)
 * @param outputTolerance the same for margins and outputs
 */
public record VerificationReport(
    List<RowOutcome> rows, boolean madeHere, double slotTolerance, double outputTolerance) {
  public VerificationReport {
    rows = List.copyOf(rows);
  }

  /**
   * One replayed row.
   *
   * @param bitEqual whether every slot, margin and output has the expected bits
   * @param slotDifference largest slot difference, relative to max(1, |expected|); infinite when
   *     one is missing and the other is not
   * @param worstSlot name of that slot
   * @param outputDifference largest difference of a margin or output, likewise
   * @param error why the row could not be scored, or empty
   */
  public record RowOutcome(
      boolean bitEqual,
      double slotDifference,
      String worstSlot,
      double outputDifference,
      String error) {}

  /** Whether every row came out as the amulet says it must. An amulet without rows passes. */
  public boolean passed() {
    return rows.stream().allMatch(this::passed);
  }

  /** Whether one row came out as it must. */
  public boolean passed(RowOutcome row) {
    if (!row.error().isEmpty()) {
      return false;
    }
    return madeHere
        ? row.bitEqual()
        : row.slotDifference() <= slotTolerance && row.outputDifference() <= outputTolerance;
  }
}
