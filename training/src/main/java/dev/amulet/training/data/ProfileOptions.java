package dev.amulet.training.data;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Task;
import dev.amulet.training.TrainingException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the user says about the columns of a table.
 *
 * @param target column to predict; null means the label column of a class-per-folder import, if any
 * @param problemType task to use whatever the target looks like; null means detect
 * @param drop columns never used
 * @param keep the only columns used as inputs; empty means all
 * @param groupColumn rows that share this value stay in one fold
 * @param foldColumn names each row's fold
 * @param weightColumn row weights, 0 or more
 * @param timeColumn orders the rows in time
 * @param columnTypes types to use whatever the cells look like
 * @param imageMaxMissingShare largest share of missing cells of a column taken for images
 * @param imageMinExtensionShare smallest share of cells ending like an image file
 * @param sampledImages most cells without extension looked up to decide
 * @param seed of the sample
 */
public record ProfileOptions(
    @Nullable String target,
    @Nullable Task problemType,
    List<String> drop,
    List<String> keep,
    @Nullable String groupColumn,
    @Nullable String foldColumn,
    @Nullable String weightColumn,
    @Nullable String timeColumn,
    Map<String, ColumnType> columnTypes,
    double imageMaxMissingShare,
    double imageMinExtensionShare,
    int sampledImages,
    long seed) {

  public ProfileOptions {
    drop = List.copyOf(drop);
    keep = List.copyOf(keep);
    columnTypes = Map.copyOf(columnTypes);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Starts from no target, nothing dropped, and Driverless AI's image thresholds. */
  public static final class Builder {
    private @Nullable String target;
    private @Nullable Task problemType;
    private List<String> drop = List.of();
    private List<String> keep = List.of();
    private @Nullable String groupColumn;
    private @Nullable String foldColumn;
    private @Nullable String weightColumn;
    private @Nullable String timeColumn;
    private final Map<String, ColumnType> columnTypes = new HashMap<>();
    private double imageMaxMissingShare = 0.1;
    private double imageMinExtensionShare = 0.8;
    private int sampledImages = 500;
    private long seed;

    private Builder() {}

    public Builder target(@Nullable String target) {
      this.target = target;
      return this;
    }

    public Builder problemType(@Nullable Task problemType) {
      this.problemType = problemType;
      return this;
    }

    public Builder drop(List<String> drop) {
      this.drop = drop;
      return this;
    }

    public Builder keep(List<String> keep) {
      this.keep = keep;
      return this;
    }

    public Builder groupColumn(@Nullable String groupColumn) {
      this.groupColumn = groupColumn;
      return this;
    }

    public Builder foldColumn(@Nullable String foldColumn) {
      this.foldColumn = foldColumn;
      return this;
    }

    public Builder weightColumn(@Nullable String weightColumn) {
      this.weightColumn = weightColumn;
      return this;
    }

    public Builder timeColumn(@Nullable String timeColumn) {
      this.timeColumn = timeColumn;
      return this;
    }

    public Builder columnType(String column, ColumnType type) {
      columnTypes.put(column, type);
      return this;
    }

    /**
     * A type as users write it.
     *
     * @throws TrainingException when there is none of this name
     */
    public Builder columnType(String column, String type) {
      String name = type.strip().toUpperCase(Locale.ROOT).replace('-', '_');
      for (ColumnType known : ColumnType.values()) {
        if (known.name().equals(name)
            && !name.endsWith("UNSPECIFIED")
            && !name.equals("UNRECOGNIZED")) {
          return columnType(column, known);
        }
      }
      throw new TrainingException(
          "setting column_types.%s is \"%s\", expected one of numeric, boolean, categorical, date_time, text, image"
              .formatted(column, type));
    }

    public Builder columnTypes(Map<String, ColumnType> types) {
      columnTypes.putAll(types);
      return this;
    }

    /** {@code string_col_as_image_max_missing_fraction}; default 0.1. */
    public Builder imageMaxMissingShare(double share) {
      this.imageMaxMissingShare = share;
      return this;
    }

    /** {@code string_col_as_image_min_valid_types_fraction}; default 0.8. */
    public Builder imageMinExtensionShare(double share) {
      this.imageMinExtensionShare = share;
      return this;
    }

    /** Default 500. */
    public Builder sampledImages(int cells) {
      this.sampledImages = cells;
      return this;
    }

    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    public ProfileOptions build() {
      return new ProfileOptions(
          target,
          problemType,
          drop,
          keep,
          groupColumn,
          foldColumn,
          weightColumn,
          timeColumn,
          columnTypes,
          imageMaxMissingShare,
          imageMinExtensionShare,
          sampledImages,
          seed);
    }
  }
}
