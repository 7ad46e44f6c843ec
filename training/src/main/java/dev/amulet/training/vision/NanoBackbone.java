package dev.amulet.training.vision;

import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.vision.nano.NanoNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The built-in network {@code nano}, with the weights that come with Amulet: trained by {@link
 * NanoPretraining} on pictures drawn from formulas, no photo among them.
 */
final class NanoBackbone {
  /** What {@link NanoPretraining} subtracts from samples of 0 to 1, and divides them by. */
  static final float MEAN = 0.5f;

  static final float STD = 0.25f;

  private static final String RESOURCE = "nano.onnx";
  private static final String SOURCE = "trained by Amulet on pictures drawn from formulas";
  private static final String LICENCE = "Apache-2.0";

  private NanoBackbone() {}

  /** The network as it comes with Amulet. */
  static Backbone builtIn() {
    byte[] file = resource();
    OnnxGraph graph = OnnxGraph.read(file, RESOURCE);
    return new Backbone(
        Backbones.NANO,
        String.format(
            "%s: %dx%d pixels to %d numbers; %s",
            Backbones.NANO, NanoNetwork.SIDE, NanoNetwork.SIDE, NanoNetwork.WIDTH, SOURCE),
        graph,
        ServingGraph.of(graph),
        NanoNetwork.WIDTH,
        preprocessing(),
        SOURCE,
        OnnxFileBackbone.sha256(file),
        LICENCE,
        List.of(
            Backbones.NANO
                + " is small and knows formulas only: it is better than random weights; a network"
                + " pretrained on photos is better still"));
  }

  /**
   * A trained graph as a file that can also be named in {@code
   * image_transformer_pretrained_models}.
   */
  static byte[] file(OnnxGraph graph) {
    String mean = String.join(" ", Collections.nCopies(3, Float.toString(MEAN)));
    String std = String.join(" ", Collections.nCopies(3, Float.toString(STD)));
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("mean", mean);
    metadata.put("std", std);
    metadata.put("scale", "1/255");
    metadata.put("embedding", Backbone.EMBEDDING);
    metadata.put("source", SOURCE);
    metadata.put("license", LICENCE);
    return graph.withMetadata(metadata).toBytes();
  }

  private static ImagePreprocessing preprocessing() {
    return PixelMetadata.squashed(NanoNetwork.SIDE, NanoNetwork.SIDE)
        .setDivisor(255)
        .addAllMean(Collections.nCopies(3, MEAN))
        .addAllStd(Collections.nCopies(3, STD))
        .build();
  }

  private static byte[] resource() {
    try (InputStream stream = NanoBackbone.class.getResourceAsStream(RESOURCE)) {
      if (stream == null) {
        throw new IllegalStateException(RESOURCE + " is missing from Amulet's training jar");
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
