package dev.amulet.runtime;

import dev.amulet.format.Artifact;
import dev.amulet.format.v1.Cell;
import dev.amulet.format.v1.Kind;
import dev.amulet.format.v1.Task;
import dev.amulet.format.v1.Verification;
import dev.amulet.format.v1.VerificationRow;
import dev.amulet.runtime.VerificationReport.RowOutcome;
import java.util.ArrayList;
import java.util.List;

/** Records what an amulet makes of its verification rows, and replays them. */
final class Verifier {
  /**
   * Other kernels change an embedding value by up to 2.4e-4 (measured across optimisation levels).
   */
  private static final double TOLERANCE = 1e-3;

  private final Scorer scorer;
  private final Artifact artifact;

  Verifier(Scorer scorer, Artifact artifact) {
    this.scorer = scorer;
    this.artifact = artifact;
  }

  Verification record(List<? extends List<Cell>> rows) {
    Verification.Builder verification =
        Verification.newBuilder()
            .setSlotTolerance(TOLERANCE)
            .setOutputTolerance(TOLERANCE)
            .setMadeOn(scorer.environment());
    for (List<Cell> cells : rows) {
      VerificationRow row = VerificationRow.newBuilder().addAllCells(cells).build();
      verification.addRows(score(row).toBuilder().addAllCells(cells));
    }
    return verification.build();
  }

  VerificationReport run() {
    Verification expected = artifact.verification().orElse(Verification.getDefaultInstance());
    List<RowOutcome> outcomes = new ArrayList<>();
    for (VerificationRow row : expected.getRowsList()) {
      outcomes.add(replay(row));
    }
    return new VerificationReport(
        outcomes,
        expected.getMadeOn().equals(scorer.environment()),
        expected.getSlotTolerance(),
        expected.getOutputTolerance());
  }

  private RowOutcome replay(VerificationRow expected) {
    VerificationRow actual;
    try {
      actual = score(expected);
    } catch (ScoringException e) {
      return new RowOutcome(
          false,
          Double.POSITIVE_INFINITY,
          "",
          Double.POSITIVE_INFINITY,
          String.valueOf(e.getMessage()));
    }
    Comparison slots = new Comparison();
    for (int i = 0; i < expected.getSlotsCount(); i++) {
      slots.add(i, expected.getSlots(i), actual.getSlots(i));
    }
    Comparison outputs = new Comparison();
    for (int i = 0; i < expected.getMarginsCount(); i++) {
      outputs.add(i, expected.getMargins(i), actual.getMargins(i));
    }
    for (int i = 0; i < expected.getOutputsCount(); i++) {
      outputs.add(i, expected.getOutputs(i), actual.getOutputs(i));
    }
    return new RowOutcome(
        slots.equal && outputs.equal,
        slots.worst,
        slots.worstIndex < 0 ? "" : scorer.slotNames().get(slots.worstIndex),
        outputs.worst,
        "");
  }

  /** Slots, margins and outputs this scorer gives for the cells of a verification row. */
  private VerificationRow score(VerificationRow cells) {
    Row row = row(cells.getCellsList());
    VerificationRow.Builder scored = VerificationRow.newBuilder();
    for (float slot : scorer.features(List.of(row)).values()) {
      scored.addSlots(slot);
    }
    if (scorer.manifest().getKind() == Kind.MODEL) {
      Prediction prediction = scorer.score(row);
      for (double margin : prediction.margins()) {
        scored.addMargins(margin);
      }
      if (scorer.schema().task() == Task.REGRESSION) {
        scored.addOutputs(prediction.value());
      } else {
        for (double probability : prediction.probabilities()) {
          scored.addOutputs(probability);
        }
      }
    }
    return scored.build();
  }

  private Row row(List<Cell> cells) {
    Row row = scorer.newRow();
    for (int i = 0; i < cells.size(); i++) {
      Cell cell = cells.get(i);
      switch (cell.getValueCase()) {
        case NUMBER -> row.set(i, cell.getNumber());
        case FLAG -> row.set(i, cell.getFlag());
        case TEXT -> row.set(i, cell.getText());
        case IMAGES -> {
          List<byte[]> files = new ArrayList<>();
          cell.getImages().getFilesList().forEach(file -> files.add(file.toByteArray()));
          row.setImages(i, files);
        }
        case TIME -> row.setTime(i, cell.getTime());
        case VALUE_NOT_SET -> row.setMissing(i);
      }
    }
    return row;
  }

  /** Running comparison of expected and actual numbers. */
  private static final class Comparison {
    private boolean equal = true;
    private double worst;
    private int worstIndex = -1;

    void add(int index, double expected, double actual) {
      equal &= Double.doubleToLongBits(expected) == Double.doubleToLongBits(actual);
      double difference;
      if (Double.isNaN(expected) || Double.isNaN(actual)) {
        difference = Double.isNaN(expected) && Double.isNaN(actual) ? 0 : Double.POSITIVE_INFINITY;
      } else {
        difference = Math.abs(expected - actual) / Math.max(1, Math.abs(expected));
      }
      if (worstIndex < 0 || difference > worst) {
        worst = difference;
        worstIndex = index;
      }
    }
  }
}
