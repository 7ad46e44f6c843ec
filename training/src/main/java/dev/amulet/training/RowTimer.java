package dev.amulet.training;

import com.google.protobuf.ByteString;
import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Cell;
import dev.amulet.format.v1.VerificationRow;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.Scorer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** How long an amulet takes for a row, on the rows that it carries to check itself. */
public final class RowTimer {
  private static final int WARM_UPS = 3;
  private static final int RUNS = 9;

  private RowTimer() {}

  /**
   * Milliseconds for a row scored alone on one thread, pictures decoded and networks run: the
   * median of several runs over all carried rows, after a warm-up. NaN when it carries none.
   */
  public static double msPerRow(Path amulet) throws ArtifactException {
    try (Artifact artifact = Artifact.open(amulet);
        Scorer scorer = Scorer.open(amulet)) {
      List<Row> rows =
          artifact.verification().stream()
              .flatMap(carried -> carried.getRowsList().stream())
              .map(row -> row(scorer, row))
              .toList();
      if (rows.isEmpty()) {
        return Double.NaN;
      }
      double[] ms = new double[RUNS];
      for (int run = -WARM_UPS; run < RUNS; run++) {
        long started = System.nanoTime();
        rows.forEach(scorer::score);
        if (run >= 0) {
          ms[run] = (System.nanoTime() - started) / 1e6 / rows.size();
        }
      }
      Arrays.sort(ms);
      return ms[RUNS / 2];
    }
  }

  private static Row row(Scorer scorer, VerificationRow carried) {
    Row row = scorer.newRow();
    for (int i = 0; i < carried.getCellsCount(); i++) {
      Cell cell = carried.getCells(i);
      switch (cell.getValueCase()) {
        case NUMBER -> row.set(i, cell.getNumber());
        case FLAG -> row.set(i, cell.getFlag());
        case TEXT -> row.set(i, cell.getText());
        case TIME -> row.setTime(i, cell.getTime());
        case IMAGES ->
            row.setImages(
                i, cell.getImages().getFilesList().stream().map(ByteString::toByteArray).toList());
        case VALUE_NOT_SET -> row.setMissing(i);
      }
    }
    return row;
  }
}
