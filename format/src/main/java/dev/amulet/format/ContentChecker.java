package dev.amulet.format;

import dev.amulet.format.v1.ImageStage;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Network;
import dev.amulet.format.v1.Stage;
import dev.amulet.format.v1.Table;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.format.v1.Verification;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every rule of the entries behind a manifest that was checked. */
final class ContentChecker {
  private final Manifest manifest;
  private final Contents contents;
  private final Where where;

  private ContentChecker(Manifest manifest, Contents contents, Where where) {
    this.manifest = manifest;
    this.contents = contents;
    this.where = where;
  }

  static void check(Manifest manifest, Contents contents, Where where) throws ArtifactException {
    new ContentChecker(manifest, contents, where).check();
  }

  private void check() throws ArtifactException {
    for (TreeEnsemble trees : contents.trees().values()) {
      TreeChecker.requireCodec(trees, where);
    }
    Capabilities.requireListed(
        Capabilities.of(manifest, contents),
        manifest.getRequiredCapabilitiesList(),
        where.entry(EntryName.MANIFEST));
    networks();
    int margins = manifest.hasOutputs() ? OutputsChecker.margins(manifest.getOutputs()) : 0;
    List<Stage> stages = manifest.getPipeline().getStagesList();
    for (int i = 0; i < stages.size(); i++) {
      Stage stage = stages.get(i);
      if (stage.hasTree()) {
        String path = stage.getTree().getTrees();
        TreeEnsemble trees = present(contents.trees(), path);
        new TreeChecker(trees, where.entry(path)).check(stage.getReadsList(), margins);
      } else if (StageTables.has(stage)) {
        String path = StageTables.path(stage);
        Table table = present(contents.tables(), path);
        new TableChecker(table, where.entry(path)).check(stage, manifest.getSchema(), margins);
      }
    }
    Verification verification = contents.verification();
    if (verification != null) {
      new VerificationChecker(manifest, where.entry(EntryName.VERIFICATION)).check(verification);
    }
  }

  private void networks() throws ArtifactException {
    Map<String, OnnxSummary> summaries = new HashMap<>();
    for (Network network : manifest.getNetworksList()) {
      ByteBuffer onnx = present(contents.networks(), network.getEntry());
      Where at = where.entry(network.getEntry());
      OnnxSummary summary = OnnxScanner.scan(onnx, at);
      GraphChecker.check(network, summary, at);
      summaries.put(network.getId(), summary);
    }
    List<Stage> stages = manifest.getPipeline().getStagesList();
    for (int i = 0; i < stages.size(); i++) {
      if (stages.get(i).hasImage()) {
        ImageStage image = stages.get(i).getImage();
        Where at =
            where
                .entry(EntryName.MANIFEST)
                .at("pipeline.stages", i)
                .named(stages.get(i).getId())
                .at("image.preprocessing");
        GraphChecker.checkSize(
            image.getPreprocessing(), present(summaries, image.getNetwork()), at);
      }
    }
  }

  /** What the manifest's checker has made sure of. */
  private static <T> T present(Map<String, T> byName, String name) {
    T value = byName.get(name);
    if (value == null) {
      throw new IllegalStateException("unchecked reference to " + name);
    }
    return value;
  }
}
