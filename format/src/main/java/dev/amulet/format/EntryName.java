package dev.amulet.format;

/** The rules for names of entries: no name can point outside the file or be read in two ways. */
final class EntryName {
  static final String MANIFEST = "manifest.pb";
  static final String MANIFEST_JSON = "manifest.json";
  static final String VERIFICATION = "verification.pb";
  static final String EXAMPLE = "example.csv";
  static final String NETWORKS = "networks/";
  static final String TREES = "trees/";
  static final String TABLES = "tables/";
  static final String INSIGHTS = "insights/";
  static final int MAX_CHARS = 200;

  private EntryName() {}

  static void check(String name, Where where) throws ArtifactException {
    Where at = where.at("entry " + Where.quote(name));
    if (name.isEmpty() || name.length() > MAX_CHARS) {
      throw at.bad("a name of " + name.length() + " bytes, expected 1 to " + MAX_CHARS);
    }
    for (int i = 0; i < name.length(); i++) {
      if (!allowed(name.charAt(i))) {
        throw at.bad(
            "the name holds the byte 0x"
                + Integer.toHexString(name.charAt(i))
                + "; expected ASCII letters, digits, '.', '_', '-' and '/' only");
      }
    }
    if (name.startsWith("/")) {
      throw at.bad("an absolute name, expected a relative one");
    }
    for (String part : name.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw at.bad(
            "the name has the part " + Where.quote(part) + ", expected no empty part, '.' or '..'");
      }
    }
    if (!known(name)) {
      throw at.bad(
          "no entry of an amulet has this name; expected manifest.pb, manifest.json,"
              + " networks/<id>.onnx, trees/<id>.pb, tables/<id>.pb, verification.pb,"
              + " insights/<name> or example.csv");
    }
  }

  private static boolean allowed(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-'
        || c == '/';
  }

  private static boolean known(String name) {
    return name.equals(MANIFEST)
        || name.equals(MANIFEST_JSON)
        || name.equals(VERIFICATION)
        || name.equals(EXAMPLE)
        || name.startsWith(INSIGHTS)
        || isFlat(name, NETWORKS, ".onnx")
        || isFlat(name, TREES, ".pb")
        || isFlat(name, TABLES, ".pb");
  }

  static boolean isFlat(String name, String folder, String extension) {
    return name.startsWith(folder)
        && name.endsWith(extension)
        && name.length() > folder.length() + extension.length()
        && name.indexOf('/', folder.length()) < 0;
  }
}
