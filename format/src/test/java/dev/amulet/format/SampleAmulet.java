package dev.amulet.format;

import com.google.protobuf.ByteString;
import dev.amulet.format.v1.Alpha;
import dev.amulet.format.v1.BlendPart;
import dev.amulet.format.v1.BlendStage;
import dev.amulet.format.v1.Cell;
import dev.amulet.format.v1.ChannelOrder;
import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.ColumnStatistics;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Comparison;
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
import dev.amulet.format.v1.Images;
import dev.amulet.format.v1.Interpolation;
import dev.amulet.format.v1.IntervalOffsets;
import dev.amulet.format.v1.IntervalSpace;
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
import dev.amulet.format.v1.Pipeline;
import dev.amulet.format.v1.Projection;
import dev.amulet.format.v1.ProjectionStage;
import dev.amulet.format.v1.Provenance;
import dev.amulet.format.v1.Resize;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.Schema;
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
import dev.amulet.format.v1.TextWeighting;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.format.v1.TreeStage;
import dev.amulet.format.v1.UnseenLevel;
import dev.amulet.format.v1.Verification;
import dev.amulet.format.v1.VerificationRow;
import dev.amulet.format.v1.View;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A small regression amulet with one stage of every kind: houses with a photo and a price. */
final class SampleAmulet {
  static final int PRICE = 0;
  static final int AREA = 1;
  static final int KIND = 2;
  static final int PHOTO = 3;
  static final int SOLD = 4;
  static final int NOTE = 5;
  static final int GARAGE = 6;
  static final int SLOTS = 22;

  private SampleAmulet() {}

  static byte[] bytes() throws ArtifactException {
    return writer(manifest(), entries()).toBytes();
  }

  /** A draft of one numeric stage: the fewest entries an amulet can have, and an example. */
  static byte[] small() throws ArtifactException {
    Manifest.Builder manifest = manifest().toBuilder().setKind(Kind.DRAFT);
    manifest.clearOutputs().clearNetworks().clearProvenance();
    manifest.setPipeline(
        Pipeline.newBuilder().addSlots(pipeline().getSlots(0)).addStages(pipeline().getStages(0)));
    return writer(manifest.build(), Map.of("example.csv", new byte[] {'a', '\n'})).toBytes();
  }

  static ArtifactWriter writer(Manifest manifest, Map<String, byte[]> entries) {
    ArtifactWriter writer = new ArtifactWriter(manifest);
    entries.forEach(writer::add);
    return writer;
  }

  static Map<String, byte[]> entries() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("networks/tiny.onnx", TinyOnnx.network());
    entries.put("trees/m1.pb", trees().toByteArray());
    tables().forEach((path, table) -> entries.put(path, table.toByteArray()));
    entries.put("verification.pb", verification().toByteArray());
    entries.put("insights/metrics.json", "{}".getBytes(StandardCharsets.UTF_8));
    entries.put("example.csv", "area\n1\n".getBytes(StandardCharsets.UTF_8));
    return entries;
  }

  static Manifest manifest() {
    return Manifest.newBuilder()
        .setKind(Kind.MODEL)
        .setName("houses")
        .setSchema(schema())
        .addNetworks(network())
        .setPipeline(pipeline())
        .setOutputs(outputs())
        .setProvenance(Provenance.newBuilder().setTrainingRows(100).setScorer("RMSE"))
        .build();
  }

  private static Schema schema() {
    return Schema.newBuilder()
        .addColumns(column("price", Role.TARGET, ColumnType.NUMERIC, DataType.FLOAT64))
        .addColumns(
            column("area", Role.INPUT, ColumnType.NUMERIC, DataType.FLOAT64)
                .addMissingMarkers("n/a")
                .setStatistics(
                    ColumnStatistics.newBuilder().setRows(100).setMin(1).setMax(9).setMean(5)))
        .addColumns(
            column("kind", Role.INPUT, ColumnType.CATEGORICAL, DataType.STRING)
                .addAllLevels(List.of("flat", "house", "loft"))
                .setStatistics(
                    ColumnStatistics.newBuilder().addAllLevelCounts(List.of(50L, 40L, 10L))))
        .addColumns(
            column("photo", Role.INPUT, ColumnType.IMAGE, DataType.STRING)
                .setImage(
                    ImageColumn.newBuilder()
                        .setMissing(MissingImage.ZERO_EMBEDDING)
                        .setSeveral(SeveralImages.ONE_IMAGE)))
        .addColumns(
            column("sold", Role.INPUT, ColumnType.DATE_TIME, DataType.TIME64)
                .setDateTime(DateTimeColumn.newBuilder().setZone("UTC").addPatterns("dd.MM.uuuu")))
        .addColumns(column("note", Role.INPUT, ColumnType.TEXT, DataType.STRING))
        .addColumns(column("garage", Role.INPUT, ColumnType.BOOLEAN, DataType.BOOL))
        .addColumns(column("id", Role.ID, ColumnType.NUMERIC, DataType.INT64))
        .build();
  }

  private static Column.Builder column(String name, Role role, ColumnType type, DataType dataType) {
    return Column.newBuilder().setName(name).setRole(role).setType(type).setDataType(dataType);
  }

  private static Network network() {
    return Network.newBuilder()
        .setId("tiny")
        .setEntry("networks/tiny.onnx")
        .setArchitecture("tiny")
        .setInput("input")
        .addOutputs(
            NetworkOutput.newBuilder()
                .setName("embedding")
                .setRole(OutputRole.EMBEDDING)
                .addShape(3))
        .addOutputs(
            NetworkOutput.newBuilder().setName("logits").setRole(OutputRole.LOGITS).addShape(2))
        .setSession(SessionOptions.newBuilder().setGraphOptimization(GraphOptimization.ALL))
        .setParameters(6)
        .build();
  }

  private static Pipeline pipeline() {
    return Pipeline.newBuilder()
        .addSlots(group("area", 0, 2, AREA).addSlotNames("area").addSlotNames("area.missing"))
        .addSlots(group("kind", 2, 5, KIND))
        .addSlots(group("kind.share", 7, 1, KIND))
        .addSlots(group("kind.mean", 8, 1, KIND))
        .addSlots(group("sold", 9, 2, SOLD))
        .addSlots(group("note", 11, 2, NOTE))
        .addSlots(group("photo", 13, 4, PHOTO))
        .addSlots(group("photo.pca", 17, 2, PHOTO))
        .addSlots(group("photo.score", 19, 2, PHOTO))
        .addSlots(group("garage", 21, 1, GARAGE))
        .addStages(
            stage("area", 0, 2)
                .setNumeric(
                    NumericStage.newBuilder()
                        .setColumn(AREA)
                        .setFunction(NumericFunction.LOG)
                        .setMissingFlag(true)))
        .addStages(
            stage("kind", 2, 5)
                .setOneHot(
                    OneHotStage.newBuilder()
                        .setColumn(KIND)
                        .addAllLevels(List.of(0, 1, 2))
                        .setUnseen(UnseenLevel.OTHER_SLOT)
                        .setMissingSlot(true)))
        .addStages(
            stage("kind_share", 7, 1)
                .setFrequency(
                    FrequencyStage.newBuilder()
                        .setColumn(KIND)
                        .setTable("tables/share.pb")
                        .setUnseen(UnseenLevel.DEFAULT)))
        .addStages(
            stage("kind_mean", 8, 1)
                .setTargetMean(
                    TargetMeanStage.newBuilder()
                        .setColumn(KIND)
                        .setTable("tables/mean.pb")
                        .setUnseen(UnseenLevel.AS_MISSING)))
        .addStages(
            stage("sold", 9, 2)
                .setDateTime(
                    DateTimeStage.newBuilder()
                        .setColumn(SOLD)
                        .addParts(DateTimePart.YEAR)
                        .addParts(DateTimePart.MONTH)))
        .addStages(
            stage("note", 11, 2)
                .setText(TextStage.newBuilder().setColumn(NOTE).setTable("tables/text.pb")))
        .addStages(stage("photo", 13, 4).setImage(image()))
        .addStages(
            stage("pca", 17, 2)
                .addReads(range(13, 3))
                .setProjection(ProjectionStage.newBuilder().setTable("tables/pca.pb")))
        .addStages(
            stage("score", 19, 2)
                .addReads(range(13, 3))
                .setImageScore(
                    ImageScoreStage.newBuilder()
                        .setTable("tables/score.pb")
                        .addParts(ImageScorePart.newBuilder().setColumn(PHOTO).setSlots(3))))
        .addStages(
            stage("garage", 21, 1)
                .setNumeric(
                    NumericStage.newBuilder()
                        .setColumn(GARAGE)
                        .setFunction(NumericFunction.IDENTITY)))
        .addStages(
            Stage.newBuilder()
                .setId("trees")
                .addReads(range(0, 13))
                .addReads(range(16, 6))
                .setTree(TreeStage.newBuilder().setTrees("trees/m1.pb")))
        .addStages(
            Stage.newBuilder()
                .setId("linear")
                .addReads(range(0, SLOTS))
                .setLinear(LinearStage.newBuilder().setTable("tables/linear.pb")))
        .addStages(
            Stage.newBuilder()
                .setId("blend")
                .setBlend(
                    BlendStage.newBuilder()
                        .addParts(BlendPart.newBuilder().setStage("trees").setWeight(0.75))
                        .addParts(BlendPart.newBuilder().setStage("linear").setWeight(0.25))))
        .setFinalStage("blend")
        .build();
  }

  private static ImageStage image() {
    return ImageStage.newBuilder()
        .setColumn(PHOTO)
        .setNetwork("tiny")
        .setPreprocessing(
            ImagePreprocessing.newBuilder()
                .setDecode(Decode.FULL)
                .setOrientation(Orientation.EXIF)
                .setAlpha(Alpha.DROP)
                .setResize(Resize.SQUASH)
                .setInterpolation(Interpolation.BILINEAR)
                .setWidth(8)
                .setHeight(8)
                .setChannelOrder(ChannelOrder.RGB)
                .setDivisor(255)
                .addAllMean(List.of(0.5f, 0.5f, 0.5f))
                .addAllStd(List.of(0.5f, 0.5f, 0.5f)))
        .addViews(View.UPRIGHT)
        .addViews(View.MIRRORED)
        .addOutputs("embedding")
        .build();
  }

  private static SlotGroup.Builder group(String name, int first, int count, int column) {
    return SlotGroup.newBuilder().setName(name).setRange(range(first, count)).addColumns(column);
  }

  private static Stage.Builder stage(String id, int first, int count) {
    return Stage.newBuilder().setId(id).addWrites(range(first, count));
  }

  static SlotRange range(int first, int count) {
    return SlotRange.newBuilder().setFirst(first).setCount(count).build();
  }

  private static Outputs outputs() {
    return Outputs.newBuilder()
        .setTask(Task.REGRESSION)
        .setTarget("price")
        .setLink(Link.LINK_IDENTITY)
        .setTargetTransform(
            TargetTransform.newBuilder()
                .setFunction(TargetFunction.TARGET_LOG)
                .setMean(3)
                .setScale(2))
        .addIntervals(
            IntervalOffsets.newBuilder()
                .setCoverage(0.9)
                .setLower(-1)
                .setUpper(1)
                .setSpace(IntervalSpace.MARGIN))
        .build();
  }

  /** Two trees: a split on the area with a split on the score below it, and a constant. */
  static TreeEnsemble trees() {
    return TreeEnsemble.newBuilder()
        .setCodec(1)
        .setComparison(Comparison.LESS_THAN)
        .addBaseMargin(0.5f)
        .addAllRoots(List.of(0, 5))
        .addAllMargins(List.of(0, 0))
        .addAllSlots(List.of(0, 20, -1, -1, -1, -1))
        .addAllValues(List.of(1.5f, 0.25f, 0.5f, -0.5f, 0.75f, 0.125f))
        .addAllLeft(List.of(1, 3, 0, 0, 0, 0))
        .addAllRight(List.of(2, 4, 0, 0, 0, 0))
        .addAllMissingLeft(List.of(true, false, false, false, false, false))
        .addAllCover(List.of(100f, 60f, 40f, 30f, 30f, 100f))
        .build();
  }

  static Map<String, Table> tables() {
    Map<String, Table> tables = new LinkedHashMap<>();
    tables.put(
        "tables/share.pb",
        Table.newBuilder()
            .setFrequencies(
                Frequencies.newBuilder()
                    .addAllShares(List.of(0.5f, 0.4f, 0.1f))
                    .setMissing(Float.NaN))
            .build());
    tables.put(
        "tables/mean.pb",
        Table.newBuilder()
            .setTargetMeans(
                TargetMeans.newBuilder()
                    .setOutputs(1)
                    .addAllMeans(List.of(1f, 2f, 3f))
                    .addUnseen(2f)
                    .addMissing(Float.NaN))
            .build());
    tables.put(
        "tables/text.pb",
        Table.newBuilder()
            .setText(
                TextModel.newBuilder()
                    .setLowerCase(true)
                    .setWordMin(1)
                    .setWordMax(2)
                    .setBuckets(4)
                    .setWeighting(TextWeighting.SUBLINEAR)
                    .addAllIdf(floats(4))
                    .addAllComponents(floats(8))
                    .setOutputs(2))
            .build());
    tables.put(
        "tables/pca.pb",
        Table.newBuilder()
            .setProjection(
                Projection.newBuilder()
                    .setInputs(3)
                    .setOutputs(2)
                    .addAllFill(floats(3))
                    .addAllCentre(floats(3))
                    .addAllComponents(floats(6))
                    .addAllExplained(floats(2)))
            .build());
    tables.put(
        "tables/score.pb",
        Table.newBuilder()
            .setImageScore(
                ImageScore.newBuilder()
                    .setInputs(3)
                    .setOutputs(1)
                    .addAllFill(floats(3))
                    .addAllCentre(floats(3))
                    .addAllWeights(floats(3))
                    .addBias(0.5))
            .build());
    tables.put(
        "tables/linear.pb",
        Table.newBuilder()
            .setLinear(
                LinearModel.newBuilder()
                    .setInputs(SLOTS)
                    .setOutputs(1)
                    .addAllFill(floats(SLOTS))
                    .addAllCentre(floats(SLOTS))
                    .addAllWeights(floats(SLOTS))
                    .addBias(1)
                    .addLower(-10)
                    .addUpper(10))
            .build());
    return tables;
  }

  private static List<Float> floats(int count) {
    return Collections.nCopies(count, 0.25f);
  }

  static Verification verification() {
    return Verification.newBuilder()
        .setSlotTolerance(1e-3)
        .setOutputTolerance(1e-3)
        .addRows(
            VerificationRow.newBuilder()
                .addCells(Cell.newBuilder().setNumber(5))
                .addCells(Cell.newBuilder().setText("flat"))
                .addCells(
                    Cell.newBuilder()
                        .setImages(
                            Images.newBuilder().addFiles(ByteString.copyFromUtf8("picture"))))
                .addCells(Cell.newBuilder().setTime(0))
                .addCells(Cell.newBuilder().setText("bright"))
                .addCells(Cell.getDefaultInstance())
                .addAllSlots(Collections.nCopies(SLOTS, Float.NaN))
                .addMargins(0.5)
                .addOutputs(7))
        .build();
  }
}
