package dev.amulet.format;

import dev.amulet.format.v1.Manifest;

/** Every rule of the entries behind a manifest that was checked. */
final class ContentChecker {
  private ContentChecker() {}

  static void check(Manifest manifest, Contents contents, Where where) throws ArtifactException {
    Capabilities.requireListed(
        Capabilities.of(manifest, contents), manifest.getRequiredCapabilitiesList(), where);
  }
}
