package dev.amulet.training;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.training.data.ColumnProfile;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.feature.FeaturePlan;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.feature.PipelineBuilder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Shows each network a few pictures of the data to see how long one takes. */
final class NetworkProbe {
  /** Pictures whose time is taken. */
  static final int PICTURES = 16;

  /** The first passes are slow, because Java has not compiled what they need. */
  private static final long SPEND_NS = 2_000_000_000L;

  private NetworkProbe() {}

  /**
   * What one network costs.
   *
   * @param bytes of the network in the amulet
   * @param msPerImage from the picture's bytes to the embedding; NaN when there is no picture
   */
  record Cost(String name, long bytes, double msPerImage) {}

  /** The cost of each network; nothing is kept. */
  static List<Cost> of(ExperimentConfig config, Groundwork ground) {
    List<Cost> costs = new ArrayList<>();
    for (NamedBackbone backbone : ground.backbones()) {
      costs.add(
          new Cost(
              backbone.backbone().name(),
              backbone.onnx().length,
              ms(config, ground.data(), backbone)));
    }
    return costs;
  }

  /** Milliseconds per image; NaN without a picture. */
  static double ms(ExperimentConfig config, ExperimentData data, NamedBackbone backbone) {
    List<ColumnProfile> columns = data.profile().inputs(ColumnType.IMAGE);
    int[] rows = differentPictures(data.table(), columns.get(0).name());
    if (rows.length == 0) {
      return Double.NaN;
    }
    try (EmbeddingStore unused = EmbeddingStore.inMemory(1)) {
      Drafts drafts =
          new Drafts(
              config.name(),
              data.schema(),
              List.of(backbone),
              data.table().images(),
              unused,
              config.threads());
      PipelineBuilder pipeline = new PipelineBuilder(data.schema());
      FeaturePlan.layOut(pipeline, data.schema(), List.of(backbone));
      long ns = drafts.featureNs(pipeline, data.table().subset(rows), SPEND_NS);
      return ns / 1e6 / rows.length / columns.size();
    }
  }

  /** Rows whose pictures differ. */
  private static int[] differentPictures(Dataset table, String column) {
    int index = table.columnIndex(column);
    Set<String> seen = new HashSet<>();
    List<Integer> rows = new ArrayList<>();
    for (int row = 0; row < table.rows() && rows.size() < PICTURES; row++) {
      String cell = table.cell(row, index);
      if (cell != null && seen.add(cell)) {
        rows.add(row);
      }
    }
    return rows.stream().mapToInt(Integer::intValue).toArray();
  }
}
