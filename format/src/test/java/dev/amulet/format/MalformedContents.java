package dev.amulet.format;

import static dev.amulet.format.MalformedAmulet.entry;
import static dev.amulet.format.MalformedAmulet.network;
import static dev.amulet.format.MalformedAmulet.table;
import static dev.amulet.format.MalformedAmulet.trees;
import static dev.amulet.format.MalformedAmulet.verification;
import static dev.amulet.format.TinyOnnx.graph;
import static dev.amulet.format.TinyOnnx.message;
import static dev.amulet.format.TinyOnnx.model;
import static dev.amulet.format.TinyOnnx.node;
import static dev.amulet.format.TinyOnnx.opset;
import static dev.amulet.format.TinyOnnx.value;

import com.google.protobuf.ByteString;
import dev.amulet.format.v1.Cell;
import dev.amulet.format.v1.Images;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.format.v1.Verification;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Files whose manifest is good and one of whose entries breaks a rule. */
final class MalformedContents {
  private MalformedContents() {}

  static Stream<MalformedAmulet> all() {
    return Stream.of(ensembles(), tables(), verifications(), models(), graphs()).flatMap(s -> s);
  }

  private static Stream<MalformedAmulet> ensembles() {
    return Stream.of(
        entry("trees not protobuf", "trees/m1.pb", new byte[] {1}, "trees/m1.pb:"),
        trees("codec", t -> t.setCodec(4), "codec 4, this runtime reads 1", "upgrade the runtime"),
        trees("comparison unknown", t -> t.setComparisonValue(9), "comparison: value 9"),
        trees(
            "two base margins",
            t -> t.addBaseMargin(1),
            "trees/m1.pb base_margin: 2 values, expected 1"),
        trees("base margin NaN", t -> t.setBaseMargin(0, Float.NaN), "base_margin[0]: NaN"),
        trees("fewer values", t -> t.clearValues(), "values: 0 values, expected 6"),
        trees("more children", t -> t.addLeft(0), "left: 7 values, expected 6"),
        trees("fewer covers", TreeEnsemble.Builder::clearCover, "cover: 0 values"),
        trees("margin of another output", t -> t.setMargins(1, 1), "margins[1]: 1, expected less"),
        trees("roots not from 0", t -> t.setRoots(0, 1), "roots[0]: 1 of 6 nodes"),
        trees("roots fall", t -> t.setRoots(1, 0), "roots[1]: 0"),
        trees("root outside", t -> t.setRoots(1, 6), "roots[1]: 6 of 6 nodes"),
        trees("no roots", t -> t.clearRoots().clearMargins(), "roots: none for 6 nodes"),
        trees(
            "child before its parent", t -> t.setLeft(1, 0), "left[1]: 0, expected a node after 1"),
        trees("child is its parent", t -> t.setRight(1, 1), "right[1]: 1"),
        trees("child in another tree", t -> t.setRight(0, 5), "right[0]: 5", "ends before 5"),
        trees("child at 2^32", t -> t.setRight(0, -1), "right[0]: 4294967295"),
        trees("two parents", t -> t.setRight(1, 3), "node 3 has a parent already"),
        trees(
            "node without parent",
            t -> t.setSlots(1, -1).setLeft(1, 0).setRight(1, 0),
            "slots[3]: no node before it has this one as a child"),
        trees("leaf with children", t -> t.setLeft(2, 3), "left[2]: a leaf with children"),
        trees("slot not read", t -> t.setSlots(0, 14), "slots[0]: tests slot 14"),
        trees("slot negative", t -> t.setSlots(0, -2), "slots[0]: tests slot -2"),
        trees("slot far outside", t -> t.setSlots(0, Integer.MAX_VALUE), "tests slot 2147483647"),
        trees(
            "threshold infinite", t -> t.setValues(0, Float.NEGATIVE_INFINITY), "values[0]: -Inf"),
        trees("cover negative", t -> t.setCover(3, -1), "cover[3]: -1.0"),
        trees("too deep", MalformedContents::deep, "deeper than 126 tests"));
  }

  private static void deep(TreeEnsemble.Builder trees) {
    trees.clear().setCodec(1).setComparisonValue(1).addBaseMargin(0).addRoots(0).addMargins(0);
    int splits = 200;
    for (int i = 0; i < splits; i++) {
      trees.addSlots(0).addValues(0).addLeft(2 * i + 1).addRight(2 * i + 2);
      trees.addSlots(-1).addValues(0).addLeft(0).addRight(0);
    }
    trees.addSlots(-1).addValues(0).addLeft(0).addRight(0);
    for (int i = 0; i < trees.getSlotsCount(); i++) {
      trees.addMissingLeft(false).addCover(1);
    }
  }

  private static Stream<MalformedAmulet> tables() {
    String share = "tables/share.pb";
    String mean = "tables/mean.pb";
    String text = "tables/text.pb";
    String pca = "tables/pca.pb";
    String linear = "tables/linear.pb";
    return Stream.of(
        entry("empty table", pca, new byte[0], "a table of kind KIND_NOT_SET, expected PROJECTION"),
        table(
            "table of another kind",
            pca,
            t -> t.mergeFrom(SampleAmulet.tables().get(share)),
            "a table of kind FREQUENCIES"),
        table(
            "a share of 2",
            share,
            t -> t.getFrequenciesBuilder().setShares(1, 2),
            "tables/share.pb frequencies.shares[1]: 2.0"),
        table(
            "a share too few",
            share,
            t -> t.getFrequenciesBuilder().clearShares(),
            "shares: 0 values, expected 3"),
        table(
            "unseen share NaN",
            share,
            t -> t.getFrequenciesBuilder().setUnseen(Float.NaN),
            "unseen: NaN"),
        table(
            "means of two outputs",
            mean,
            t -> t.getTargetMeansBuilder().setOutputs(2),
            "target_means.outputs: 2, expected 1"),
        table(
            "a mean too many",
            mean,
            t -> t.getTargetMeansBuilder().addMeans(1),
            "4 values, expected 3"),
        table(
            "missing mean infinite",
            mean,
            t -> t.getTargetMeansBuilder().setMissing(0, Float.POSITIVE_INFINITY),
            "missing[0]"),
        table(
            "buckets not a power of two",
            text,
            t -> t.getTextBuilder().setBuckets(3),
            "buckets: 3"),
        table(
            "2^31 buckets",
            text,
            t -> t.getTextBuilder().setBuckets(1 << 31),
            "buckets: 2147483648, expected a power of two"),
        table(
            "idf too short",
            text,
            t -> t.getTextBuilder().setBuckets(8),
            "idf: 4 values, expected 8"),
        table(
            "idf NaN",
            text,
            t -> t.getTextBuilder().setIdf(2, Float.NaN),
            "text.idf[2]: NaN, expected a finite number"),
        table(
            "a component too few",
            text,
            t -> t.getTextBuilder().clearComponents(),
            "text.components: 0 values, expected 8"),
        table(
            "component infinite",
            text,
            t -> t.getTextBuilder().setComponents(7, Float.NEGATIVE_INFINITY),
            "text.components[7]: -Infinity"),
        table(
            "text outputs",
            text,
            t -> t.getTextBuilder().setOutputs(3),
            "text.outputs: 3, expected 2"),
        table(
            "characters of 17",
            text,
            t -> t.getTextBuilder().setCharMin(1).setCharMax(17),
            "char_min: 1 to 17"),
        table(
            "a mean NaN",
            mean,
            t -> t.getTargetMeansBuilder().setMeans(1, Float.NaN),
            "target_means.means[1]: NaN"),
        table(
            "unseen mean infinite",
            mean,
            t -> t.getTargetMeansBuilder().setUnseen(0, Float.POSITIVE_INFINITY),
            "target_means.unseen[0]: Infinity"),
        table("n-grams fall", text, t -> t.getTextBuilder().setWordMin(3), "word_min: 3 to 2"),
        table("no n-grams", text, t -> t.getTextBuilder().setWordMin(0).setWordMax(0), "neither"),
        table(
            "weighting", text, t -> t.getTextBuilder().setWeightingValue(7), "weighting: value 7"),
        table(
            "projection inputs",
            pca,
            t -> t.getProjectionBuilder().setInputs(4),
            "projection.inputs: 4, expected 3"),
        table(
            "projection fill NaN",
            pca,
            t -> t.getProjectionBuilder().setFill(0, Float.NaN),
            "projection.fill[0]: NaN, expected a finite number"),
        table(
            "projection components",
            pca,
            t -> t.getProjectionBuilder().addComponents(1),
            "components: 7 values, expected 6"),
        table(
            "score weights infinite",
            "tables/score.pb",
            t -> t.getImageScoreBuilder().setWeights(2, Float.POSITIVE_INFINITY),
            "weights[2]"),
        table(
            "linear outputs",
            linear,
            t -> t.getLinearBuilder().setOutputs(3),
            "linear.outputs: 3, expected 1"),
        table(
            "linear without fill",
            linear,
            t -> t.getLinearBuilder().clearFill(),
            "linear.fill: 0 values, expected 22"),
        table(
            "linear bias NaN", linear, t -> t.getLinearBuilder().setBias(0, Double.NaN), "bias[0]"),
        table(
            "linear lower only", linear, t -> t.getLinearBuilder().clearUpper(), "upper: 0 values"),
        table(
            "linear bounds", linear, t -> t.getLinearBuilder().setLower(0, 11), "lower[0]: 11.0"));
  }

  private static Stream<MalformedAmulet> verifications() {
    return Stream.of(
        verification("no rows", Verification.Builder::clearRows, "verification.pb rows: 0 rows"),
        verification("tolerance 0", v -> v.setSlotTolerance(0), "slot_tolerance: 0.0"),
        verification(
            "a cell too few",
            v -> v.getRowsBuilder(0).removeCells(0),
            "rows[0].cells: 5 values, expected 6"),
        verification("a slot too many", v -> v.getRowsBuilder(0).addSlots(1), "slots: 23 values"),
        verification("no margin", v -> v.getRowsBuilder(0).clearMargins(), "margins: 0 values"),
        verification(
            "output NaN", v -> v.getRowsBuilder(0).setOutputs(0, Double.NaN), "outputs[0]"),
        verification(
            "text in a number",
            v -> v.getRowsBuilder(0).setCells(0, Cell.newBuilder().setText("five")),
            "rows[0].cells[0]: a cell of kind TEXT in the column \"area\" of type NUMERIC"),
        verification(
            "two pictures in one cell",
            v ->
                v.getRowsBuilder(0)
                    .getCellsBuilder(2)
                    .getImagesBuilder()
                    .addFiles(ByteString.EMPTY),
            "images.files: 2 images, expected 1"),
        verification(
            "no picture in a cell",
            v -> v.getRowsBuilder(0).getCellsBuilder(2).setImages(Images.getDefaultInstance()),
            "images.files: 0 images"));
  }

  private static Stream<MalformedAmulet> models() {
    TinyOnnx external = message().number(1, 3).number(2, 1).text(8, "w");
    TinyOnnx attribute = message().text(1, "value");
    TinyOnnx body = message().text(1, "body").message(6, graph());
    return Stream.of(
        entry("empty network", "networks/tiny.onnx", new byte[0], "networks/tiny.onnx: no graph"),
        entry(
            "text network",
            "networks/tiny.onnx",
            "hello onnx".getBytes(StandardCharsets.UTF_8),
            "networks/tiny.onnx"),
        network(
            "external data by location",
            model(graph().message(5, external.number(14, 1))),
            "networks/tiny.onnx graph.initializer \"w\": its data is outside the file"),
        network(
            "external data by entry",
            model(
                graph()
                    .message(
                        5,
                        message()
                            .text(8, "v")
                            .message(13, message().text(1, "location").text(2, "/etc/passwd")))),
            "graph.initializer \"v\": its data is outside"),
        network(
            "external data in a constant",
            model(
                graph()
                    .message(
                        1,
                        node("Constant", "", "c")
                            .message(5, attribute.message(5, message().number(14, 1))))),
            "graph.node[3]",
            "its data is outside"),
        network(
            "external data in a list of tensors",
            model(
                graph()
                    .message(
                        1,
                        node("Constant", "", "c")
                            .message(
                                5,
                                message().text(1, "value").message(10, message().number(14, 1))))),
            "its data is outside"),
        network("sparse initializer", model(graph().message(15, message())), "a sparse tensor"),
        network(
            "sparse constant",
            model(
                graph()
                    .message(
                        1,
                        node("Constant", "", "c")
                            .message(5, message().text(1, "sparse_value").message(22, message())))),
            "node[3]: a sparse tensor"),
        network(
            "sub-graph",
            model(graph().message(1, node("Relu", "a", "b").message(5, body))),
            "node[3]: a sub-graph, expected no control flow"),
        network(
            "operator If",
            model(graph().message(1, node("If", "a", "b"))),
            "graph.node[3]: operator \"If\""),
        network("operator Loop", model(graph().message(1, node("Loop", "a", "b"))), "\"Loop\""),
        network(
            "operator after a good one",
            model(graph().message(1, node("Relu", "a", "b").text(4, "Scan"))),
            "\"Scan\""),
        network(
            "node without operator",
            model(graph().message(1, message().text(2, "x"))),
            "operator \"\""),
        network(
            "custom domain of a node",
            model(graph().message(1, node("Relu", "a", "b").text(7, "com.microsoft"))),
            "domain \"com.microsoft\""),
        network(
            "custom domain imported",
            model(graph()).message(8, opset("org.pytorch", 1)),
            "domain \"org.pytorch\""),
        network("function", model(graph()).message(25, message()), "functions: a function"),
        network("training graph", model(graph()).message(20, message()), "training_info"),
        network("unknown field of the model", model(graph()).number(99, 1), "field 99"),
        network("second graph", model(graph()).message(7, graph()), "graph: given twice"),
        network(
            "opset 99",
            message().number(1, 8).message(8, opset("", 99)).message(7, graph()),
            "opset 99, expected 7 to 24"),
        network("no opset", message().number(1, 8).message(7, graph()), "no opset of the default"),
        network(
            "version of the format",
            message().number(1, 99).message(8, opset("", 17)).message(7, graph()),
            "ir_version: 99"),
        network(
            "text tensor",
            model(graph().message(5, message().text(6, "text"))),
            "a tensor of strings"));
  }

  private static Stream<MalformedAmulet> graphs() {
    TinyOnnx nodes =
        message()
            .message(1, node("GlobalAveragePool", "input", "pooled"))
            .message(1, node("Flatten", "pooled", "embedding"));
    byte[] both = nodes.toBytes();
    return Stream.of(
        network(
            "another input",
            between(both, value("picture", -1, 3, -1, -1), value("embedding", -1, 3)),
            "graph.input: inputs [\"picture\"], expected one, \"input\""),
        network(
            "second input",
            model(graph().message(11, value("more", -1, 3))),
            "inputs [\"input\", \"more\"]"),
        network(
            "output missing",
            between(both, value("input", -1, 3, -1, -1), value("embedding", -1, 3)),
            "graph.output \"logits\": no such output"),
        network(
            "input of one channel",
            between(both, value("input", -1, 1, -1, -1), value("embedding", -1, 3)),
            "shape [?, 1, ?, ?], expected [N,3,H,W]"),
        network(
            "fixed batch",
            between(both, value("input", 1, 3, -1, -1), value("embedding", -1, 3)),
            "a batch dimension fixed to 1",
            "dynamic batch axis"),
        network(
            "input of bytes",
            between(
                both, TinyOnnx.valueOfType("input", 2, -1, 3, -1, -1), value("embedding", -1, 3)),
            "element type 2, expected 1"),
        network(
            "output of another width",
            between(both, value("input", -1, 3, -1, -1), value("embedding", -1, 4)),
            "graph.output \"embedding\": shape [?, 4]"),
        network(
            "another picture size",
            model(
                message()
                    .message(1, node("Flatten", "input", "embedding"))
                    .message(11, value("input", -1, 3, 16, 16))
                    .message(12, value("embedding", -1, 3))
                    .message(12, value("logits", -1, 2))),
            "image.preprocessing: height 8 and width 8, the graph takes [?, 3, 16, 16]"));
  }

  private static TinyOnnx between(byte[] nodes, TinyOnnx input, TinyOnnx output) {
    return model(TinyOnnx.of(nodes).message(11, input).message(12, output));
  }
}
