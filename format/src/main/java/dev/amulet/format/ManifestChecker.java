package dev.amulet.format;

import dev.amulet.format.v1.Manifest;

/** Every rule of the manifest that needs no other entry. */
final class ManifestChecker {
  private ManifestChecker() {}

  static void check(Manifest manifest, Where where) throws ArtifactException {
    FormatVersion.of(manifest.getFormatMajor(), manifest.getFormatMinor(), where);
    Capabilities.requireKnown(manifest.getRequiredCapabilitiesList(), where);
  }
}
