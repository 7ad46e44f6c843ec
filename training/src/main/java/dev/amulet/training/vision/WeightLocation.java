package dev.amulet.training.vision;

import java.net.URI;

/**
 * A public place of a weight file. None of them could be tried where the catalogue was written:
 * addresses follow timm's source.
 *
 * @param address http or https
 * @param sha256Prefix leading hexadecimal digits of the file's SHA-256 as its publisher states
 *     them; empty when nobody does: then the digest of the first download is recorded and holds
 */
public record WeightLocation(String address, String sha256Prefix) {
  private static final String RELEASES =
      "https://github.com/huggingface/pytorch-image-models/releases/download/";

  /** A model of timm's collection, such as {@code resnet50.ra_in1k}. */
  static WeightLocation hub(String model) {
    return new WeightLocation(
        "https://huggingface.co/timm/" + model + "/resolve/main/model.safetensors", "");
  }

  /** A file of timm's releases, whose name ends in digits of its digest. */
  static WeightLocation release(String path) {
    int dash = path.lastIndexOf('-');
    return new WeightLocation(
        RELEASES + path, path.substring(dash + 1, path.length() - ".pth".length()));
  }

  /** A file of PyTorch's own collection, whose name ends in digits of its digest. */
  static WeightLocation pytorch(String file) {
    int dash = file.lastIndexOf('-');
    return new WeightLocation(
        "https://download.pytorch.org/models/" + file,
        file.substring(dash + 1, file.length() - ".pth".length()));
  }

  /** The last part of the address. */
  public String fileName() {
    String path = URI.create(address).getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
