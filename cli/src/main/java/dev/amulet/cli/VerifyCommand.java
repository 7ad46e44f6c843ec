package dev.amulet.cli;

import dev.amulet.format.ArtifactException;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.VerificationReport;
import dev.amulet.runtime.VerificationReport.RowOutcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code amulet verify}: replays the rows that an amulet carries to check itself. */
@Command(
    name = "verify",
    description = "Check an amulet: every digest, and that its own sample rows score as they must.")
final class VerifyCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "AMULET", description = "File to check.")
  private Path amulet = Path.of("");

  VerifyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws ArtifactException {
    Inputs.requireFile(amulet, "amulet");
    try (Scorer scorer = Scorer.open(amulet)) {
      VerificationReport report = scorer.verify();
      lines(amulet, report).forEach(terminal.out()::println);
      return report.passed() ? Main.DONE : Main.WORK_FAILED;
    }
  }

  static List<String> lines(Path amulet, VerificationReport report) {
    TextTable table = new TextTable("  ", "rlrrl");
    table.add("row", "result", "largest slot diff", "largest output diff", "");
    int number = 0;
    int failed = 0;
    for (RowOutcome row : report.rows()) {
      boolean passed = report.passed(row);
      failed += passed ? 0 : 1;
      table.add(
          Integer.toString(number++),
          !passed ? "FAILED" : row.bitEqual() ? "equal" : "close",
          row.error().isEmpty() ? difference(row.slotDifference()) : "–",
          row.error().isEmpty() ? difference(row.outputDifference()) : "–",
          row.error().isEmpty() ? (row.slotDifference() > 0 ? row.worstSlot() : "") : row.error());
    }
    List<String> lines = new ArrayList<>();
    lines.add(amulet + ": file sound, every digest right");
    if (report.rows().isEmpty()) {
      lines.add("passed: it carries no rows to verify");
      return lines;
    }
    lines.addAll(table.lines());
    String rule =
        report.madeHere()
            ? "same CPU family and ONNX Runtime as where it was made: every bit must be equal"
            : String.format(
                Locale.ROOT,
                "another CPU family or ONNX Runtime than where it was made: slots within %.0e, outputs within %.0e",
                report.slotTolerance(),
                report.outputTolerance());
    lines.add(
        failed == 0
            ? "passed: " + Figures.count(report.rows().size(), "row")
            : "FAILED: " + failed + " of " + Figures.count(report.rows().size(), "row"));
    lines.add("  " + rule);
    return lines;
  }

  private static String difference(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.1e", value);
  }
}
