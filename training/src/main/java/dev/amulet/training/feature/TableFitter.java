package dev.amulet.training.feature;

import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Schema;
import dev.amulet.format.v1.SlotRange;
import dev.amulet.training.data.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Fits the table columns that need it on the rows it is given: the components of texts, and the
 * words, shares and target means of columns with many levels. Cells are read once.
 */
public final class TableFitter {
  /** With fewer levels, one slot for each says all there is to say. */
  private static final int MANY_LEVELS = 20;

  private static final int TEXT_COMPONENTS = 32;

  private final int outputs;
  private final double[] labels;
  private final double[] weights;
  private final long seed;
  private final Map<Integer, @Nullable String[]> texts = new HashMap<>();
  private final Map<Integer, LevelFitter> levels = new HashMap<>();
  private final List<Integer> textColumns;
  private final List<Integer> levelColumns;
  private final List<Integer> skewedColumns;

  /**
   * @param schema its input columns become features; another one asked for later may lack some of
   *     the images
   * @param outputs target means of a level: 1, or the number of classes
   * @param labels one per row of the data: what learners are trained on
   * @param weights one per row of the data
   */
  public TableFitter(
      Schema schema, Dataset data, int outputs, double[] labels, double[] weights, long seed) {
    this.outputs = outputs;
    this.labels = labels;
    this.weights = weights;
    this.seed = seed;
    textColumns = PipelineBuilder.inputs(schema, ColumnType.TEXT);
    levelColumns =
        PipelineBuilder.inputs(schema, ColumnType.CATEGORICAL).stream()
            .filter(column -> schema.getColumns(column).getLevelsCount() > MANY_LEVELS)
            .toList();
    for (int column : textColumns) {
      texts.put(column, cells(schema.getColumns(column), data));
    }
    for (int column : levelColumns) {
      Column spec = schema.getColumns(column);
      @Nullable String[] cells = cells(spec, data);
      texts.put(column, cells);
      levels.put(column, new LevelFitter(spec.getLevelsCount(), levels(spec, cells)));
    }
    skewedColumns =
        PipelineBuilder.inputs(schema, ColumnType.NUMERIC).stream()
            .filter(column -> Skewness.calmedByLog(numbers(schema.getColumns(column), data)))
            .toList();
  }

  /** Adds components of texts, words of levels and their shares; returns their slots. */
  public int[] addUntargeted(PipelineBuilder pipeline, int[] training) {
    List<SlotRange> added = new ArrayList<>();
    textColumns.forEach(column -> addText(pipeline, column, training, added));
    // Two levels that share a word, or digits, are alike before either has many rows.
    levelColumns.forEach(column -> addText(pipeline, column, training, added));
    for (int column : levelColumns) {
      added.add(pipeline.addFrequency(column, fitter(column).frequencies(training)));
    }
    return slots(added);
  }

  private void addText(
      PipelineBuilder pipeline, int column, int[] training, List<SlotRange> added) {
    @Nullable String[] cells = texts(column);
    @Nullable String[] given =
        IntStream.of(training).mapToObj(row -> cells[row]).toArray(String[]::new);
    TextFitter.fit(given, TEXT_COMPONENTS, seed)
        .ifPresent(model -> added.add(pipeline.addText(column, model)));
  }

  /**
   * Adds logarithms of skewed numbers, which trees have no use for; returns their slots. Which
   * numbers are skewed is asked of every row: it says nothing of the target.
   */
  public int[] addLogs(PipelineBuilder pipeline) {
    return slots(skewedColumns.stream().map(pipeline::addLog).toList());
  }

  /**
   * Adds target means of levels; returns their slots.
   *
   * @param suffix of the stages' ids; "" for the means a model scores with
   */
  public int[] addTargetMeans(PipelineBuilder pipeline, String suffix, int[] rows) {
    List<SlotRange> added = new ArrayList<>();
    for (int column : levelColumns) {
      added.add(
          pipeline.addTargetMeans(
              column, suffix, fitter(column).targetMeans(rows, outputs, labels, weights)));
    }
    return slots(added);
  }

  private static int[] slots(List<SlotRange> ranges) {
    return ranges.stream().flatMapToInt(r -> IntStream.of(PipelineBuilder.slots(r))).toArray();
  }

  private @Nullable String[] texts(int column) {
    return Objects.requireNonNull(texts.get(column));
  }

  private LevelFitter fitter(int column) {
    return Objects.requireNonNull(levels.get(column));
  }

  private static double[] numbers(Column column, Dataset data) {
    return Arrays.stream(cells(column, data))
        .filter(Objects::nonNull)
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  private static @Nullable String[] cells(Column column, Dataset data) {
    Set<String> markers = Set.copyOf(column.getMissingMarkersList());
    @Nullable String[] cells = data.column(column.getName());
    for (int i = 0; i < cells.length; i++) {
      if (cells[i] != null && markers.contains(cells[i])) {
        cells[i] = null;
      }
    }
    return cells;
  }

  private static int[] levels(Column column, @Nullable String[] cells) {
    Map<String, Integer> byText = new HashMap<>();
    for (int i = 0; i < column.getLevelsCount(); i++) {
      byText.put(column.getLevels(i), i);
    }
    int[] levels = new int[cells.length];
    for (int i = 0; i < levels.length; i++) {
      String cell = cells[i];
      levels[i] = cell == null ? column.getLevelsCount() : byText.getOrDefault(cell, -1);
    }
    return levels;
  }
}
