package dev.amulet.benchmarks;

import dev.amulet.format.ArtifactException;
import dev.amulet.format.ArtifactWriter;
import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.DataType;
import dev.amulet.format.v1.ImageColumn;
import dev.amulet.format.v1.Kind;
import dev.amulet.format.v1.Link;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.Outputs;
import dev.amulet.format.v1.Projection;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.Schema;
import dev.amulet.format.v1.SeveralImages;
import dev.amulet.format.v1.SlotRange;
import dev.amulet.format.v1.TargetFunction;
import dev.amulet.format.v1.TargetTransform;
import dev.amulet.format.v1.Task;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.format.v1.View;
import dev.amulet.training.feature.PipelineBuilder;
import dev.amulet.training.vision.Backbone;
import dev.amulet.training.vision.Backbones;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Amulets to score, put together without training a network. */
final class Models {
  /** Numeric columns {@code x0, x1, ...} of the model that also reads a picture. */
  static final int COLUMNS_BESIDE_IMAGE = 8;

  static final String IMAGE_COLUMN = "photo";

  private static final String NETWORK = "network";
  private static final int COMPONENTS = 32;
  private static final Path WEIGHTS = Path.of("..", "..", "shared", "weights");

  private Models() {}

  /**
   * A network by the name that benchmarks give it.
   *
   * @param name the built-in {@code random64}, or a file of {@code ../shared/weights} without its
   *     extension
   */
  static Backbone backbone(String name) {
    return name.equals(Backbones.RANDOM)
        ? Backbones.random(1)
        : Backbones.fromFile(WEIGHTS.resolve(name + ".onnx"));
  }

  /** Numeric columns straight into trees. */
  static byte[] table(int columns, TreeEnsemble trees) throws ArtifactException {
    Schema schema = numeric(columns).addColumns(target()).build();
    PipelineBuilder pipeline = new PipelineBuilder(schema);
    for (int i = 0; i < columns; i++) {
      pipeline.addNumeric(i);
    }
    pipeline.addTrees("trees", IntStream.range(0, columns).toArray(), trees);
    return write("table", schema, pipeline, null);
  }

  /**
   * A few numeric columns and a picture: its embedding's projection and the columns into trees.
   *
   * @param trees over the columns, then {@value #COMPONENTS} components
   */
  static byte[] image(Backbone backbone, LinkedTrees trees) throws ArtifactException {
    Schema schema =
        numeric(COLUMNS_BESIDE_IMAGE)
            .addColumns(
                Column.newBuilder()
                    .setName(IMAGE_COLUMN)
                    .setRole(Role.INPUT)
                    .setType(ColumnType.IMAGE)
                    .setDataType(DataType.STRING)
                    .setImage(
                        ImageColumn.newBuilder()
                            .setMissing(MissingImage.FAIL_ROW)
                            .setSeveral(SeveralImages.ONE_IMAGE)))
            .addColumns(target())
            .build();
    PipelineBuilder pipeline = new PipelineBuilder(schema);
    for (int i = 0; i < COLUMNS_BESIDE_IMAGE; i++) {
      pipeline.addNumeric(i);
    }
    SlotRange embedding =
        pipeline.addImage(
            COLUMNS_BESIDE_IMAGE,
            NETWORK,
            Backbone.EMBEDDING,
            backbone.embeddingWidth(),
            backbone.preprocessing(),
            List.of(View.UPRIGHT));
    SlotRange components =
        pipeline.addProjection(
            "pca", "pca", COLUMNS_BESIDE_IMAGE, embedding, projection(backbone.embeddingWidth()));
    int[] slots =
        IntStream.concat(
                IntStream.range(0, COLUMNS_BESIDE_IMAGE),
                IntStream.of(PipelineBuilder.slots(components)))
            .toArray();
    pipeline.addTrees("trees", slots, trees.ensemble(slots));
    return write("image", schema, pipeline, backbone);
  }

  /** Slots that the trees of {@link #image} read. */
  static int imageTreeSlots() {
    return COLUMNS_BESIDE_IMAGE + COMPONENTS;
  }

  private static Projection projection(int inputs) {
    SplittableRandom random = new SplittableRandom(5);
    Projection.Builder table = Projection.newBuilder().setInputs(inputs).setOutputs(COMPONENTS);
    table.addAllFill(Collections.nCopies(inputs, 0f));
    table.addAllCentre(Collections.nCopies(inputs, 0f));
    for (int i = 0; i < inputs * COMPONENTS; i++) {
      table.addComponents((float) (random.nextDouble() - 0.5));
    }
    return table.build();
  }

  private static Schema.Builder numeric(int columns) {
    Schema.Builder schema = Schema.newBuilder();
    for (int i = 0; i < columns; i++) {
      schema.addColumns(number("x" + i, Role.INPUT));
    }
    return schema;
  }

  private static Column target() {
    return number("y", Role.TARGET);
  }

  private static Column number(String name, Role role) {
    return Column.newBuilder()
        .setName(name)
        .setRole(role)
        .setType(ColumnType.NUMERIC)
        .setDataType(DataType.FLOAT64)
        .build();
  }

  private static byte[] write(
      String name, Schema schema, PipelineBuilder pipeline, @Nullable Backbone backbone)
      throws ArtifactException {
    Manifest.Builder manifest =
        Manifest.newBuilder()
            .setName(name)
            .setKind(Kind.MODEL)
            .setSchema(schema)
            .setPipeline(pipeline.pipeline())
            .setOutputs(
                Outputs.newBuilder()
                    .setTask(Task.REGRESSION)
                    .setTarget("y")
                    .setLink(Link.LINK_IDENTITY)
                    .setTargetTransform(
                        TargetTransform.newBuilder()
                            .setFunction(TargetFunction.TARGET_IDENTITY)
                            .setScale(1)));
    if (backbone != null) {
      manifest.addNetworks(backbone.network(NETWORK));
    }
    ArtifactWriter writer = new ArtifactWriter(manifest.build());
    if (backbone != null) {
      writer.add("networks/" + NETWORK + ".onnx", backbone.onnx());
    }
    pipeline.entries().forEach(writer::add);
    return writer.toBytes();
  }
}
