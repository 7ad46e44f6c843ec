package dev.amulet.format;

import java.util.Locale;

/**
 * A place in an amulet, for error texts: the file, the entry, the field path.
 *
 * @param text for instance {@code amulet "price.amulet" manifest.pb pipeline.stages[3] "pca"}
 * @param path the field path so far, part of the text; empty at the start of an entry
 */
record Where(String text, String path) {
  private static final int QUOTED_CHARS = 80;

  static Where amulet(String label) {
    return new Where("amulet " + quote(label), "");
  }

  /** The entry with this name in the same amulet. Only for a place that has no field path. */
  Where entry(String name) {
    return new Where(text + " " + clean(name), "");
  }

  /** A field below this place. */
  Where at(String field) {
    String separator = path.isEmpty() ? " " : ".";
    return new Where(text + separator + field, field);
  }

  /** An element of a repeated field below this place. */
  Where at(String field, int index) {
    return at(field + "[" + index + "]");
  }

  /** Adds the name that the thing at this place carries. */
  Where named(String name) {
    return new Where(text + " " + quote(name), path);
  }

  /** An exception that names this place. */
  ArtifactException bad(String problem) {
    return new ArtifactException(text + ": " + problem);
  }

  ArtifactException bad(String problem, Throwable cause) {
    return new ArtifactException(text + ": " + problem, cause);
  }

  /** Text from a file that may be hostile, quoted, cut and without control characters. */
  static String quote(String text) {
    return '"' + clean(text) + '"';
  }

  private static String clean(String text) {
    StringBuilder result = new StringBuilder();
    int shown = Math.min(text.length(), QUOTED_CHARS);
    for (int i = 0; i < shown; i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || c >= 0x7f) {
        result.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        result.append(c);
      }
    }
    return shown < text.length() ? result.append("...").toString() : result.toString();
  }
}
