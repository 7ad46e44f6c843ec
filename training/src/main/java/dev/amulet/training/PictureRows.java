package dev.amulet.training;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Role;
import dev.amulet.runtime.ImageSource;
import dev.amulet.training.data.ColumnProfile;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.TableProfile;
import dev.amulet.training.vision.TuningRows;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows of a table as a network is tuned on them. Safe for concurrent use. */
final class PictureRows implements TuningRows.Images {
  private final Dataset table;
  private final List<ColumnProfile> columns;
  private final int maxBytes = FoldTuning.policy().maxBytes();

  private PictureRows(TableProfile profile) {
    table = profile.dataset();
    columns = profile.inputs(ColumnType.IMAGE);
  }

  /** With labels as learners see them. */
  @SuppressWarnings("NullAway") // it does not see that array components of a record may be null
  static TuningRows of(ExperimentData data, ClassWeights classWeights) {
    TableProfile profile = data.profile();
    TargetCoding coding = data.coding();
    double[] labels = data.labels();
    return new TuningRows(
        coding.task(),
        Math.max(1, coding.classes()),
        labels,
        classWeights.of(coding, labels, profile.weights()),
        groups(profile),
        profile.inputs(ColumnType.IMAGE).size(),
        images(profile));
  }

  /** The pictures alone. */
  static TuningRows.Images images(TableProfile profile) {
    return new PictureRows(profile);
  }

  /** A number per group; a row without one is a group of its own. */
  private static int @Nullable [] groups(TableProfile profile) {
    ColumnProfile column = profile.columnWithRole(Role.GROUP).orElse(null);
    if (column == null) {
      return null;
    }
    @Nullable String[] cells = profile.dataset().column(column.name());
    Map<String, Integer> numbers = new HashMap<>();
    int[] groups = new int[cells.length];
    int next = 0;
    for (int row = 0; row < groups.length; row++) {
      String cell = cells[row];
      Integer known = cell == null ? null : numbers.get(cell);
      groups[row] = known == null ? next++ : known;
      if (cell != null) {
        numbers.put(cell, groups[row]);
      }
    }
    return groups;
  }

  /** The picture of a cell; the first where there are several. */
  @Override
  public byte @Nullable [] read(int row, int column) throws IOException {
    ColumnProfile profile = columns.get(column);
    String cell = table.cell(row, table.columnIndex(profile.name()));
    if (cell == null) {
      return null;
    }
    byte[] inline = ImageSource.inline(cell, maxBytes);
    if (inline != null) {
      return inline;
    }
    String first = profile.severalImages() ? cell.split(";", 2)[0].strip() : cell;
    return first.isEmpty() ? null : table.images().read(first, maxBytes);
  }
}
