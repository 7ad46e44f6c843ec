package dev.amulet.runtime.internal.source;

import dev.amulet.runtime.ImageSource;
import java.io.IOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Sends references of some schemes to one source and all others to another. */
public final class SchemeImageSource implements ImageSource {
  private final ImageSource rest;
  private final ImageSource special;
  private final Set<String> schemes = new HashSet<>();

  public SchemeImageSource(ImageSource rest, ImageSource special, String... schemes) {
    this.rest = rest;
    this.special = special;
    for (String scheme : schemes) {
      String lower = scheme.toLowerCase(Locale.ROOT);
      if (!Reference.scheme(lower + ":").equals(lower) || lower.isEmpty()) {
        throw new IllegalArgumentException(
            "\"" + scheme + "\" is no scheme; expected two letters or more, such as \"s3\"");
      }
      if (lower.equals("data")) {
        throw new IllegalArgumentException("data: is inline and never comes from a source");
      }
      this.schemes.add(lower);
    }
  }

  @Override
  public byte[] read(String reference, long maxBytes) throws IOException {
    boolean chosen = schemes.contains(Reference.scheme(reference));
    return (chosen ? special : rest).read(reference, maxBytes);
  }
}
