package dev.amulet.training.feature;

import dev.amulet.format.v1.Network;
import dev.amulet.format.v1.WeightLineage;
import dev.amulet.training.vision.Backbone;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A backbone under the id it has in the amulet.
 *
 * @param onnx bytes of the network as the amulet carries it; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Megabytes of weights, made once and shared.
public record NamedBackbone(String id, Backbone backbone, byte[] onnx) {

  /** Gives each backbone an id made of its name, unique among them. */
  public static List<NamedBackbone> name(List<Backbone> backbones) {
    Set<String> taken = new HashSet<>();
    List<NamedBackbone> named = new ArrayList<>();
    for (Backbone backbone : backbones) {
      String base = backbone.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]+", "_");
      String id = base;
      for (int i = 2; !taken.add(id); i++) {
        id = base + "_" + i;
      }
      named.add(new NamedBackbone(id, backbone, backbone.onnx()));
    }
    return named;
  }

  /** The manifest's description of it. */
  public Network network() {
    return backbone.network(id);
  }

  /** Where its weights come from. */
  public WeightLineage lineage() {
    return backbone.lineage(id);
  }
}
