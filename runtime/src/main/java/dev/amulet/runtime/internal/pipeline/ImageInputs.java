package dev.amulet.runtime.internal.pipeline;

import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.Entry;
import dev.amulet.format.v1.ImageStage;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Network;
import dev.amulet.format.v1.NetworkOutput;
import dev.amulet.format.v1.OutputRole;
import dev.amulet.runtime.internal.pipeline.ImageInput.MapShape;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Resolves image stages. */
final class ImageInputs {
  private ImageInputs() {}

  static ImageInput resolve(
      Manifest manifest,
      ImageStage stage,
      int index,
      int inputColumn,
      Column column,
      int lane,
      int firstSlot) {
    Network network = manifest.getNetworks(networkIndex(manifest, stage.getNetwork()));
    List<Integer> widths = new ArrayList<>();
    for (String output : stage.getOutputsList()) {
      widths.add(width(network, output));
    }
    return new ImageInput(
        index,
        inputColumn,
        column.getName(),
        column.getImage().getMissing(),
        stage.getPreprocessing(),
        stage.getViewsList(),
        lane,
        List.copyOf(stage.getOutputsList()),
        List.copyOf(widths),
        widths.stream().mapToInt(Integer::intValue).sum(),
        firstSlot,
        map(network),
        digest(manifest, network, stage));
  }

  static int networkIndex(Manifest manifest, String id) {
    for (int i = 0; i < manifest.getNetworksCount(); i++) {
      if (manifest.getNetworks(i).getId().equals(id)) {
        return i;
      }
    }
    throw new IllegalStateException("no network \"" + id + "\"");
  }

  private static int width(Network network, String name) {
    for (NetworkOutput output : network.getOutputsList()) {
      if (output.getName().equals(name)) {
        int width = 1;
        for (int size : output.getShapeList()) {
          width *= size;
        }
        return width;
      }
    }
    throw new IllegalStateException(
        "network \"" + network.getId() + "\" has no output \"" + name + "\"");
  }

  private static MapShape map(Network network) {
    for (NetworkOutput output : network.getOutputsList()) {
      if (output.getRole() == OutputRole.FEATURE_MAP) {
        return new MapShape(
            output.getName(), output.getShape(0), output.getShape(1), output.getShape(2));
      }
    }
    return MapShape.NONE;
  }

  /** Everything but the image that a vector depends on. */
  private static String digest(Manifest manifest, Network network, ImageStage stage) {
    MessageDigest sha256 = sha256();
    for (Entry entry : manifest.getEntriesList()) {
      if (entry.getPath().equals(network.getEntry())) {
        sha256.update(entry.getSha256().asReadOnlyByteBuffer());
      }
    }
    sha256.update(network.getSession().toByteArray());
    sha256.update(stage.getPreprocessing().toByteArray());
    sha256.update(stage.getViewsList().toString().getBytes(StandardCharsets.UTF_8));
    sha256.update(stage.getOutputsList().toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(sha256.digest());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
