package dev.amulet.runtime;

import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.ArtifactWriter;
import dev.amulet.format.v1.Alpha;
import dev.amulet.format.v1.BlendPart;
import dev.amulet.format.v1.BlendStage;
import dev.amulet.format.v1.ChannelOrder;
import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.DataType;
import dev.amulet.format.v1.DateTimeColumn;
import dev.amulet.format.v1.DateTimePart;
import dev.amulet.format.v1.DateTimeStage;
import dev.amulet.format.v1.Decode;
import dev.amulet.format.v1.Frequencies;
import dev.amulet.format.v1.FrequencyStage;
import dev.amulet.format.v1.GraphOptimization;
import dev.amulet.format.v1.ImageColumn;
import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.format.v1.ImageScore;
import dev.amulet.format.v1.ImageScorePart;
import dev.amulet.format.v1.ImageScoreStage;
import dev.amulet.format.v1.ImageStage;
import dev.amulet.format.v1.Interpolation;
import dev.amulet.format.v1.Kind;
import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.LinearStage;
import dev.amulet.format.v1.Link;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.Network;
import dev.amulet.format.v1.NetworkOutput;
import dev.amulet.format.v1.NumericFunction;
import dev.amulet.format.v1.NumericStage;
import dev.amulet.format.v1.OneHotStage;
import dev.amulet.format.v1.Orientation;
import dev.amulet.format.v1.OutputRole;
import dev.amulet.format.v1.Outputs;
import dev.amulet.format.v1.Projection;
import dev.amulet.format.v1.ProjectionStage;
import dev.amulet.format.v1.Resize;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.SessionOptions;
import dev.amulet.format.v1.SeveralImages;
import dev.amulet.format.v1.SlotGroup;
import dev.amulet.format.v1.SlotRange;
import dev.amulet.format.v1.Stage;
import dev.amulet.format.v1.Table;
import dev.amulet.format.v1.TargetFunction;
import dev.amulet.format.v1.TargetMeanStage;
import dev.amulet.format.v1.TargetMeans;
import dev.amulet.format.v1.TargetTransform;
import dev.amulet.format.v1.Task;
import dev.amulet.format.v1.TextModel;
import dev.amulet.format.v1.TextStage;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.format.v1.TreeStage;
import dev.amulet.format.v1.UnseenLevel;
import dev.amulet.format.v1.View;
import dev.amulet.runtime.internal.image.Golden;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Builds small amulets: columns first, then stages, whose slots follow each other. Column methods
 * return the column's index, stage methods the first slot.
 */
final class AmuletBuilder {
  /** Numbers that the tiny network makes of a picture; the is-missing slot follows them. */
  static final int WIDTH = 3;

  private final Manifest.Builder manifest =
      Manifest.newBuilder().setName("test").setKind(Kind.DRAFT);
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final List<Set<Integer>> sources = new ArrayList<>();

  AmuletBuilder name(String name) {
    manifest.setName(name);
    return this;
  }

  int target(String name, ColumnType type, DataType dataType) {
    return column(
        Column.newBuilder().setName(name).setType(type).setDataType(dataType), Role.TARGET);
  }

  int numeric(String name, String... missingMarkers) {
    return input(name, ColumnType.NUMERIC, DataType.FLOAT64, missingMarkers);
  }

  int bool(String name) {
    return input(name, ColumnType.BOOLEAN, DataType.BOOL);
  }

  int categorical(String name, String... levels) {
    int column = input(name, ColumnType.CATEGORICAL, DataType.STRING, "?");
    manifest.getSchemaBuilder().getColumnsBuilder(column).addAllLevels(Arrays.asList(levels));
    return column;
  }

  int image(String name, MissingImage missing, SeveralImages several) {
    int column = input(name, ColumnType.IMAGE, DataType.STRING);
    manifest
        .getSchemaBuilder()
        .getColumnsBuilder(column)
        .setImage(ImageColumn.newBuilder().setMissing(missing).setSeveral(several));
    return column;
  }

  int text(String name) {
    return input(name, ColumnType.TEXT, DataType.STRING);
  }

  int date(String name, String zone, String... patterns) {
    int column = input(name, ColumnType.DATE_TIME, DataType.TIME64, "never");
    manifest
        .getSchemaBuilder()
        .getColumnsBuilder(column)
        .setDateTime(
            DateTimeColumn.newBuilder().setZone(zone).addAllPatterns(Arrays.asList(patterns)));
    return column;
  }

  int input(String name, ColumnType type, DataType dataType, String... missingMarkers) {
    Column.Builder column = Column.newBuilder().setName(name).setType(type).setDataType(dataType);
    return column(column.addAllMissingMarkers(Arrays.asList(missingMarkers)), Role.INPUT);
  }

  int column(Column.Builder column, Role role) {
    manifest.getSchemaBuilder().addColumns(column.setRole(role));
    return manifest.getSchema().getColumnsCount() - 1;
  }

  /** A few convolutions, activations and poolings; any picture size. */
  AmuletBuilder tinyNetwork() {
    String file = Golden.read("onnx_tiny.json").get("models").get("folded").get("file").asText();
    NetworkOutput.Builder output =
        NetworkOutput.newBuilder().setName("output").setRole(OutputRole.EMBEDDING).addShape(WIDTH);
    return network("tiny", Base64.getDecoder().decode(file), output);
  }

  AmuletBuilder network(String id, byte[] onnx, NetworkOutput.Builder... outputs) {
    Network.Builder network = manifest.addNetworksBuilder();
    network.setId(id).setEntry("networks/" + id + ".onnx").setArchitecture(id).setInput("input");
    network.setSession(SessionOptions.newBuilder().setGraphOptimization(GraphOptimization.ALL));
    for (NetworkOutput.Builder output : outputs) {
      network.addOutputs(output);
    }
    entries.put(network.getEntry(), onnx);
    return this;
  }

  int numericStage(int column, NumericFunction function, boolean missingFlag) {
    String name = columnName(column);
    Stage.Builder stage = stage(name);
    stage.setNumeric(
        NumericStage.newBuilder()
            .setColumn(column)
            .setFunction(function)
            .setMissingFlag(missingFlag));
    int first = slots(stage, name, missingFlag ? 2 : 1, Set.of(column));
    if (missingFlag) {
      lastGroup().addSlotNames(name).addSlotNames(name + ".missing");
    }
    return first;
  }

  int oneHotStage(int column, UnseenLevel unseen, boolean missingSlot, Integer... levels) {
    Stage.Builder stage = stage(columnName(column));
    stage.setOneHot(
        OneHotStage.newBuilder()
            .setColumn(column)
            .addAllLevels(Arrays.asList(levels))
            .setUnseen(unseen)
            .setMissingSlot(missingSlot));
    int count = levels.length + (unseen == UnseenLevel.OTHER_SLOT ? 1 : 0) + (missingSlot ? 1 : 0);
    return slots(stage, stage.getId(), count, Set.of(column));
  }

  int frequencyStage(int column, UnseenLevel unseen, Frequencies.Builder table) {
    Stage.Builder stage = stage(columnName(column) + ".share");
    stage.setFrequency(
        FrequencyStage.newBuilder()
            .setColumn(column)
            .setTable("tables/" + stage.getId() + ".pb")
            .setUnseen(unseen));
    table(stage.getId(), Table.newBuilder().setFrequencies(table));
    return slots(stage, stage.getId(), 1, Set.of(column));
  }

  int targetMeanStage(int column, UnseenLevel unseen, TargetMeans.Builder table) {
    Stage.Builder stage = stage(columnName(column) + ".mean");
    stage.setTargetMean(
        TargetMeanStage.newBuilder()
            .setColumn(column)
            .setTable("tables/" + stage.getId() + ".pb")
            .setUnseen(unseen));
    table(stage.getId(), Table.newBuilder().setTargetMeans(table));
    return slots(stage, stage.getId(), table.getOutputs(), Set.of(column));
  }

  int textStage(int column, TextModel.Builder table) {
    Stage.Builder stage = stage(columnName(column));
    stage.setText(
        TextStage.newBuilder().setColumn(column).setTable("tables/" + stage.getId() + ".pb"));
    table(stage.getId(), Table.newBuilder().setText(table));
    return slots(stage, stage.getId(), table.getOutputs(), Set.of(column));
  }

  int dateTimeStage(int column, DateTimePart... parts) {
    Stage.Builder stage = stage(columnName(column));
    stage.setDateTime(
        DateTimeStage.newBuilder().setColumn(column).addAllParts(Arrays.asList(parts)));
    return slots(stage, stage.getId(), parts.length, Set.of(column));
  }

  int imageStage(int column, View... views) {
    return imageStage(column, "tiny", WIDTH, List.of("output"), views);
  }

  int imageStage(int column, String network, int width, List<String> outputs, View... views) {
    Stage.Builder stage = stage(columnName(column));
    stage.setImage(
        ImageStage.newBuilder()
            .setColumn(column)
            .setNetwork(network)
            .setPreprocessing(preprocessing())
            .addAllViews(Arrays.asList(views))
            .addAllOutputs(outputs));
    return slots(stage, stage.getId(), width + 1, Set.of(column));
  }

  private static ImagePreprocessing preprocessing() {
    return ImagePreprocessing.newBuilder()
        .setDecode(Decode.FULL)
        .setOrientation(Orientation.EXIF)
        .setAlpha(Alpha.DROP)
        .setResize(Resize.SQUASH)
        .setInterpolation(Interpolation.BILINEAR)
        .setWidth(32)
        .setHeight(32)
        .setChannelOrder(ChannelOrder.RGB)
        .setDivisor(255)
        .addAllMean(List.of(0.485f, 0.456f, 0.406f))
        .addAllStd(List.of(0.229f, 0.224f, 0.225f))
        .build();
  }

  int projectionStage(String id, Projection.Builder table, SlotRange... reads) {
    Stage.Builder stage = stage(id).addAllReads(Arrays.asList(reads));
    stage.setProjection(ProjectionStage.newBuilder().setTable("tables/" + id + ".pb"));
    table(id, Table.newBuilder().setProjection(table));
    return slots(stage, id, table.getOutputs(), sourcesOf(reads));
  }

  int imageScoreStage(
      String id, ImageScore.Builder table, List<ImageScorePart> parts, SlotRange... reads) {
    Stage.Builder stage = stage(id).addAllReads(Arrays.asList(reads));
    stage.setImageScore(
        ImageScoreStage.newBuilder().setTable("tables/" + id + ".pb").addAllParts(parts));
    table(id, Table.newBuilder().setImageScore(table));
    return slots(stage, id, table.getOutputs() * (parts.size() + 1), sourcesOf(reads));
  }

  static ImageScorePart part(int column, int slots) {
    return ImageScorePart.newBuilder().setColumn(column).setSlots(slots).build();
  }

  /** Trees that may test every slot so far. */
  AmuletBuilder treeStage(String id, TreeEnsemble trees) {
    stage(id)
        .addReads(range(0, sources.size()))
        .setTree(TreeStage.newBuilder().setTrees("trees/" + id + ".pb"));
    entries.put("trees/" + id + ".pb", trees.toByteArray());
    return this;
  }

  AmuletBuilder linearStage(String id, LinearModel.Builder table, SlotRange... reads) {
    stage(id)
        .addAllReads(Arrays.asList(reads))
        .setLinear(LinearStage.newBuilder().setTable("tables/" + id + ".pb"));
    table(id, Table.newBuilder().setLinear(table));
    return this;
  }

  AmuletBuilder blendStage(String id, BlendPart... parts) {
    stage(id).setBlend(BlendStage.newBuilder().addAllParts(Arrays.asList(parts)));
    return this;
  }

  static BlendPart part(String stage, double weight) {
    return BlendPart.newBuilder().setStage(stage).setWeight(weight).build();
  }

  static SlotRange range(int first, int count) {
    return SlotRange.newBuilder().setFirst(first).setCount(count).build();
  }

  int slotCount() {
    return sources.size();
  }

  /** Makes the amulet a model whose last stage feeds the outputs. */
  AmuletBuilder outputs(Outputs.Builder outputs) {
    var pipeline = manifest.getPipelineBuilder();
    pipeline.setFinalStage(pipeline.getStages(pipeline.getStagesCount() - 1).getId());
    manifest.setKind(Kind.MODEL).setOutputs(outputs.setTarget("target"));
    return this;
  }

  static Outputs.Builder regression(TargetFunction function, double mean, double scale) {
    return Outputs.newBuilder()
        .setTask(Task.REGRESSION)
        .setLink(Link.LINK_IDENTITY)
        .setTargetTransform(
            TargetTransform.newBuilder().setFunction(function).setMean(mean).setScale(scale));
  }

  static Outputs.Builder binary(double threshold) {
    return Outputs.newBuilder()
        .setTask(Task.BINARY)
        .setLink(Link.LINK_LOGISTIC)
        .addAllClasses(List.of("no", "yes"))
        .setLabelThreshold(threshold);
  }

  static Outputs.Builder multiclass(String... classes) {
    return Outputs.newBuilder()
        .setTask(Task.MULTICLASS)
        .setLink(Link.LINK_SOFTMAX)
        .addAllClasses(Arrays.asList(classes));
  }

  /** Weights {@code [outputs, inputs]}, the rest zero. */
  static LinearModel.Builder linear(int outputs, Float... weights) {
    int inputs = weights.length / outputs;
    return LinearModel.newBuilder()
        .setInputs(inputs)
        .setOutputs(outputs)
        .addAllFill(Collections.nCopies(inputs, 0f))
        .addAllCentre(Collections.nCopies(inputs, 0f))
        .addAllWeights(Arrays.asList(weights))
        .addAllBias(Collections.nCopies(outputs, 0.0));
  }

  AmuletBuilder entry(String path, byte[] bytes) {
    entries.put(path, bytes);
    return this;
  }

  Manifest.Builder manifest() {
    return manifest;
  }

  byte[] toBytes() throws ArtifactException {
    ArtifactWriter writer = new ArtifactWriter(manifest.build());
    entries.forEach(writer::add);
    return writer.toBytes();
  }

  Scorer open() throws ArtifactException {
    return open(ScorerOptions.builder().build());
  }

  Scorer open(ScorerOptions options) throws ArtifactException {
    return Scorer.open(Artifact.open(ByteBuffer.wrap(toBytes()), "test"), options);
  }

  private void table(String id, Table.Builder table) {
    entries.put("tables/" + id + ".pb", table.build().toByteArray());
  }

  private String columnName(int column) {
    return manifest.getSchema().getColumns(column).getName();
  }

  private Stage.Builder stage(String id) {
    return manifest.getPipelineBuilder().addStagesBuilder().setId(id);
  }

  private SlotGroup.Builder lastGroup() {
    var pipeline = manifest.getPipelineBuilder();
    return pipeline.getSlotsBuilder(pipeline.getSlotsCount() - 1);
  }

  private int slots(Stage.Builder stage, String name, int count, Set<Integer> columns) {
    int first = sources.size();
    stage.addWrites(range(first, count));
    manifest
        .getPipelineBuilder()
        .addSlotsBuilder()
        .setName(name)
        .setRange(range(first, count))
        .addAllColumns(columns);
    for (int i = 0; i < count; i++) {
      sources.add(columns);
    }
    return first;
  }

  private Set<Integer> sourcesOf(SlotRange... reads) {
    Set<Integer> columns = new TreeSet<>();
    for (SlotRange range : reads) {
      for (int i = 0; i < range.getCount(); i++) {
        columns.addAll(sources.get(range.getFirst() + i));
      }
    }
    return columns;
  }
}
