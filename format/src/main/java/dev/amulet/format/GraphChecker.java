package dev.amulet.format;

import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.format.v1.Network;
import dev.amulet.format.v1.NetworkOutput;
import java.util.List;
import java.util.Map;

/** That an ONNX graph has the inputs and outputs its manifest promises. */
final class GraphChecker {
  private static final int INPUT_RANK = 4;
  private static final long CHANNELS = 3;
  private static final long FREE = -1;

  private GraphChecker() {}

  static void check(Network network, OnnxSummary graph, Where where) throws ArtifactException {
    List<OnnxSummary.Value> inputs = graph.inputs();
    if (inputs.size() != 1 || !inputs.get(0).name().equals(network.getInput())) {
      throw where
          .at("graph.input")
          .bad(
              "inputs "
                  + names(inputs)
                  + ", expected one, "
                  + Where.quote(network.getInput())
                  + ", as the manifest says");
    }
    input(inputs.get(0), where.at("graph.input").named(network.getInput()));
    Map<String, OnnxSummary.Value> outputs = OnnxSummary.byName(graph.outputs());
    for (NetworkOutput output : network.getOutputsList()) {
      OnnxSummary.Value value = outputs.get(output.getName());
      Where at = where.at("graph.output").named(output.getName());
      if (value == null) {
        throw at.bad(
            "no such output, expected one as the manifest says; it has " + names(graph.outputs()));
      }
      output(value, output, at);
    }
  }

  private static void input(OnnxSummary.Value input, Where where) throws ArtifactException {
    requireFloat(input, where);
    if (!input.declaresShape()) {
      return;
    }
    List<Long> shape = input.shape();
    if (shape.size() != INPUT_RANK || !fits(shape.get(1), CHANNELS)) {
      throw where.bad("shape " + text(shape) + ", expected [N,3,H,W]");
    }
    requireFreeBatch(shape, where);
  }

  private static void output(OnnxSummary.Value value, NetworkOutput output, Where where)
      throws ArtifactException {
    requireFloat(value, where);
    if (!value.declaresShape()) {
      return;
    }
    List<Long> shape = value.shape();
    boolean fits = shape.size() == output.getShapeCount() + 1;
    for (int i = 0; fits && i < output.getShapeCount(); i++) {
      fits = fits(shape.get(i + 1), output.getShape(i));
    }
    if (!fits) {
      throw where.bad(
          "shape "
              + text(shape)
              + ", expected [N] and then "
              + output.getShapeList()
              + " as the manifest says");
    }
    requireFreeBatch(shape, where);
  }

  /** That a graph of a fixed size gets images of that size. */
  static void checkSize(ImagePreprocessing images, OnnxSummary graph, Where where)
      throws ArtifactException {
    OnnxSummary.Value input = graph.inputs().get(0);
    if (input.declaresShape()
        && !(fits(input.shape().get(2), images.getHeight())
            && fits(input.shape().get(3), images.getWidth()))) {
      throw where.bad(
          "height "
              + images.getHeight()
              + " and width "
              + images.getWidth()
              + ", the graph takes "
              + text(input.shape()));
    }
  }

  private static void requireFloat(OnnxSummary.Value value, Where where) throws ArtifactException {
    if (value.elementType() != OnnxSummary.FLOAT) {
      throw where.bad("element type " + value.elementType() + ", expected 1, float32");
    }
  }

  private static void requireFreeBatch(List<Long> shape, Where where) throws ArtifactException {
    if (shape.get(0) != FREE) {
      throw where.bad(
          "a batch dimension fixed to "
              + shape.get(0)
              + ", expected a free one; export the network with a dynamic batch axis");
    }
  }

  private static boolean fits(long declared, long wanted) {
    return declared == FREE || declared == wanted;
  }

  private static String names(List<OnnxSummary.Value> values) {
    return values.stream().limit(8).map(value -> Where.quote(value.name())).toList().toString();
  }

  private static String text(List<Long> shape) {
    return shape.stream().limit(8).map(d -> d == FREE ? "?" : Long.toString(d)).toList().toString();
  }
}
