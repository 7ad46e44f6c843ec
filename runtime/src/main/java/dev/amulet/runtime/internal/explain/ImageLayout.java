package dev.amulet.runtime.internal.explain;

import dev.amulet.format.v1.ImageStage;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Network;
import dev.amulet.format.v1.NetworkOutput;
import dev.amulet.format.v1.OutputRole;
import dev.amulet.format.v1.Stage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an image stage that writes an embedding puts it.
 *
 * @param stage position among the image stages
 * @param column position among the schema's columns
 * @param columnName its name
 * @param network id of the network
 * @param first first slot of the embedding
 * @param width number of slots
 * @param missingSlot the slot that says that there was no image
 * @param map the network's feature map, or null
 */
public record ImageLayout(
    int stage,
    int column,
    String columnName,
    String network,
    int first,
    int width,
    int missingSlot,
    @Nullable NetworkOutput map) {

  /** Every image stage with an embedding, in pipeline order. */
  public static List<ImageLayout> of(Manifest manifest) {
    List<ImageLayout> layouts = new ArrayList<>();
    int index = 0;
    for (Stage stage : manifest.getPipeline().getStagesList()) {
      if (stage.hasImage()) {
        add(manifest, stage, index++, layouts);
      }
    }
    return List.copyOf(layouts);
  }

  private static void add(Manifest manifest, Stage stage, int index, List<ImageLayout> layouts) {
    ImageStage image = stage.getImage();
    Network network =
        manifest.getNetworksList().stream()
            .filter(candidate -> candidate.getId().equals(image.getNetwork()))
            .findFirst()
            .orElseThrow();
    int slot = stage.getWrites(0).getFirst();
    int first = -1;
    int width = 0;
    for (String name : image.getOutputsList()) {
      NetworkOutput output =
          network.getOutputsList().stream()
              .filter(candidate -> candidate.getName().equals(name))
              .findFirst()
              .orElseThrow();
      if (output.getRole() == OutputRole.EMBEDDING) {
        first = slot;
        width = output.getShape(0);
      }
      slot += output.getShape(0);
    }
    if (first >= 0) {
      layouts.add(
          new ImageLayout(
              index,
              image.getColumn(),
              manifest.getSchema().getColumns(image.getColumn()).getName(),
              network.getId(),
              first,
              width,
              slot,
              map(network, width)));
    }
  }

  /** The map whose mean over its positions is the embedding. */
  private static @Nullable NetworkOutput map(Network network, int width) {
    return network.getOutputsList().stream()
        .filter(output -> output.getRole() == OutputRole.FEATURE_MAP)
        .filter(output -> output.getShape(0) == width)
        .findFirst()
        .orElse(null);
  }
}
