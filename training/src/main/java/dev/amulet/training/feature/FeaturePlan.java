package dev.amulet.training.feature;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.DateTimePart;
import dev.amulet.format.v1.Schema;
import dev.amulet.format.v1.SlotRange;
import dev.amulet.training.vision.Backbone;
import java.util.ArrayList;
import java.util.List;

/**
 * The slots that need no fitting: table columns first, then the embedding of every image column by
 * every network. The same for every fold, so that slot numbers mean the same everywhere.
 *
 * @param tableSlots slots of numeric, boolean, categorical and date-time columns
 * @param imageFlags is-missing slots of the image columns
 * @param embeddings one per image column and network
 */
public record FeaturePlan(
    List<Integer> tableSlots, List<Integer> imageFlags, List<Embedding> embeddings) {
  /** More levels than this share one slot; a level this rare teaches a one-hot column nothing. */
  private static final int MOST_LEVELS = 64;

  private static final List<DateTimePart> DATE_TIME_PARTS =
      List.of(
          DateTimePart.EPOCH_DAY,
          DateTimePart.YEAR,
          DateTimePart.QUARTER,
          DateTimePart.MONTH,
          DateTimePart.WEEK_OF_YEAR,
          DateTimePart.DAY_OF_YEAR,
          DateTimePart.DAY_OF_MONTH,
          DateTimePart.DAY_OF_WEEK,
          DateTimePart.IS_WEEKEND,
          DateTimePart.HOUR);

  /**
   * An image column through a network.
   *
   * @param column of the schema
   * @param name of the slots
   * @param slots of the embedding
   */
  public record Embedding(int column, String name, SlotRange slots) {}

  public FeaturePlan {
    tableSlots = List.copyOf(tableSlots);
    imageFlags = List.copyOf(imageFlags);
    embeddings = List.copyOf(embeddings);
  }

  /** Adds the stages for a schema's input columns to an empty pipeline. */
  public static FeaturePlan layOut(
      PipelineBuilder pipeline, Schema schema, List<NamedBackbone> backbones) {
    List<Integer> table = new ArrayList<>();
    List<Integer> flags = new ArrayList<>();
    List<Embedding> embeddings = new ArrayList<>();
    for (ColumnType type : List.of(ColumnType.NUMERIC, ColumnType.BOOLEAN)) {
      for (int column : PipelineBuilder.inputs(schema, type)) {
        add(table, pipeline.addNumeric(column));
      }
    }
    for (int column : PipelineBuilder.inputs(schema, ColumnType.CATEGORICAL)) {
      add(table, pipeline.addOneHot(column, MOST_LEVELS));
    }
    for (int column : PipelineBuilder.inputs(schema, ColumnType.DATE_TIME)) {
      add(table, pipeline.addDateTime(column, DATE_TIME_PARTS));
    }
    for (int column : PipelineBuilder.inputs(schema, ColumnType.IMAGE)) {
      String columnName = schema.getColumns(column).getName();
      for (NamedBackbone named : backbones) {
        SlotRange slots =
            pipeline.addImage(
                column,
                named.id(),
                Backbone.EMBEDDING,
                named.backbone().embeddingWidth(),
                named.preprocessing(),
                named.views());
        flags.add(slots.getFirst() + slots.getCount());
        embeddings.add(new Embedding(column, columnName + "." + named.id(), slots));
      }
    }
    return new FeaturePlan(table, flags, embeddings);
  }

  private static void add(List<Integer> slots, SlotRange range) {
    for (int slot : PipelineBuilder.slots(range)) {
      slots.add(slot);
    }
  }
}
