package dev.amulet.format;

import dev.amulet.format.v1.Entry;
import dev.amulet.format.v1.Manifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Packs a manifest and its entries into an amulet.
 *
 * <p>The same manifest and entries in the same order always give the same bytes. For one thread.
 */
public final class ArtifactWriter {
  private final Manifest manifest;
  private final Map<String, byte[]> added = new LinkedHashMap<>();

  /**
   * @param manifest everything but {@code format_major}, {@code format_minor}, {@code
   *     required_capabilities} and {@code entries}, which the writer fills in
   */
  public ArtifactWriter(Manifest manifest) {
    this.manifest = manifest;
  }

  /**
   * Adds an entry after those already added.
   *
   * @param path for instance {@code networks/base.onnx}, {@code trees/m1.pb}, {@code
   *     insights/metrics.json}
   * @param bytes not copied; must not change until the amulet is written
   * @throws IllegalArgumentException when the entry was added before or is one the writer makes
   */
  public ArtifactWriter add(String path, byte[] bytes) {
    if (path.equals(EntryName.MANIFEST) || path.equals(EntryName.MANIFEST_JSON)) {
      throw new IllegalArgumentException("the writer makes " + path + " itself");
    }
    if (added.putIfAbsent(path, bytes) != null) {
      throw new IllegalArgumentException("entry " + Where.quote(path) + " was added before");
    }
    return this;
  }

  /** The amulet as bytes, after the checks that a reader would make. */
  public byte[] toBytes() throws ArtifactException {
    String label = manifest.getName();
    ZipWriter zip = layOut(Where.amulet(label));
    if (zip.size() > Integer.MAX_VALUE - 16) {
      throw Where.amulet(label)
          .bad("would be " + zip.size() + " bytes, more than one array holds; write it to a file");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream((int) zip.size());
    try {
      zip.writeTo(Channels.newChannel(out));
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail to be written to", e);
    }
    byte[] bytes = out.toByteArray();
    Artifact.open(ByteBuffer.wrap(bytes), label).close();
    return bytes;
  }

  /**
   * Writes the amulet, in the place of any file of that name, after the checks that a reader would
   * make. The name shows the complete old or the complete new file at every moment, and what was
   * written is on the disk when this returns. On failure nothing is left behind.
   *
   * @return the id of the amulet
   * @throws ArtifactException when the amulet breaks a rule, or cannot be written
   */
  public String write(Path target) throws ArtifactException {
    return write(target, FileOperations.REAL);
  }

  String write(Path target, FileOperations files) throws ArtifactException {
    String label = String.valueOf(target.getFileName());
    ZipWriter zip = layOut(Where.amulet(label));
    String[] id = new String[1];
    try {
      new AtomicFile(files)
          .write(
              target,
              zip::writeTo,
              written -> {
                try (Artifact artifact = Artifact.open(written, label, false)) {
                  id[0] = artifact.id();
                }
              });
    } catch (IOException e) {
      throw Where.amulet(label)
          .bad("cannot be written to " + target.toAbsolutePath().getParent() + ": " + e, e);
    }
    return id[0];
  }

  private ZipWriter layOut(Where where) throws ArtifactException {
    Map<String, ByteBuffer> views = new LinkedHashMap<>();
    added.forEach((path, bytes) -> views.put(path, ByteBuffer.wrap(bytes)));
    Contents contents = Contents.parse(views, where);
    Manifest.Builder filled =
        manifest.toBuilder()
            .setFormatMajor(FormatVersion.CURRENT.major())
            .setFormatMinor(FormatVersion.CURRENT.minor())
            .clearEntries()
            .clearRequiredCapabilities();
    filled.addAllRequiredCapabilities(Capabilities.of(filled.buildPartial(), contents));
    Map<String, Integer> crcs = new LinkedHashMap<>();
    added.forEach((path, bytes) -> filled.addEntries(entry(path, bytes, crcs)));
    byte[] json = ManifestJson.print(filled.buildPartial()).getBytes(StandardCharsets.UTF_8);
    filled.addEntries(0, entry(EntryName.MANIFEST_JSON, json, crcs));
    byte[] manifestBytes = filled.build().toByteArray();
    crcs.put(EntryName.MANIFEST, Digests.of(ByteBuffer.wrap(manifestBytes)).crc());

    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put(EntryName.MANIFEST, manifestBytes);
    all.put(EntryName.MANIFEST_JSON, json);
    all.putAll(added);
    return new ZipWriter(all, crcs, where);
  }

  private static Entry entry(String path, byte[] bytes, Map<String, Integer> crcs) {
    Digests digests = Digests.of(ByteBuffer.wrap(bytes));
    crcs.put(path, digests.crc());
    return Entry.newBuilder()
        .setPath(path)
        .setSize(bytes.length)
        .setSha256(digests.sha256())
        .build();
  }
}
