package dev.amulet.training.data;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * File names found as people write them: letter case and the kind of slash do not count, a name
 * without extension is looked up among the stems, and one without folder among all files. Two files
 * that fit are none. Immutable.
 */
final class NameIndex {
  private static final String AMBIGUOUS = "";

  private final Map<String, String> byPath = new HashMap<>();
  private final Map<String, String> byStem = new HashMap<>();
  private final Map<String, String> byName = new HashMap<>();

  /**
   * @param names relative paths with forward slashes
   */
  NameIndex(Collection<String> names) {
    for (String name : names) {
      String key = key(name);
      put(byPath, key, name);
      put(byName, lastSegment(key), name);
      if (FileNames.looksLikeImage(name)) {
        String stem = key.substring(0, key.lastIndexOf('.'));
        put(byStem, stem, name);
        if (stem.indexOf('/') >= 0) {
          put(byStem, lastSegment(stem), name);
        }
      }
    }
  }

  /**
   * The file that a cell means.
   *
   * @param base folder that relative cells start from, "" or ending in a slash
   */
  Optional<String> find(String base, String cell) {
    String found = byPath.get(key(FileNames.relative(base + cell)));
    String wanted = key(FileNames.relative(cell));
    found = found == null ? byPath.get(wanted) : found;
    if (found == null && !wanted.isEmpty()) {
      found = loosely(wanted);
    }
    return found == null || found.equals(AMBIGUOUS) ? Optional.empty() : Optional.of(found);
  }

  private @Nullable String loosely(String wanted) {
    if (!FileNames.looksLikeImage(wanted)) {
      return byStem.get(wanted);
    }
    return wanted.indexOf('/') < 0 ? byName.get(wanted) : null;
  }

  private static String key(String name) {
    return name.toLowerCase(java.util.Locale.ROOT);
  }

  private static String lastSegment(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static void put(Map<String, String> map, String key, String name) {
    map.merge(key, name, (a, b) -> AMBIGUOUS);
  }
}
