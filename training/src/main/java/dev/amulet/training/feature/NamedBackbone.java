package dev.amulet.training.feature;

import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.format.v1.Network;
import dev.amulet.format.v1.Resize;
import dev.amulet.format.v1.View;
import dev.amulet.format.v1.WeightLineage;
import dev.amulet.training.vision.Backbone;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A backbone under the id it has in the amulet, and how pictures are shown to it.
 *
 * @param preprocessing from encoded picture to the input tensor
 * @param mirrored whether the embedding is the mean of those of the picture and its mirror image
 * @param onnx bytes of the network as the amulet carries it; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Megabytes of weights, made once and shared.
public record NamedBackbone(
    String id, Backbone backbone, ImagePreprocessing preprocessing, boolean mirrored, byte[] onnx) {

  /** A centre crop keeps this share of the shorter side, as when most networks were trained. */
  private static final double CROP_SHARE = 0.875;

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
      named.add(new NamedBackbone(id, backbone, backbone.preprocessing(), false, backbone.onnx()));
    }
    return named;
  }

  /** The same under another id. */
  public NamedBackbone called(String otherId) {
    return new NamedBackbone(otherId, backbone, preprocessing, mirrored, onnx);
  }

  /** The same, with pictures brought to the network's size in another way. */
  public NamedBackbone resized(Resize resize) {
    ImagePreprocessing.Builder other = preprocessing.toBuilder().setResize(resize);
    if (resize == Resize.SHORTER_SIDE_CROP) {
      int longest = Math.max(preprocessing.getHeight(), preprocessing.getWidth());
      other.setShorterSide((int) Math.round(longest / CROP_SHARE));
    } else {
      other.clearShorterSide();
    }
    return new NamedBackbone(id, backbone, other.build(), mirrored, onnx);
  }

  /** The same for pictures of another size, where the network takes any. */
  public Optional<NamedBackbone> sized(int side) {
    if (preprocessing.getHeight() == side && preprocessing.getWidth() == side) {
      return Optional.of(this);
    }
    ImagePreprocessing other = preprocessing.toBuilder().setHeight(side).setWidth(side).build();
    return backbone
        .sized(side)
        .map(sized -> new NamedBackbone(id, sized, other, mirrored, sized.onnx()))
        .map(named -> named.resized(preprocessing.getResize()));
  }

  /** The same, with or without the mirror image. */
  public NamedBackbone mirrored(boolean average) {
    return new NamedBackbone(id, backbone, preprocessing, average, onnx);
  }

  /** The network with which fine-tuning starts: it is shown pictures as this one is. */
  public Backbone toTune() {
    return backbone.shown(preprocessing);
  }

  /** The same with other weights, from fine-tuning. */
  public NamedBackbone tuned(Backbone network) {
    return new NamedBackbone(id, network, preprocessing, mirrored, network.onnx());
  }

  /** Views of each picture whose embeddings are averaged. */
  public List<View> views() {
    return mirrored ? List.of(View.UPRIGHT, View.MIRRORED) : List.of(View.UPRIGHT);
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
