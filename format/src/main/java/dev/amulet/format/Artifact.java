package dev.amulet.format;

import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Table;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.format.v1.Verification;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An amulet that was opened and checked: what stands behind this type obeys every rule of {@code
 * FORMAT.md}, so that no reader of it needs to check again.
 *
 * <p>Immutable and safe for use by many threads. Entries are memory-mapped when the amulet was
 * opened from a file; mappings end when they are garbage, not at {@link #close}. A file that is
 * replaced by a rename, as {@link ArtifactWriter} does, does not disturb amulets already open; one
 * that is overwritten in place does.
 */
public final class Artifact implements AutoCloseable {
  private final Manifest manifest;
  private final String id;
  private final long sizeBytes;
  private final List<String> entryNames;
  private final Map<String, ByteBuffer> entries;
  private final @Nullable Contents contents;
  private volatile boolean closed;

  Artifact(
      Manifest manifest,
      String id,
      long sizeBytes,
      List<String> entryNames,
      Map<String, ByteBuffer> entries,
      @Nullable Contents contents) {
    this.manifest = manifest;
    this.id = id;
    this.sizeBytes = sizeBytes;
    this.entryNames = List.copyOf(entryNames);
    this.entries = Map.copyOf(entries);
    this.contents = contents;
  }

  /**
   * Opens an amulet and checks all of it: structure, every digest, the manifest, every table, tree
   * and network.
   *
   * @throws ArtifactException when the file cannot be read or is not an amulet this version can use
   */
  public static Artifact open(Path file) throws ArtifactException {
    return open(file, label(file), false);
  }

  /**
   * Opens an amulet held in memory, from the buffer's position to its limit, and checks all of it.
   *
   * @param bytes not copied, and must not change afterwards; its position stays
   * @param label what error texts call this amulet, for instance its file name
   */
  public static Artifact open(ByteBuffer bytes, String label) throws ArtifactException {
    Where where = Where.amulet(label);
    try {
      return new ArtifactOpener(new ByteSource.Memory(bytes.duplicate()), where).open(false);
    } catch (IOException e) {
      throw where.bad("cannot be read: " + e, e);
    }
  }

  /**
   * Opens an amulet for its manifest only: structure and manifest are checked, entries are neither
   * read nor checked, and asking for one throws {@link IllegalStateException}.
   */
  public static Artifact openMetadata(Path file) throws ArtifactException {
    return open(file, label(file), true);
  }

  static Artifact open(Path file, String label, boolean metadataOnly) throws ArtifactException {
    Where where = Where.amulet(label);
    // Before opening: to open a pipe would wait for its writer.
    if (!Files.isRegularFile(file)) {
      throw where.bad(
          Files.exists(file)
              ? "not a regular file; expected an amulet file"
              : "no such file; expected the path of an amulet file");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteSource source = new ByteSource.Mapped(channel, channel.size());
      return new ArtifactOpener(source, where).open(metadataOnly);
    } catch (NoSuchFileException e) {
      throw where.bad("no such file; expected the path of an amulet file", e);
    } catch (IOException e) {
      throw where.bad("cannot be read: " + e, e);
    }
  }

  private static String label(Path file) {
    Path name = file.getFileName();
    return name == null ? file.toString() : name.toString();
  }

  public Manifest manifest() {
    return manifest;
  }

  /**
   * The manifest as people read it: field names as in the {@code .proto} files, enums by name,
   * digests in hexadecimal. Ends with a line break.
   */
  public String manifestJson() {
    return ManifestJson.print(manifest);
  }

  /** Lower-case hexadecimal SHA-256 of {@code manifest.pb}: the same id means the same amulet. */
  public String id() {
    return id;
  }

  /** Size of the whole file. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** Names of all entries in file order, {@code manifest.pb} first. */
  public List<String> entryNames() {
    return entryNames;
  }

  /**
   * The bytes of an entry: read-only, big-endian by default, a fresh view on every call. Direct
   * (memory-mapped) when the amulet was opened from a file.
   *
   * @throws IllegalArgumentException when there is no such entry
   * @throws IllegalStateException when closed or opened for metadata only
   */
  public ByteBuffer entry(String path) {
    contents();
    return require(entries.get(path), path).duplicate();
  }

  /** The tree ensemble in an entry, parsed once when the amulet was opened. */
  public TreeEnsemble trees(String path) {
    return require(contents().trees().get(path), path);
  }

  /** The fitted table in an entry, parsed once when the amulet was opened. */
  public Table table(String path) {
    return require(contents().tables().get(path), path);
  }

  /** The rows this amulet must reproduce, when it has some. */
  public Optional<Verification> verification() {
    return Optional.ofNullable(contents().verification());
  }

  private Contents contents() {
    if (closed) {
      throw new IllegalStateException("the amulet " + id + " is closed");
    }
    if (contents == null) {
      throw new IllegalStateException(
          "the amulet " + id + " was opened for its metadata only; use Artifact.open");
    }
    return contents;
  }

  private static <T> T require(@Nullable T value, String path) {
    if (value == null) {
      throw new IllegalArgumentException("no entry " + Where.quote(path) + " of this kind");
    }
    return value;
  }

  /** Ends access to the entries. Buffers already handed out stay valid. May be called twice. */
  @Override
  public void close() {
    closed = true;
  }
}
