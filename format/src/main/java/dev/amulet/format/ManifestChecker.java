package dev.amulet.format;

import dev.amulet.format.v1.Kind;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Provenance;
import dev.amulet.format.v1.WeightLineage;

/**
 * Every rule of the manifest that needs no other entry, each in one place. What passes here needs
 * no second check behind it.
 */
final class ManifestChecker {
  private ManifestChecker() {}

  /**
   * @param where the manifest entry
   */
  static void check(Manifest manifest, Where where) throws ArtifactException {
    // What a newer format says is unknown here, so its version and needs come before all else.
    FormatVersion.of(manifest.getFormatMajor(), manifest.getFormatMinor(), where);
    Capabilities.requireKnown(manifest.getRequiredCapabilitiesList(), where);
    GenericChecker.check(manifest, where);
    Capabilities.requireListed(
        Capabilities.of(manifest), manifest.getRequiredCapabilitiesList(), where);
    kind(manifest, where);
    if (manifest.getName().isBlank()) {
      throw where.at("name").bad("empty, expected a name for the model");
    }
    SchemaChecker.check(manifest.getSchema(), where);
    NetworkChecker.check(manifest.getNetworksList(), where);
    if (manifest.getKind() == Kind.MODEL) {
      OutputsChecker.check(manifest.getOutputs(), manifest.getSchema(), where.at("outputs"));
    }
    new PipelineChecker(manifest, where).check();
    ReferenceChecker.check(manifest, where);
    provenance(manifest.getProvenance(), where.at("provenance"));
  }

  private static void kind(Manifest manifest, Where where) throws ArtifactException {
    boolean model = manifest.getKind() == Kind.MODEL;
    if (manifest.hasOutputs() != model) {
      throw where
          .at("outputs")
          .bad(model ? "not set in a MODEL, expected outputs" : "set in a DRAFT, expected none");
    }
    if (manifest.getPipeline().getFinalStage().isEmpty() == model) {
      throw where
          .at("pipeline.final_stage")
          .bad(
              model
                  ? "empty in a MODEL, expected the id of a model stage"
                  : "set in a DRAFT, expected none");
    }
  }

  private static void provenance(Provenance provenance, Where where) throws ArtifactException {
    digest(provenance.getDataSha256().size(), where.at("data_sha256"));
    for (int i = 0; i < provenance.getWeightsCount(); i++) {
      WeightLineage weights = provenance.getWeights(i);
      digest(weights.getSha256().size(), where.at("weights", i).at("sha256"));
    }
  }

  private static void digest(int bytes, Where where) throws ArtifactException {
    if (bytes != 0 && bytes != 32) {
      throw where.bad(bytes + " bytes, expected 32 or none");
    }
  }
}
