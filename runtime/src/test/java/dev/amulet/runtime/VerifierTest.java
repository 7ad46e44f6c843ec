package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Cell;
import dev.amulet.format.v1.Environment;
import dev.amulet.format.v1.Images;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.NumericFunction;
import dev.amulet.format.v1.SeveralImages;
import dev.amulet.format.v1.TargetFunction;
import dev.amulet.format.v1.Verification;
import dev.amulet.format.v1.VerificationRow;
import dev.amulet.format.v1.View;
import dev.amulet.runtime.VerificationReport.RowOutcome;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class VerifierTest {
  private static final Environment ELSEWHERE =
      Environment.newBuilder().setCpu("abacus").setOnnxruntime("0").build();

  @Test
  void whatWasRecordedHereIsBitEqualHere() throws ArtifactException {
    VerificationReport report = verify(verification -> {});
    assertThat(report.passed()).isTrue();
    assertThat(report.madeHere()).isTrue();
    assertThat(report.rows()).hasSize(2).allMatch(RowOutcome::bitEqual);
    assertThat(report.rows().get(0).slotDifference()).isZero();
  }

  @Test
  void recordingKeepsCellsSlotsMarginsAndOutputs() throws ArtifactException {
    try (Scorer scorer = model().open()) {
      Verification recorded = scorer.recordVerification(cells());
      assertThat(recorded.getRows(0).getCellsList()).isEqualTo(cells().get(0));
      assertThat(recorded.getRows(0).getSlotsList()).containsExactly(3f, 0f);
      assertThat(recorded.getRows(0).getMarginsList()).containsExactly(6.0);
      assertThat(recorded.getRows(0).getOutputsList()).containsExactly(16.0);
      assertThat(recorded.getRows(1).getSlotsList()).containsExactly(Float.NaN, 1f);
      assertThat(recorded.getMadeOn().getCpu()).isNotEmpty();
      assertThat(recorded.getMadeOn().getOnnxruntime()).isNotEmpty();
    }
  }

  @Test
  void aDraftRecordsSlotsOnly() throws ArtifactException {
    AmuletBuilder draft = new AmuletBuilder();
    draft.numericStage(draft.numeric("a"), NumericFunction.IDENTITY, true);
    try (Scorer scorer = draft.open()) {
      Verification recorded = scorer.recordVerification(cells());
      assertThat(recorded.getRows(0).getSlotsList()).containsExactly(3f, 0f);
      assertThat(recorded.getRows(0).getMarginsCount()).isZero();
      draft.entry("verification.pb", recorded.toByteArray());
    }
    try (Scorer scorer = draft.open()) {
      assertThat(scorer.verify().passed()).isTrue();
    }
  }

  @Test
  void oneBitOfAnythingExpectedFailsWhereItWasMade() throws ArtifactException {
    fails(verification -> row(verification).setSlots(0, Math.nextUp(3f)));
    fails(verification -> row(verification).setMargins(0, Math.nextUp(6.0)));
    fails(verification -> row(verification).setOutputs(0, Math.nextDown(16.0)));
    fails(verification -> row(verification).setSlots(1, -0.0f));
  }

  @Test
  void elsewhereWhatIsWithinTheToleranceOfMaxOneAndExpectedPasses() throws ArtifactException {
    VerificationReport report =
        verify(
            verification -> {
              verification.setMadeOn(ELSEWHERE);
              row(verification).setSlots(0, 3.0029f).setSlots(1, 0.0009f);
              row(verification).setMargins(0, 5.9941).setOutputs(0, 16.015);
            });
    assertThat(report.madeHere()).isFalse();
    assertThat(report.passed()).isTrue();
    RowOutcome outcome = report.rows().get(0);
    assertThat(outcome.bitEqual()).isFalse();
    assertThat(outcome.worstSlot()).isEqualTo("a");
    assertThat(outcome.slotDifference()).isCloseTo(0.0029 / 3, Offset.offset(1e-6));
    assertThat(outcome.outputDifference()).isCloseTo(0.0059 / 6, Offset.offset(1e-5));
  }

  @Test
  void elsewhereWhatIsBeyondTheToleranceFails() throws ArtifactException {
    failsElsewhere(verification -> row(verification).setSlots(1, 0.0011f));
    failsElsewhere(verification -> row(verification).setMargins(0, 6.007));
    failsElsewhere(verification -> row(verification).setOutputs(0, 16.017));
  }

  @Test
  void missingAndPresentDifferInfinitely() throws ArtifactException {
    VerificationReport report =
        failsElsewhere(verification -> row(verification).setSlots(1, Float.NaN));
    assertThat(report.rows().get(0).slotDifference()).isInfinite();
    assertThat(report.rows().get(0).worstSlot()).isEqualTo("a.missing");
  }

  @Test
  void aChangedCellFails() throws ArtifactException {
    VerificationReport report =
        fails(verification -> row(verification).getCellsBuilder(0).setNumber(4));
    assertThat(report.rows().get(0).slotDifference()).isCloseTo(1.0 / 3, Offset.offset(1e-6));
  }

  @Test
  void anAmuletWithoutRowsPasses() throws ArtifactException {
    try (Scorer scorer = model().open()) {
      assertThat(scorer.verify().rows()).isEmpty();
      assertThat(scorer.verify().passed()).isTrue();
    }
  }

  @Test
  void aRowThatCannotBeScoredFailsWithItsReason() throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder().tinyNetwork();
    int photo = amulet.image("photo", MissingImage.FAIL_ROW, SeveralImages.ONE_IMAGE);
    amulet.imageStage(photo, View.UPRIGHT);
    Images broken = Images.newBuilder().addFiles(ByteString.copyFromUtf8("no picture")).build();
    VerificationRow.Builder row = VerificationRow.newBuilder();
    row.addCells(Cell.newBuilder().setImages(broken)).addAllSlots(List.of(0f, 0f, 0f, 0f));
    amulet.entry(
        "verification.pb",
        Verification.newBuilder()
            .setSlotTolerance(1)
            .setOutputTolerance(1)
            .addRows(row)
            .build()
            .toByteArray());
    try (Scorer scorer = amulet.open()) {
      VerificationReport report = scorer.verify();
      assertThat(report.passed()).isFalse();
      assertThat(report.rows().get(0).error()).startsWith("row 0: column \"photo\": ");
    }
  }

  private static VerificationReport fails(Consumer<Verification.Builder> change)
      throws ArtifactException {
    VerificationReport report = verify(change);
    assertThat(report.passed()).isFalse();
    assertThat(report.passed(report.rows().get(0))).isFalse();
    assertThat(report.passed(report.rows().get(1))).as("the untouched row").isTrue();
    return report;
  }

  private static VerificationReport failsElsewhere(Consumer<Verification.Builder> change)
      throws ArtifactException {
    return fails(change.andThen(verification -> verification.setMadeOn(ELSEWHERE)));
  }

  /** Records the rows, changes what was recorded, and replays it. */
  private static VerificationReport verify(Consumer<Verification.Builder> change)
      throws ArtifactException {
    AmuletBuilder amulet = model();
    try (Scorer scorer = amulet.open()) {
      Verification.Builder verification = scorer.recordVerification(cells()).toBuilder();
      change.accept(verification);
      amulet.entry("verification.pb", verification.build().toByteArray());
    }
    try (Scorer scorer = amulet.open()) {
      return scorer.verify();
    }
  }

  private static VerificationRow.Builder row(Verification.Builder verification) {
    return verification.getRowsBuilder(0);
  }

  private static List<List<Cell>> cells() {
    return List.of(
        List.of(Cell.newBuilder().setNumber(3).build()), List.of(Cell.getDefaultInstance()));
  }

  /** margin = 2 a, value = margin + 10. */
  private static AmuletBuilder model() {
    AmuletBuilder amulet = new AmuletBuilder();
    amulet.numericStage(amulet.numeric("a"), NumericFunction.IDENTITY, true);
    amulet.linearStage("linear", AmuletBuilder.linear(1, 2f, 0f), AmuletBuilder.range(0, 2));
    return amulet.outputs(AmuletBuilder.regression(TargetFunction.TARGET_IDENTITY, 10, 1));
  }
}
