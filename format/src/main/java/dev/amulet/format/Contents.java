package dev.amulet.format;

import dev.amulet.format.v1.Table;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.format.v1.Verification;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The entries behind a manifest, parsed once.
 *
 * @param networks ONNX bytes by path
 */
record Contents(
    Map<String, ByteBuffer> networks,
    Map<String, TreeEnsemble> trees,
    Map<String, Table> tables,
    @Nullable Verification verification) {

  static Contents parse(Map<String, ByteBuffer> entries, Where where) throws ArtifactException {
    Map<String, ByteBuffer> networks = new HashMap<>();
    Map<String, TreeEnsemble> trees = new HashMap<>();
    Map<String, Table> tables = new HashMap<>();
    Verification verification = null;
    for (Map.Entry<String, ByteBuffer> entry : entries.entrySet()) {
      String path = entry.getKey();
      ByteBuffer bytes = entry.getValue();
      if (path.startsWith(EntryName.NETWORKS)) {
        networks.put(path, bytes);
      } else if (path.startsWith(EntryName.TREES)) {
        trees.put(path, Messages.trees(bytes, where.entry(path)));
      } else if (path.startsWith(EntryName.TABLES)) {
        tables.put(path, Messages.table(bytes, where.entry(path)));
      } else if (path.equals(EntryName.VERIFICATION)) {
        verification = Messages.verification(bytes, where.entry(path));
      }
    }
    return new Contents(networks, trees, tables, verification);
  }
}
