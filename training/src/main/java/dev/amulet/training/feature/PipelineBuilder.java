package dev.amulet.training.feature;

import dev.amulet.format.v1.BlendPart;
import dev.amulet.format.v1.BlendStage;
import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.DateTimePart;
import dev.amulet.format.v1.DateTimeStage;
import dev.amulet.format.v1.Frequencies;
import dev.amulet.format.v1.FrequencyStage;
import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.format.v1.ImageScore;
import dev.amulet.format.v1.ImageScorePart;
import dev.amulet.format.v1.ImageScoreStage;
import dev.amulet.format.v1.ImageStage;
import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.LinearStage;
import dev.amulet.format.v1.NumericFunction;
import dev.amulet.format.v1.NumericStage;
import dev.amulet.format.v1.OneHotStage;
import dev.amulet.format.v1.Pipeline;
import dev.amulet.format.v1.Projection;
import dev.amulet.format.v1.ProjectionStage;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.Schema;
import dev.amulet.format.v1.SlotGroup;
import dev.amulet.format.v1.SlotRange;
import dev.amulet.format.v1.Stage;
import dev.amulet.format.v1.Table;
import dev.amulet.format.v1.TargetMeanStage;
import dev.amulet.format.v1.TargetMeans;
import dev.amulet.format.v1.TextModel;
import dev.amulet.format.v1.TextStage;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.format.v1.TreeStage;
import dev.amulet.format.v1.UnseenLevel;
import dev.amulet.format.v1.View;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Lays out the slots and stages of an amulet, one stage after the other, and keeps the entries they
 * refer to. Not safe for concurrent use.
 */
public final class PipelineBuilder {
  private final Schema schema;
  private final Pipeline.Builder pipeline = Pipeline.newBuilder();
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final Set<String> taken = new HashSet<>();
  private int slots;

  public PipelineBuilder(Schema schema) {
    this.schema = schema;
  }

  /** A builder that goes on from here by itself. */
  public PipelineBuilder copy() {
    PipelineBuilder copy = new PipelineBuilder(schema);
    copy.pipeline.mergeFrom(pipeline.build());
    copy.entries.putAll(entries);
    copy.taken.addAll(taken);
    copy.slots = slots;
    return copy;
  }

  /** The pipeline so far. */
  public Pipeline pipeline() {
    return pipeline.build();
  }

  /** Bytes of the entries the stages refer to, by path. */
  public Map<String, byte[]> entries() {
    return entries;
  }

  /** Slots laid out so far. */
  public int slots() {
    return slots;
  }

  /** A number, and whether it was missing if training saw missing cells. */
  public SlotRange addNumeric(int column) {
    boolean flag = column(column).getStatistics().getMissing() > 0;
    String name = column(column).getName();
    List<String> names = flag ? List.of(name, name + ".missing") : List.of();
    SlotRange range = allocate(name, flag ? 2 : 1, names, List.of(column));
    add(
        stage("numeric." + column, range)
            .setNumeric(
                NumericStage.newBuilder()
                    .setColumn(column)
                    .setFunction(NumericFunction.IDENTITY)
                    .setMissingFlag(flag)));
    return range;
  }

  /** The logarithm of a number. */
  public SlotRange addLog(int column) {
    SlotRange range = allocate(column(column).getName() + ".log", 1, List.of(), List.of(column));
    add(
        stage("log." + column, range)
            .setNumeric(
                NumericStage.newBuilder().setColumn(column).setFunction(NumericFunction.LOG)));
    return range;
  }

  /**
   * One slot per level, the most frequent ones if there are more than {@code most}; the rest and
   * levels never seen share one more slot.
   */
  public SlotRange addOneHot(int column, int most) {
    Column spec = column(column);
    List<Integer> levels =
        IntStream.range(0, spec.getLevelsCount())
            .boxed()
            .sorted(
                (a, b) ->
                    Long.compare(
                        spec.getStatistics().getLevelCounts(b),
                        spec.getStatistics().getLevelCounts(a)))
            .limit(most)
            .sorted()
            .toList();
    boolean missing = spec.getStatistics().getMissing() > 0;
    List<String> names = new ArrayList<>();
    levels.forEach(level -> names.add(spec.getName() + "=" + spec.getLevels(level)));
    names.add(spec.getName() + ".other");
    if (missing) {
      names.add(spec.getName() + ".missing");
    }
    SlotRange range = allocate(spec.getName(), names.size(), names, List.of(column));
    add(
        stage("one_hot." + column, range)
            .setOneHot(
                OneHotStage.newBuilder()
                    .setColumn(column)
                    .addAllLevels(levels)
                    .setUnseen(UnseenLevel.OTHER_SLOT)
                    .setMissingSlot(missing)));
    return range;
  }

  /** The share of the rows that have the level. */
  public SlotRange addFrequency(int column, Frequencies table) {
    SlotRange range = allocate(column(column).getName() + ".share", 1, List.of(), List.of(column));
    String id = "share." + column;
    add(
        stage(id, range)
            .setFrequency(
                FrequencyStage.newBuilder()
                    .setColumn(column)
                    .setTable(entry(id, Table.newBuilder().setFrequencies(table).build()))
                    .setUnseen(UnseenLevel.DEFAULT)));
    return range;
  }

  /**
   * What the level says about the target.
   *
   * @param suffix of the stage's id: letters, digits, '.', '_' and '-'
   */
  public SlotRange addTargetMeans(int column, String suffix, TargetMeans table) {
    SlotRange range =
        allocate(
            column(column).getName() + ".target" + suffix,
            table.getOutputs(),
            List.of(),
            List.of(column));
    String id = "target." + column + suffix;
    add(
        stage(id, range)
            .setTargetMean(
                TargetMeanStage.newBuilder()
                    .setColumn(column)
                    .setTable(entry(id, Table.newBuilder().setTargetMeans(table).build()))
                    .setUnseen(UnseenLevel.DEFAULT)));
    return range;
  }

  /** The components of a text, or of the words and characters of a level. */
  public SlotRange addText(int column, TextModel table) {
    boolean levels = column(column).getType() == ColumnType.CATEGORICAL;
    String name = column(column).getName() + (levels ? ".words" : "");
    SlotRange range = allocate(name, table.getOutputs(), List.of(), List.of(column));
    String id = "text." + column;
    add(
        stage(id, range)
            .setText(
                TextStage.newBuilder()
                    .setColumn(column)
                    .setTable(entry(id, Table.newBuilder().setText(table).build()))));
    return range;
  }

  /** Parts of a moment, in its column's zone. */
  public SlotRange addDateTime(int column, List<DateTimePart> parts) {
    String name = column(column).getName();
    List<String> names =
        parts.stream().map(part -> name + "." + part.name().toLowerCase(Locale.ROOT)).toList();
    SlotRange range = allocate(name, parts.size(), names, List.of(column));
    add(
        stage("date_time." + column, range)
            .setDateTime(DateTimeStage.newBuilder().setColumn(column).addAllParts(parts)));
    return range;
  }

  /**
   * A network's embedding of an image column; the slot after it says whether there was no image.
   *
   * @param views of each picture whose embeddings are averaged
   */
  public SlotRange addImage(
      int column,
      String network,
      String output,
      int width,
      ImagePreprocessing preprocessing,
      List<View> views) {
    String name = column(column).getName() + "." + network;
    SlotRange embedding = allocate(name, width, List.of(), List.of(column));
    allocate(name + ".missing", 1, List.of(), List.of(column));
    add(
        stage("image." + column + "." + network, range(embedding.getFirst(), width + 1))
            .setImage(
                ImageStage.newBuilder()
                    .setColumn(column)
                    .setNetwork(network)
                    .setPreprocessing(preprocessing)
                    .addAllViews(views)
                    .addOutputs(output)));
    return embedding;
  }

  /**
   * Principal components of one image column's embedding.
   *
   * @param id of the stage and its table: letters, digits, '.', '_' and '-'
   * @param name of the slots
   */
  public SlotRange addProjection(
      String id, String name, int column, SlotRange reads, Projection table) {
    SlotRange range = allocate(name, table.getOutputs(), List.of(), List.of(column));
    add(
        stage(id, range)
            .addReads(reads)
            .setProjection(
                ProjectionStage.newBuilder()
                    .setTable(entry(id, Table.newBuilder().setProjection(table).build()))));
    return range;
  }

  /** What one network sees of an image column, for an image score to read. */
  public record ScorePart(int column, SlotRange embedding) {}

  /** Partial scores per image column, then their sum. */
  public SlotRange addImageScore(String id, List<ScorePart> parts, ImageScore table) {
    int outputs = table.getOutputs();
    // Several networks may look at one column; what they see is one part together.
    Map<Integer, Integer> slotsOfColumn = new LinkedHashMap<>();
    parts.forEach(
        part -> slotsOfColumn.merge(part.column(), part.embedding().getCount(), Integer::sum));
    SlotRange first = null;
    for (int column : slotsOfColumn.keySet()) {
      String name = id + "." + column(column).getName();
      SlotRange partial = allocate(name, outputs, List.of(), List.of(column));
      first = first == null ? partial : first;
    }
    SlotRange sum = allocate(id, outputs, List.of(), List.copyOf(slotsOfColumn.keySet()));
    int start = first == null ? sum.getFirst() : first.getFirst();
    Stage.Builder stage = stage(id, range(start, sum.getFirst() + outputs - start));
    ImageScoreStage.Builder score =
        ImageScoreStage.newBuilder()
            .setTable(entry(id, Table.newBuilder().setImageScore(table).build()));
    parts.forEach(part -> stage.addReads(part.embedding()));
    slotsOfColumn.forEach(
        (column, slots) ->
            score.addParts(ImageScorePart.newBuilder().setColumn(column).setSlots(slots)));
    add(stage.setImageScore(score));
    return range(start, sum.getFirst() + outputs - start);
  }

  /** Trees over the slots listed; their margins become the model's. */
  public void addTrees(String id, int[] reads, TreeEnsemble trees) {
    String path = "trees/" + id + ".pb";
    entries.put(path, trees.toByteArray());
    add(
        Stage.newBuilder()
            .setId(id)
            .addAllReads(ranges(reads))
            .setTree(TreeStage.newBuilder().setTrees(path)));
    pipeline.setFinalStage(id);
  }

  /** A linear model over the slots listed; its margins become the model's. */
  public void addLinear(String id, int[] reads, LinearModel table) {
    add(
        Stage.newBuilder()
            .setId(id)
            .addAllReads(ranges(reads))
            .setLinear(
                LinearStage.newBuilder()
                    .setTable(entry(id, Table.newBuilder().setLinear(table).build()))));
    pipeline.setFinalStage(id);
  }

  /** The weighted mean of the margins of stages added before; becomes the model's. */
  public void addBlend(String id, Map<String, Double> weights) {
    BlendStage.Builder blend = BlendStage.newBuilder();
    weights.forEach(
        (stage, weight) ->
            blend.addParts(BlendPart.newBuilder().setStage(stage).setWeight(weight)));
    add(Stage.newBuilder().setId(id).setBlend(blend));
    pipeline.setFinalStage(id);
  }

  /** Columns of the schema that are inputs of this type. */
  public static List<Integer> inputs(Schema schema, ColumnType type) {
    return IntStream.range(0, schema.getColumnsCount())
        .filter(
            i ->
                schema.getColumns(i).getRole() == Role.INPUT
                    && schema.getColumns(i).getType() == type)
        .boxed()
        .toList();
  }

  /** The slots of a range, one by one. */
  public static int[] slots(SlotRange range) {
    return IntStream.range(range.getFirst(), range.getFirst() + range.getCount()).toArray();
  }

  private Column column(int index) {
    return schema.getColumns(index);
  }

  /**
   * @param names of the slots; empty for one slot called like the group, or several numbered ones
   */
  private SlotRange allocate(String name, int count, List<String> names, List<Integer> columns) {
    SlotRange range = range(slots, count);
    SlotGroup.Builder group =
        SlotGroup.newBuilder().setRange(range).setName(name).addAllColumns(columns);
    if (names.isEmpty()) {
      group.setName(distinct(name, count));
    } else {
      names.forEach(slot -> group.addSlotNames(distinct(slot, 1)));
    }
    pipeline.addSlots(group);
    slots += count;
    return range;
  }

  /** Columns may be called as slots of other columns are: {@code size} and {@code size.missing}. */
  private String distinct(String name, int count) {
    String candidate = name;
    for (int i = 2; ; i++) {
      List<String> names = slotNames(candidate, count);
      if (names.stream().noneMatch(taken::contains)) {
        taken.addAll(names);
        return candidate;
      }
      candidate = name + "~" + i;
    }
  }

  private static List<String> slotNames(String name, int count) {
    return count == 1
        ? List.of(name)
        : IntStream.range(0, count).mapToObj(i -> name + "." + i).toList();
  }

  private String entry(String id, Table table) {
    String path = "tables/" + id + ".pb";
    entries.put(path, table.toByteArray());
    return path;
  }

  private void add(Stage.Builder stage) {
    pipeline.addStages(stage);
  }

  private static Stage.Builder stage(String id, SlotRange writes) {
    return Stage.newBuilder().setId(id).addWrites(writes);
  }

  private static SlotRange range(int first, int count) {
    return SlotRange.newBuilder().setFirst(first).setCount(count).build();
  }

  /** The fewest ranges that hold these slots, in ascending order. */
  private static List<SlotRange> ranges(int[] slots) {
    int[] sorted = IntStream.of(slots).sorted().toArray();
    List<SlotRange> ranges = new ArrayList<>();
    int start = 0;
    for (int i = 1; i <= sorted.length; i++) {
      if (i == sorted.length || sorted[i] != sorted[i - 1] + 1) {
        ranges.add(range(sorted[start], i - start));
        start = i;
      }
    }
    return ranges;
  }
}
