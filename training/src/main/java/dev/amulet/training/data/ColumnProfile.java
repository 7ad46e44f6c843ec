package dev.amulet.training.data;

import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.ColumnStatistics;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.DataType;
import dev.amulet.format.v1.DateTimeColumn;
import dev.amulet.format.v1.ImageColumn;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.SeveralImages;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one column was taken for, and why.
 *
 * @param role INPUT for a feature, DROPPED for a column left out
 * @param dataType of the cells; STRING for categorical, text and image columns
 * @param levels of a categorical column, or the classes of a classification target, in index order;
 *     numeric if all are integers, else by code point
 * @param missingMarkers cell text that means missing in this column, besides the empty cell
 * @param dateTimePatterns java.time patterns (English month names, strict) tried after ISO 8601
 * @param severalImages whether cells of an image column name several files
 * @param example a typical cell; "" when every cell is missing or the column is no input
 * @param evidence sentence(s) saying why the type
 * @param roleReason sentence saying why the role; "" for a plain input
 */
public record ColumnProfile(
    String name,
    Role role,
    ColumnType type,
    DataType dataType,
    List<String> levels,
    ColumnStatistics statistics,
    Set<String> missingMarkers,
    List<String> dateTimePatterns,
    boolean severalImages,
    String example,
    String evidence,
    String roleReason) {

  public ColumnProfile {
    levels = List.copyOf(levels);
    missingMarkers = java.util.Collections.unmodifiableSet(new TreeSet<>(missingMarkers));
    dateTimePatterns = List.copyOf(dateTimePatterns);
  }

  ColumnProfile withRole(Role newRole, String reason) {
    return new ColumnProfile(
        name,
        newRole,
        type,
        dataType,
        levels,
        statistics,
        missingMarkers,
        dateTimePatterns,
        severalImages,
        example,
        evidence,
        reason);
  }

  /** The same column with its integers read as levels. */
  ColumnProfile readAsLevels(ColumnCells cells) {
    ColumnSummary summary = ColumnSummary.of(cells, ColumnType.CATEGORICAL, List.of(), null);
    return new ColumnProfile(
        name,
        role,
        ColumnType.CATEGORICAL,
        DataType.STRING,
        summary.levels(),
        summary.statistics(),
        missingMarkers,
        List.of(),
        false,
        summary.example(),
        evidence,
        roleReason);
  }

  /** The column as the manifest describes it. */
  Column toColumn() {
    Column.Builder column =
        Column.newBuilder()
            .setName(name)
            .setRole(role)
            .setType(type)
            .setDataType(dataType)
            .addAllMissingMarkers(missingMarkers)
            .addAllLevels(levels)
            .setExample(example)
            .setStatistics(statistics);
    if (type == ColumnType.IMAGE) {
      column.setImage(
          ImageColumn.newBuilder()
              .setMissing(MissingImage.NAN_FEATURES)
              .setSeveral(severalImages ? SeveralImages.AVERAGE : SeveralImages.ONE_IMAGE));
    }
    if (type == ColumnType.DATE_TIME) {
      column.setDateTime(
          DateTimeColumn.newBuilder()
              .setZone(DateTimes.UTC.getId())
              .addAllPatterns(dateTimePatterns));
    }
    return column.build();
  }
}
