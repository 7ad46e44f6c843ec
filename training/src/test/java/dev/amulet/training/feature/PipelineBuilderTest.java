package dev.amulet.training.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.ArtifactWriter;
import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.ColumnStatistics;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Comparison;
import dev.amulet.format.v1.DataType;
import dev.amulet.format.v1.ImageColumn;
import dev.amulet.format.v1.ImageScore;
import dev.amulet.format.v1.Kind;
import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.Projection;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.Schema;
import dev.amulet.format.v1.SeveralImages;
import dev.amulet.format.v1.SlotGroup;
import dev.amulet.format.v1.SlotRange;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.training.vision.Backbones;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PipelineBuilderTest {
  private static final List<NamedBackbone> RANDOM =
      NamedBackbone.name(List.of(Backbones.random(1)));

  /** Names that mean something to file systems, CSV readers, or as slots of other columns. */
  private static final List<String> ODD =
      List.of(
          "a/b ;\"x\"",
          "größe",
          "車の写真",
          "size",
          "size.missing",
          "size.missing~2",
          "..",
          "image_score",
          "image_score.photo",
          "photo.random64.3",
          "photo.random64.pca.0",
          "kind.other",
          "kind=a,b");

  @Test
  void slotsTileFromZeroInTheOrderTheyAreAdded() {
    Schema schema = odd();
    PipelineBuilder pipeline = new PipelineBuilder(schema);
    FeaturePlan plan = FeaturePlan.layOut(pipeline, schema, RANDOM);
    int next = 0;
    for (SlotGroup group : pipeline.pipeline().getSlotsList()) {
      assertThat(group.getRange().getFirst()).isEqualTo(next);
      next += group.getRange().getCount();
    }
    assertThat(pipeline.slots()).isEqualTo(next);
    int[] all =
        IntStream.concat(
                plan.tableSlots().stream().mapToInt(i -> i),
                IntStream.concat(
                    plan.imageFlags().stream().mapToInt(i -> i),
                    plan.embeddings().stream()
                        .flatMapToInt(e -> Arrays.stream(PipelineBuilder.slots(e.slots())))))
            .sorted()
            .toArray();
    assertThat(all).isEqualTo(IntStream.range(0, next).toArray());
  }

  @Test
  void aNumberHasAFlagWhereTrainingSawMissingCells() {
    Schema schema =
        Schema.newBuilder().addColumns(number("a", 0)).addColumns(number("b", 2)).build();
    PipelineBuilder pipeline = new PipelineBuilder(schema);
    assertThat(pipeline.addNumeric(0).getCount()).isEqualTo(1);
    assertThat(pipeline.addNumeric(1).getCount()).isEqualTo(2);
    assertThat(pipeline.pipeline().getSlots(1).getSlotNamesList())
        .containsExactly("b", "b.missing");
  }

  @Test
  void theMostFrequentLevelsGetSlotsAndTheRestShareOne() throws ArtifactException {
    Column kind =
        category("kind", 0, List.of("a", "b", "c", "d")).toBuilder()
            .setStatistics(
                ColumnStatistics.newBuilder()
                    .setRows(20)
                    .setDistinct(4)
                    .addAllLevelCounts(List.of(2L, 9L, 1L, 8L)))
            .build();
    Schema schema = Schema.newBuilder().addColumns(kind).build();
    PipelineBuilder pipeline = new PipelineBuilder(schema);
    SlotRange slots = pipeline.addOneHot(0, 2);
    assertThat(slots.getCount()).isEqualTo(3);
    try (Scorer scorer = open(schema, pipeline, List.of())) {
      assertThat(scorer.slotNames()).containsExactly("kind=b", "kind=d", "kind.other");
      assertThat(features(scorer, "d")).containsExactly(0, 1, 0);
      assertThat(features(scorer, "a")).containsExactly(0, 0, 1);
      assertThat(features(scorer, "never seen")).containsExactly(0, 0, 1);
    }
  }

  private static float[] features(Scorer scorer, String kind) {
    Row row = scorer.newRow();
    row.set("kind", kind);
    return scorer.features(List.of(row)).values();
  }

  @Test
  void oddColumnNamesGiveValidEntriesAndDistinctSlotNames() throws ArtifactException {
    Schema schema = odd();
    PipelineBuilder pipeline = full(schema);
    assertThat(pipeline.entries().keySet()).allMatch(path -> path.matches("[a-z0-9_./]+"));
    try (Scorer scorer = open(schema, pipeline, RANDOM)) {
      assertThat(scorer.slotNames()).doesNotHaveDuplicates().hasSize(pipeline.slots());
      assertThat(scorer.slotNames()).contains("size", "größe", "車の写真", "a/b ;\"x\"");
      Row row = scorer.newRow();
      row.set("size", 3.5);
      float[] values = scorer.features(List.of(row)).values();
      assertThat(values[scorer.slotNames().indexOf("size")]).isEqualTo(3.5f);
    }
  }

  @Test
  void columnsInAnotherOrderStillOpen() throws ArtifactException {
    List<Column> columns = new java.util.ArrayList<>(odd().getColumnsList());
    Collections.reverse(columns);
    Schema schema = Schema.newBuilder().addAllColumns(columns).build();
    try (Scorer scorer = open(schema, full(schema), RANDOM)) {
      assertThat(scorer.slotNames()).doesNotHaveDuplicates();
    }
  }

  @Test
  void aCopyGoesOnByItself() {
    Schema schema =
        Schema.newBuilder().addColumns(number("a", 0)).addColumns(number("b", 0)).build();
    PipelineBuilder pipeline = new PipelineBuilder(schema);
    pipeline.addNumeric(0);
    PipelineBuilder copy = pipeline.copy();
    copy.addNumeric(1);
    copy.addLinear("linear", new int[] {1, 0}, LinearModel.getDefaultInstance());
    assertThat(pipeline.slots()).isEqualTo(1);
    assertThat(pipeline.entries()).isEmpty();
    assertThat(copy.slots()).isEqualTo(2);
    assertThat(copy.entries()).containsOnlyKeys("tables/linear.pb");
    assertThat(pipeline.addNumeric(1)).isEqualTo(PipelineBuilderTest.range(1, 1));
  }

  @Test
  void learnersReadTheFewestRanges() {
    Schema schema = Schema.newBuilder().addColumns(number("a", 0)).build();
    PipelineBuilder pipeline = new PipelineBuilder(schema);
    TreeEnsemble trees = TreeEnsemble.newBuilder().setComparison(Comparison.LESS_THAN).build();
    pipeline.addTrees("trees", new int[] {9, 4, 5, 3, 0}, trees);
    assertThat(pipeline.pipeline().getStages(0).getReadsList())
        .containsExactly(range(0, 1), range(3, 3), range(9, 1));
    assertThat(pipeline.pipeline().getFinalStage()).isEqualTo("trees");
  }

  @Test
  void networksOfOneNameGetIdsOfTheirOwn() {
    List<NamedBackbone> named =
        NamedBackbone.name(List.of(Backbones.random(1), Backbones.random(2)));
    assertThat(named).extracting(NamedBackbone::id).containsExactly("random64", "random64_2");
    assertThat(named.get(1).network().getEntry()).isEqualTo("networks/random64_2.onnx");
    assertThat(named.get(1).lineage().getNetwork()).isEqualTo("random64_2");
  }

  /** Every kind of stage before the learners. */
  private static PipelineBuilder full(Schema schema) {
    PipelineBuilder pipeline = new PipelineBuilder(schema);
    FeaturePlan plan = FeaturePlan.layOut(pipeline, schema, RANDOM);
    FeaturePlan.Embedding embedding = plan.embeddings().get(0);
    int width = embedding.slots().getCount();
    List<Float> zeros = Collections.nCopies(width, 0f);
    pipeline.addProjection(
        "pca.0",
        embedding.name() + ".pca",
        embedding.column(),
        embedding.slots(),
        Projection.newBuilder()
            .setInputs(width)
            .setOutputs(2)
            .addAllFill(zeros)
            .addAllCentre(zeros)
            .addAllComponents(Collections.nCopies(2 * width, 0f))
            .addAllExplained(List.of(0.5f, 0.25f))
            .build());
    pipeline.addImageScore(
        "image_score",
        List.of(new PipelineBuilder.ScorePart(embedding.column(), embedding.slots())),
        ImageScore.newBuilder()
            .setInputs(width)
            .setOutputs(1)
            .addAllFill(zeros)
            .addAllCentre(zeros)
            .addAllWeights(zeros)
            .addBias(0)
            .build());
    return pipeline;
  }

  private static Scorer open(Schema schema, PipelineBuilder pipeline, List<NamedBackbone> backbones)
      throws ArtifactException {
    Manifest.Builder manifest =
        Manifest.newBuilder()
            .setName("odd")
            .setKind(Kind.DRAFT)
            .setSchema(schema)
            .setPipeline(pipeline.pipeline());
    backbones.forEach(backbone -> manifest.addNetworks(backbone.network()));
    ArtifactWriter writer = new ArtifactWriter(manifest.build());
    backbones.forEach(backbone -> writer.add(backbone.network().getEntry(), backbone.onnx()));
    pipeline.entries().forEach(writer::add);
    return Scorer.open(
        Artifact.open(ByteBuffer.wrap(writer.toBytes()), "odd"), ScorerOptions.builder().build());
  }

  private static Schema odd() {
    Schema.Builder schema = Schema.newBuilder();
    for (String name : ODD) {
      schema.addColumns(number(name, name.equals("size") ? 3 : 0));
    }
    return schema
        .addColumns(category("kind", 1, List.of("a,b", "other", "missing")))
        .addColumns(
            column("photo", ColumnType.IMAGE, DataType.STRING, 1)
                .setImage(
                    ImageColumn.newBuilder()
                        .setMissing(MissingImage.NAN_FEATURES)
                        .setSeveral(SeveralImages.ONE_IMAGE)))
        .build();
  }

  private static Column number(String name, int missing) {
    return column(name, ColumnType.NUMERIC, DataType.FLOAT32, missing).build();
  }

  private static Column category(String name, int missing, List<String> levels) {
    Column.Builder column =
        column(name, ColumnType.CATEGORICAL, DataType.STRING, missing).addAllLevels(levels);
    levels.forEach(level -> column.getStatisticsBuilder().addLevelCounts(1));
    return column.build();
  }

  private static Column.Builder column(String name, ColumnType type, DataType data, int missing) {
    return Column.newBuilder()
        .setName(name)
        .setRole(Role.INPUT)
        .setType(type)
        .setDataType(data)
        .setStatistics(
            ColumnStatistics.newBuilder().setRows(10).setMissing(missing).setDistinct(3));
  }

  private static SlotRange range(int first, int count) {
    return SlotRange.newBuilder().setFirst(first).setCount(count).build();
  }
}
