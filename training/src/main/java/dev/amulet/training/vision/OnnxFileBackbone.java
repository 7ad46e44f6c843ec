package dev.amulet.training.vision;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.OnnxScanner;
import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.training.TrainingException;
import dev.amulet.training.onnx.OnnxGraph;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns a user's ONNX file into a {@link Backbone}. */
final class OnnxFileBackbone {
  /** Side of the picture when the file leaves it open. */
  private static final int DEFAULT_SIDE = 224;

  private final OnnxGraph source;
  private final String label;
  private final List<String> notes = new ArrayList<>();

  private OnnxFileBackbone(OnnxGraph source, String label) {
    this.source = source;
    this.label = label;
  }

  static Backbone read(Path file, @Nullable String embeddingOutput) {
    String fileName = String.valueOf(file.getFileName());
    OnnxGraph graph = OnnxGraph.read(file);
    return new OnnxFileBackbone(graph, fileName)
        .backbone(name(fileName), sha256(file), embeddingOutput);
  }

  private Backbone backbone(String name, ByteString sha256, @Nullable String embeddingOutput) {
    int[] size = inputSize();
    PixelMetadata pixels = new PixelMetadata(source.metadata(), label);
    ImagePreprocessing preprocessing = pixels.preprocessing(size[1], size[0]);
    OnnxGraph graph = named(embeddingOutput);
    int width = width(graph);
    OnnxGraph serving = ServingGraph.of(graph);
    checkServable(serving);
    notes.addAll(pixels.notes());
    Map<String, String> metadata = source.metadata();
    String licence = metadata.getOrDefault("license", metadata.getOrDefault("licence", "unknown"));
    return new Backbone(
        name,
        String.format(
            "%s: %dx%d pixels to %d numbers, %,d parameters, from the file %s",
            name, size[1], size[0], width, serving.parameterCount(), label),
        graph,
        serving,
        width,
        preprocessing,
        metadata.getOrDefault("source", label),
        sha256,
        licence,
        notes);
  }

  /** What no amulet may hold is refused here, before hours of training. */
  private void checkServable(OnnxGraph serving) {
    try {
      OnnxScanner.scan(ByteBuffer.wrap(serving.toBytes()), label);
    } catch (ArtifactException e) {
      throw new TrainingException(
          String.format(
              "%s: cannot serve as a backbone: %s;%nexport it with standard image-network operators"
                  + " only (torch.onnx.export, opset 17, eval mode)",
              label, e.getMessage()),
          e);
    }
  }

  /** Height and width of the one input, after checking that it takes pictures. */
  private int[] inputSize() {
    List<ValueInfoProto> inputs = source.inputs();
    if (inputs.size() != 1) {
      throw new TrainingException(
          String.format(
              "%s: %d inputs %s, expected one, float32 [N,3,H,W]",
              label, inputs.size(), inputs.stream().map(ValueInfoProto::getName).toList()));
    }
    ValueInfoProto input = inputs.get(0);
    TypeProto.Tensor type = input.getType().getTensorType();
    List<TensorShapeProto.Dimension> dims = type.getShape().getDimList();
    String found = shapeText(input);
    if (dims.size() != 4) {
      throw new TrainingException(
          String.format(
              "%s: input \"%s\" has shape %s, expected a picture batch [N,3,H,W]",
              label, input.getName(), found));
    }
    if (dims.get(1).getDimValue() != 3 && dims.get(3).getDimValue() == 3) {
      throw new TrainingException(
          String.format(
              "%s: input \"%s\" has shape %s, channels last; expected [N,3,H,W]. Export it"
                  + " channels-first (tf2onnx: --inputs-as-nchw %s)",
              label, input.getName(), found, input.getName()));
    }
    if (dims.get(1).getDimValue() != 3) {
      throw new TrainingException(
          String.format(
              "%s: input \"%s\" has shape %s, expected 3 channels (red, green, blue): [N,3,H,W]",
              label, input.getName(), found));
    }
    if (type.getElemType() != TensorProto.DataType.FLOAT_VALUE) {
      throw new TrainingException(
          String.format(
              "%s: input \"%s\" has ONNX element type %d, expected float32 (1); export the network"
                  + " in float32",
              label, input.getName(), type.getElemType()));
    }
    return new int[] {side(dims.get(2), "height"), side(dims.get(3), "width")};
  }

  private int side(TensorShapeProto.Dimension dim, String what) {
    if (dim.getDimValue() > 0 && dim.getDimValue() <= 4096) {
      return (int) dim.getDimValue();
    }
    if (dim.getDimValue() > 0) {
      throw new TrainingException(
          String.format("%s: input %s %d, expected up to 4096", label, what, dim.getDimValue()));
    }
    notes.add(String.format("%s: the input's %s is open; %d is taken", label, what, DEFAULT_SIDE));
    return DEFAULT_SIDE;
  }

  /** The whole graph with its outputs found, named and freed from a fixed batch. */
  private OnnxGraph named(@Nullable String wanted) {
    OnnxGraph graph = source.withFreeBatch();
    EmbeddingFinder finder = new EmbeddingFinder(graph, label);
    String embedding = finder.find(wanted);
    Optional<String> map = finder.pooledFrom(embedding);
    Optional<String> logits = finder.logits(embedding);
    int[] shape = graph.shapes().get(embedding);
    if (shape == null || (shape.length != 2 && shape.length != 4)) {
      throw finder.notFound(
          String.format(
              "the shape of \"%s\" is %s, expected [N,D] or [N,C,h,w]",
              embedding, shape == null ? "not known" : Arrays.toString(shape)));
    }
    List<String> outputs = new ArrayList<>();
    if (shape.length == 4) {
      boolean pooled = shape[2] == 1 && shape[3] == 1;
      if (!pooled && map.isEmpty()) {
        map = Optional.of(embedding);
      }
      String vector = embedding + ".vector";
      if (!pooled) {
        graph = graph.withNode("GlobalAveragePool", List.of(embedding), embedding + ".pooled");
      }
      graph =
          graph.withNode("Flatten", List.of(pooled ? embedding : embedding + ".pooled"), vector);
      embedding = vector;
    }
    graph = rename(graph, embedding, Backbone.EMBEDDING, outputs);
    if (map.isPresent()) {
      graph = rename(graph, map.get(), Backbone.FEATURE_MAP, outputs);
    }
    if (logits.isPresent()) {
      graph = rename(graph, logits.get(), Backbone.LOGITS, outputs);
    }
    return graph.cutTo(outputs);
  }

  private static OnnxGraph rename(OnnxGraph graph, String from, String to, List<String> outputs) {
    outputs.add(to);
    if (from.equals(to)) {
      return graph;
    }
    OnnxGraph free = graph.hasValue(to) ? graph.renamed(to, to + ".original") : graph;
    return free.renamed(from, to);
  }

  private int width(OnnxGraph graph) {
    int[] shape = graph.shapes().get(Backbone.EMBEDDING);
    if (shape == null || shape.length != 2 || shape[1] < 1) {
      throw new EmbeddingFinder(graph, label)
          .notFound("its width is not known; export the network with a fixed picture size");
    }
    return shape[1];
  }

  private static String shapeText(ValueInfoProto value) {
    return value.getType().getTensorType().getShape().getDimList().stream()
        .map(d -> d.getDimValue() > 0 ? Long.toString(d.getDimValue()) : "?")
        .toList()
        .toString();
  }

  private static String name(String fileName) {
    int dot = fileName.lastIndexOf('.');
    return dot > 0 ? fileName.substring(0, dot) : fileName;
  }

  private static ByteString sha256(Path file) {
    try {
      return sha256(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new TrainingException(file + ": cannot be read (" + e + ")", e);
    }
  }

  static ByteString sha256(byte[] bytes) {
    try {
      return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
