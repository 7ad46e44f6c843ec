package dev.amulet.runtime;

import dev.amulet.format.v1.ColumnStatistics;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.DataType;
import java.util.List;

/**
 * One input column, as the model wants it.
 *
 * @param index position among the inputs, from 0; what {@link Row}'s index setters take
 * @param name header of the column, unique
 * @param type what the model takes it for
 * @param dataType how its values are written
 * @param missingMarkers cells that mean "missing", besides the empty one
 * @param levels known levels of a categorical column, in level order
 * @param zone IANA zone of the cells of a date-time column that carry no offset; else empty
 * @param dateTimePatterns java.time patterns of a date-time column, tried after ISO 8601
 * @param severalImages whether a cell of an image column may hold several images, in text separated
 *     by {@code ;}
 * @param example a typical cell
 * @param statistics what training saw
 */
public record Column(
    int index,
    String name,
    ColumnType type,
    DataType dataType,
    List<String> missingMarkers,
    List<String> levels,
    String zone,
    List<String> dateTimePatterns,
    boolean severalImages,
    String example,
    ColumnStatistics statistics) {
  public Column {
    missingMarkers = List.copyOf(missingMarkers);
    levels = List.copyOf(levels);
    dateTimePatterns = List.copyOf(dateTimePatterns);
  }
}
