package dev.amulet.format;

import dev.amulet.format.v1.Entry;
import dev.amulet.format.v1.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The order in which an amulet is checked: structure, manifest, digests, contents. */
final class ArtifactOpener {
  private final ByteSource source;
  private final Where where;

  ArtifactOpener(ByteSource source, Where where) {
    this.source = source;
    this.where = where;
  }

  Artifact open(boolean metadataOnly) throws ArtifactException, IOException {
    List<StoredEntry> stored = ZipReader.read(source, where);
    StoredEntry first = stored.get(0);
    Where inManifest = where.entry(EntryName.MANIFEST);
    if (!first.name().equals(EntryName.MANIFEST)) {
      throw inManifest.bad(
          "the first entry is " + Where.quote(first.name()) + ", expected \"manifest.pb\"");
    }
    if (first.size() > Messages.MAX_MANIFEST_BYTES) {
      throw inManifest.bad(
          "a manifest of "
              + first.size()
              + " bytes, expected at most "
              + Messages.MAX_MANIFEST_BYTES);
    }
    ByteBuffer manifestBytes = source.map(first.dataOffset(), first.size());
    Digests digests = Digests.of(manifestBytes);
    requireCrc(first, digests);
    Manifest manifest = Messages.manifest(manifestBytes, inManifest);
    ManifestChecker.check(manifest, inManifest);
    requireSameEntries(stored, manifest.getEntriesList(), inManifest);

    Map<String, ByteBuffer> entries = new LinkedHashMap<>();
    Contents contents = null;
    if (!metadataOnly) {
      entries.put(first.name(), manifestBytes);
      for (int i = 1; i < stored.size(); i++) {
        StoredEntry entry = stored.get(i);
        ByteBuffer bytes = source.map(entry.dataOffset(), entry.size());
        requireDigest(entry, manifest.getEntries(i - 1), bytes);
        entries.put(entry.name(), bytes);
      }
      contents = Contents.parse(entries, where);
      ContentChecker.check(manifest, contents, where);
    }
    List<String> names = stored.stream().map(StoredEntry::name).toList();
    return new Artifact(manifest, digests.hex(), source.size(), names, entries, contents);
  }

  private static void requireSameEntries(List<StoredEntry> stored, List<Entry> listed, Where where)
      throws ArtifactException {
    Map<String, Integer> positions = new HashMap<>();
    for (int i = 0; i < listed.size(); i++) {
      positions.put(listed.get(i).getPath(), i);
    }
    for (int i = 1; i < stored.size(); i++) {
      StoredEntry entry = stored.get(i);
      Integer position = positions.get(entry.name());
      if (position == null) {
        throw where.bad(
            "the file has an entry "
                + Where.quote(entry.name())
                + " that the manifest does not list");
      }
      Where row = where.at("entries", position).named(entry.name());
      if (position != i - 1) {
        throw row.bad("is entry " + i + " of the file, expected entry " + (position + 1));
      }
      long size = listed.get(position).getSize();
      if (size != entry.size()) {
        throw row.bad(
            "size " + Long.toUnsignedString(size) + ", the entry has " + entry.size() + " bytes");
      }
    }
    if (listed.size() != stored.size() - 1) {
      throw where
          .at("entries", stored.size() - 1)
          .named(listed.get(stored.size() - 1).getPath())
          .bad("the manifest lists an entry that the file does not have");
    }
  }

  private void requireDigest(StoredEntry entry, Entry listed, ByteBuffer bytes)
      throws ArtifactException {
    Digests digests = Digests.of(bytes);
    if (!digests.sha256().equals(listed.getSha256())) {
      throw where
          .entry(entry.name())
          .bad(
              "SHA-256 "
                  + digests.hex()
                  + ", the manifest expects "
                  + HexFormat.of().formatHex(listed.getSha256().toByteArray())
                  + "; the file is damaged or was changed, fetch it again");
    }
    requireCrc(entry, digests);
  }

  private void requireCrc(StoredEntry entry, Digests digests) throws ArtifactException {
    if (digests.crc() != entry.crc()) {
      throw where
          .entry(entry.name())
          .bad(
              String.format(
                  "CRC-32 %08x, the header says %08x; the file is damaged, fetch it again",
                  digests.crc(), entry.crc()));
    }
  }
}
