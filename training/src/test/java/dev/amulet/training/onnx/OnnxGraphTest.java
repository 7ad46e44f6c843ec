package dev.amulet.training.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.amulet.training.TrainingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxGraphTest {
  private final OnnxGraph graph = TestGraphs.classifier(1);

  @Test
  void everyBuilderLayerRunsInOnnxRuntimeWithTheShapesTheWalkTells() {
    OnnxGraph all = TestGraphs.everyLayer();
    assertThat(all.operatorCounts().keySet())
        .containsExactly(
            "Add",
            "AveragePool",
            "BatchNormalization",
            "Clip",
            "Concat",
            "Conv",
            "Flatten",
            "Gemm",
            "GlobalAveragePool",
            "MaxPool",
            "Mul",
            "Relu",
            "Sigmoid");
    OnnxGraph tapped = all;
    for (NodeProto node : all.graph().getNodeList()) {
      tapped = tapped.withOutput(node.getOutput(0));
    }
    Map<String, int[]> shapes = tapped.shapes();
    int batch = 3;
    try (OrtSession session = OrtSession.plain(tapped)) {
      Map<String, float[]> values =
          session.run(TestGraphs.noise(batch * 3 * 33 * 29), batch, 3, 33, 29);
      assertThat(values.keySet()).containsExactlyInAnyOrderElementsOf(tapped.outputNames());
      values.forEach(
          (name, found) -> {
            int[] shape = shapes.get(name);
            assertThat(shape).as(name).isNotNull();
            assertThat(shape[0]).isEqualTo(-1);
            int each = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
            assertThat(found.length).as(name).isEqualTo(batch * each);
          });
    }
  }

  @Test
  void buildingTwiceGivesTheSameBytesAndReadingBackKeepsThem() {
    byte[] bytes = graph.toBytes();
    assertThat(TestGraphs.classifier(1).toBytes()).isEqualTo(bytes);
    assertThat(OnnxGraph.read(bytes.clone(), "copy").toBytes()).isEqualTo(bytes);
  }

  @Test
  void parametersKeepTheNamesGiven() {
    assertThat(graph.initializer("conv1.weight")).isPresent();
    assertThat(graph.initializer("bn1.running_var")).isPresent();
    assertThat(graph.initializer("fc.bias")).isPresent();
    assertThat(graph.parameterCount()).isEqualTo(8 * 27 + 4 * 8 + 5 * 8 + 5);
  }

  @Test
  void cuttingKeepsOnlyAncestorsAndTheInitializersTheyUse() {
    OnnxGraph cut = graph.cutTo(List.of("embedding"));
    assertThat(cut.outputNames()).containsExactly("embedding");
    assertThat(cut.operatorCounts()).doesNotContainKey("Gemm");
    assertThat(cut.initializer("fc.weight")).isEmpty();
    assertThat(cut.initializer("conv1.weight")).isPresent();
    assertThat(graph.operatorCounts()).as("the source is untouched").containsKey("Gemm");
    float[] input = TestGraphs.noise(2 * 3 * 16 * 16);
    try (OrtSession whole = OrtSession.of(graph);
        OrtSession part = OrtSession.of(cut)) {
      assertThat(part.run(input, 2, 3, 16, 16).get("embedding"))
          .isEqualTo(whole.run(input, 2, 3, 16, 16).get("embedding"));
    }
  }

  @Test
  void anInnerValueCanBeTapped() {
    OnnxGraph tapped = graph.withOutput("bn1").withoutOutput("logits");
    assertThat(tapped.outputNames()).containsExactly("embedding", "bn1");
    assertThat(tapped.shapes().get("bn1")).containsExactly(-1, 8, 16, 16);
    assertThatThrownBy(() -> graph.withOutput("nowhere"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("nowhere");
  }

  @Test
  void renamingReachesEveryUse() {
    OnnxGraph renamed = graph.renamed("input", "photo").renamed("embedding", "vector");
    assertThat(renamed.outputNames()).containsExactly("vector", "logits");
    try (OrtSession session = OrtSession.of(renamed)) {
      assertThat(session.run(TestGraphs.noise(768), 1, 3, 16, 16)).containsKey("vector");
    }
    assertThatThrownBy(() -> graph.renamed("embedding", "logits"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("taken");
  }

  @Test
  void aFixedBatchIsFreedInReshapesToo() {
    GraphProto.Builder fixed = graph.cutTo(List.of("embedding")).graph().toBuilder();
    fixed
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(0)
        .clearDimParam()
        .setDimValue(1);
    for (NodeProto.Builder node : fixed.getNodeBuilderList()) {
      if (node.getOpType().equals("Flatten")) {
        node.setOpType("Reshape").clearAttribute().addInput("shape");
      }
    }
    fixed.addInitializer(TensorData.of("shape", new long[] {1, 8}));
    OnnxGraph free = graph.with(fixed).withFreeBatch().cutTo(List.of("embedding"));
    float[] input = TestGraphs.noise(4 * 768);
    try (OrtSession session = OrtSession.of(free);
        OrtSession original = OrtSession.of(graph)) {
      assertThat(session.run(input, 4, 3, 16, 16).get("embedding"))
          .isEqualTo(original.run(input, 4, 3, 16, 16).get("embedding"));
    }
  }

  @Test
  void aReshapeThatTakesItsShapeFromAConstantNodeIsFreedToo() {
    GraphProto.Builder fixed = graph.cutTo(List.of("embedding")).graph().toBuilder();
    fixed
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(0)
        .clearDimParam()
        .setDimValue(2);
    NodeProto.Builder constant = NodeProto.newBuilder().setOpType("Constant").addOutput("shape");
    constant
        .addAttributeBuilder()
        .setName("value")
        .setType(AttributeProto.AttributeType.TENSOR)
        .setT(TensorData.of("", new long[] {2, -1}));
    for (NodeProto.Builder node : fixed.getNodeBuilderList()) {
      if (node.getOpType().equals("Flatten")) {
        node.setOpType("Reshape").clearAttribute().addInput("shape");
      }
    }
    fixed.addNode(0, constant);
    OnnxGraph free = graph.with(fixed).withFreeBatch().cutTo(List.of("embedding"));
    assertThat(free.shapes().get("embedding")).containsExactly(-1, 8);
    try (OrtSession session = OrtSession.of(free)) {
      float[] input = TestGraphs.noise(5 * 768);
      assertThat(session.run(input, 5, 3, 16, 16).get("embedding")).hasSize(40);
    }
  }

  @Test
  void theShapeWalkRecoversAtAConvolutionAfterAnOperatorItDoesNotKnow() {
    OnnxGraph every = TestGraphs.everyLayer();
    GraphProto.Builder unknown = every.graph().toBuilder().clearOutput();
    unknown.getNodeBuilder(0).setOpType("Slice");
    Map<String, int[]> shapes = every.with(unknown).shapes();
    assertThat(shapes).doesNotContainKey("stem_bn");
    assertThat(shapes.get("depthwise_bn")).containsExactly(-1, 8, -1, -1);
  }

  @Test
  void metadataIsReadAndWritten() {
    OnnxGraph told = graph.withMetadata(Map.of("mean", "0.5"));
    assertThat(OnnxGraph.read(told.toBytes(), "told").metadata()).containsEntry("mean", "0.5");
    assertThat(told.withoutAnnotations().metadata()).isEmpty();
  }

  @Test
  void filesThatAreNotOnnxAreRefused(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("photo.onnx");
    Files.write(file, "not a network at all".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> OnnxGraph.read(file))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("photo.onnx")
        .hasMessageContaining("not an ONNX file");
    assertThatThrownBy(() -> OnnxGraph.read(new byte[0], "empty.onnx"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("no graph");
    byte[] bytes = graph.toBytes();
    byte[] half = Arrays.copyOf(bytes, bytes.length / 2);
    assertThatThrownBy(() -> OnnxGraph.read(half, "half.onnx"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("cut short");
    assertThatThrownBy(() -> OnnxGraph.read(folder.resolve("absent.onnx")))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void damagedBytesGiveAGraphOrAdviceAndNothingElse() {
    byte[] bytes = graph.toBytes();
    int read = 0;
    for (int i = 0; i < bytes.length; i += 3) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= (byte) 0x15;
      try {
        OnnxGraph found = OnnxGraph.read(damaged, "damaged.onnx");
        found.shapes();
        BatchNormFolding.fold(found);
        read++;
      } catch (TrainingException e) {
        assertThat(e).hasMessageMatching("(?s).*(ONNX|damaged).*");
      }
    }
    assertThat(read).as("most bytes are weights").isPositive();
  }

  @Test
  void externalDataAndControlFlowAreRefusedWithAdvice() {
    ModelProto.Builder external = graph.model().toBuilder();
    external
        .getGraphBuilder()
        .getInitializerBuilder(0)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    assertThatThrownBy(() -> OnnxGraph.read(external.build().toByteArray(), "split.onnx"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("external data")
        .hasMessageContaining("onnx.save");
    ModelProto.Builder loop = graph.model().toBuilder();
    loop.getGraphBuilder()
        .getNodeBuilder(0)
        .addAttributeBuilder()
        .setName("body")
        .setG(GraphProto.getDefaultInstance());
    assertThatThrownBy(() -> OnnxGraph.read(loop.build().toByteArray(), "loop.onnx"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("control flow");
  }

  @Test
  void tensorsStoredAsTypedListsReadLikeRawOnes() {
    TensorProto listed =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(1)
            .addDims(2)
            .addFloatData(1.5f)
            .addFloatData(-2)
            .build();
    assertThat(TensorData.floats(listed)).containsExactly(new float[] {1.5f, -2}, within(0f));
    assertThatThrownBy(() -> TensorData.floats(listed.toBuilder().addFloatData(3).build()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("damaged");
  }
}
