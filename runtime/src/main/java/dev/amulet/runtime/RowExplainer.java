package dev.amulet.runtime;

import dev.amulet.runtime.ScoreOptions.Part;
import dev.amulet.runtime.internal.explain.MarginExplainer;
import dev.amulet.runtime.internal.pipeline.LoadedModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a finished row says beyond its score. Owned by a session. */
final class RowExplainer {
  private final LoadedModel model;
  private final List<String> columnNames;
  private MarginExplainer.@Nullable Scratch scratch;

  RowExplainer(Schema schema, LoadedModel model) {
    this.model = model;
    columnNames = schema.columns().stream().map(Column::name).toList();
  }

  /**
   * Everything the options ask for.
   *
   * @param slots of the finished row
   */
  PredictionDetails explain(float[] slots, ScoreOptions options) {
    Contributions transformed = null;
    Contributions original = null;
    boolean ofSlots = options.has(Part.CONTRIBUTIONS_TRANSFORMED);
    if (ofSlots || options.has(Part.CONTRIBUTIONS_ORIGINAL)) {
      MarginExplainer explainer = model.marginExplainer();
      if (scratch == null) {
        scratch = explainer.newScratch();
      }
      double[] values = new double[explainer.outputs() * explainer.slots()];
      double[] bias = new double[explainer.outputs()];
      explainer.explain(slots, values, bias, scratch);
      if (options.has(Part.CONTRIBUTIONS_ORIGINAL)) {
        original =
            new Contributions(
                FeatureSpace.ORIGINAL,
                columnNames,
                bias,
                model.columnRollUp().rollUp(slots, values));
      }
      if (ofSlots) {
        transformed = new Contributions(FeatureSpace.TRANSFORMED, model.slotNames(), bias, values);
      }
    }
    return new PredictionDetails(transformed, original);
  }
}
