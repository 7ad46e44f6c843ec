package dev.amulet.training;

import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.ArtifactWriter;
import dev.amulet.format.v1.Cell;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Kind;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.MetricValue;
import dev.amulet.format.v1.Outputs;
import dev.amulet.format.v1.Provenance;
import dev.amulet.format.v1.Verification;
import dev.amulet.runtime.Column;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.training.feature.PipelineBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Puts everything an amulet carries into one writer. */
final class ModelAssembler {
  private final Drafts drafts;
  private final PipelineBuilder pipeline;
  private final Manifest manifest;

  ModelAssembler(Drafts drafts, PipelineBuilder pipeline, Outputs outputs, Provenance provenance) {
    this(
        drafts,
        pipeline,
        drafts
            .manifest(pipeline)
            .setKind(Kind.MODEL)
            .setOutputs(outputs)
            .setProvenance(provenance)
            .build());
  }

  private ModelAssembler(Drafts drafts, PipelineBuilder pipeline, Manifest manifest) {
    this.drafts = drafts;
    this.pipeline = pipeline;
    this.manifest = manifest;
  }

  /** The same with more figures about the model. */
  ModelAssembler withMetrics(List<MetricValue> metrics) {
    Manifest.Builder more = manifest.toBuilder();
    more.getProvenanceBuilder().addAllMetrics(metrics);
    return new ModelAssembler(drafts, pipeline, more.build());
  }

  /** The model in memory, as it will score; the caller closes it. */
  Scorer open(ScorerOptions options) {
    try {
      return Scorer.open(Artifact.open(ByteBuffer.wrap(writer().toBytes()), "model"), options);
    } catch (ArtifactException e) {
      throw new IllegalStateException("training made an amulet that does not open", e);
    }
  }

  /**
   * A writer that only needs to be told where to write.
   *
   * @param verificationRows gives the cells of the rows that the amulet checks itself with
   * @param metricsJson shown by whoever inspects the amulet
   */
  ArtifactWriter assemble(Function<Scorer, List<List<Cell>>> verificationRows, String metricsJson) {
    Verification verification;
    String example;
    try (Scorer scorer = open(ScorerOptions.builder().build())) {
      verification = scorer.recordVerification(verificationRows.apply(scorer));
      example = exampleCsv(scorer);
    }
    return writer()
        .add("verification.pb", verification.toByteArray())
        .add("insights/metrics.json", metricsJson.getBytes(StandardCharsets.UTF_8))
        .add("example.csv", example.getBytes(StandardCharsets.UTF_8));
  }

  private ArtifactWriter writer() {
    return drafts.writer(pipeline, manifest);
  }

  /** A header and one typical row; image cells are left empty, for no picture travels as a path. */
  private static String exampleCsv(Scorer scorer) {
    List<Column> columns = scorer.schema().columns();
    String header = columns.stream().map(c -> csv(c.name())).collect(Collectors.joining(","));
    String row =
        columns.stream()
            .map(c -> c.type() == ColumnType.IMAGE ? "" : csv(c.example()))
            .collect(Collectors.joining(","));
    return header + "\n" + row + "\n";
  }

  private static String csv(String cell) {
    return cell.matches("(?s).*[\",\r\n].*") ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
  }
}
