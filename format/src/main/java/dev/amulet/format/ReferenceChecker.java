package dev.amulet.format;

import dev.amulet.format.v1.Entry;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Network;
import dev.amulet.format.v1.Stage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Entries and what names them: each network, tree and table entry is named exactly once. */
final class ReferenceChecker {
  private static final int SHA256_BYTES = 32;

  private final Set<String> listed = new HashSet<>();
  private final Map<String, String> named = new HashMap<>();

  private ReferenceChecker() {}

  static void check(Manifest manifest, Where where) throws ArtifactException {
    ReferenceChecker checker = new ReferenceChecker();
    checker.entries(manifest, where);
    for (int i = 0; i < manifest.getNetworksCount(); i++) {
      Network network = manifest.getNetworks(i);
      checker.name(
          network.getEntry(),
          EntryName.NETWORKS,
          ".onnx",
          where.at("networks", i).named(network.getId()).at("entry"));
    }
    for (int i = 0; i < manifest.getPipeline().getStagesCount(); i++) {
      Stage stage = manifest.getPipeline().getStages(i);
      Where at = where.at("pipeline.stages", i).named(stage.getId());
      if (stage.hasTree()) {
        checker.name(stage.getTree().getTrees(), EntryName.TREES, ".pb", at.at("tree.trees"));
      } else if (StageTables.has(stage)) {
        checker.name(StageTables.path(stage), EntryName.TABLES, ".pb", at.at("table"));
      }
    }
    for (Entry entry : manifest.getEntriesList()) {
      String path = entry.getPath();
      boolean mustBeNamed =
          path.startsWith(EntryName.NETWORKS)
              || path.startsWith(EntryName.TREES)
              || path.startsWith(EntryName.TABLES);
      if (mustBeNamed && !checker.named.containsKey(path)) {
        throw where
            .at("entries")
            .named(path)
            .bad("no network or stage names this entry, expected one that does");
      }
    }
  }

  private void entries(Manifest manifest, Where where) throws ArtifactException {
    int count = manifest.getEntriesCount();
    if (count == 0 || !manifest.getEntries(0).getPath().equals(EntryName.MANIFEST_JSON)) {
      throw where
          .at("entries", 0)
          .bad(
              (count == 0 ? "none" : Where.quote(manifest.getEntries(0).getPath()))
                  + ", expected \"manifest.json\" right after manifest.pb");
    }
    for (int i = 0; i < count; i++) {
      Entry entry = manifest.getEntries(i);
      Where at = where.at("entries", i).named(entry.getPath());
      EntryName.check(entry.getPath(), where);
      if (entry.getPath().equals(EntryName.MANIFEST) || !listed.add(entry.getPath())) {
        throw at.bad("expected every entry but manifest.pb, each once");
      }
      if (entry.getSha256().size() != SHA256_BYTES) {
        throw at.at("sha256").bad(entry.getSha256().size() + " bytes, expected 32");
      }
    }
  }

  private void name(String path, String folder, String extension, Where where)
      throws ArtifactException {
    if (!EntryName.isFlat(path, folder, extension) || !listed.contains(path)) {
      throw where.bad(
          "names the entry "
              + Where.quote(path)
              + ", expected one of the file's entries "
              + folder
              + "<id>"
              + extension);
    }
    String other = named.put(path, where.text());
    if (other != null) {
      throw where.bad(
          "names the entry "
              + Where.quote(path)
              + ", which was named before; expected each to be named once");
    }
  }
}
