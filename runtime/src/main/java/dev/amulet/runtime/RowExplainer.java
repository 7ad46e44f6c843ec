package dev.amulet.runtime;

import dev.amulet.runtime.ScoreOptions.Part;
import dev.amulet.runtime.internal.explain.ActivationHead;
import dev.amulet.runtime.internal.explain.ImageLayout;
import dev.amulet.runtime.internal.explain.MarginExplainer;
import dev.amulet.runtime.internal.output.OutputKernel;
import dev.amulet.runtime.internal.pipeline.FeatureMap;
import dev.amulet.runtime.internal.pipeline.LoadedModel;
import dev.amulet.runtime.internal.pipeline.PipelineSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a finished row says beyond its score. Owned by a session. */
final class RowExplainer {
  private final LoadedModel model;
  private final Schema schema;
  private final List<String> columnNames;
  private final List<ImageLayout> images;
  private MarginExplainer.@Nullable Scratch scratch;

  RowExplainer(Schema schema, List<ImageLayout> images, LoadedModel model) {
    this.schema = schema;
    this.images = images;
    this.model = model;
    columnNames = schema.columns().stream().map(Column::name).toList();
  }

  /**
   * Everything the options ask for.
   *
   * @param index of a finished row
   * @param unusual values of the row
   */
  PredictionDetails explain(
      PipelineSession pipeline, int index, ScoreOptions options, List<UnusualValue> unusual) {
    float[] slots = pipeline.slots(index);
    Contributions transformed = null;
    Contributions original = null;
    boolean ofSlots = options.has(Part.CONTRIBUTIONS_TRANSFORMED);
    if (ofSlots || options.has(Part.CONTRIBUTIONS_ORIGINAL)) {
      transformed = contributions(slots, pipeline.margins(index));
      if (options.has(Part.CONTRIBUTIONS_ORIGINAL)) {
        original = transformed.in(columnNames, model.columnRollUp(), slots);
      }
    }
    return new PredictionDetails(
        ofSlots ? transformed : null,
        original,
        options.has(Part.INTERVALS) ? intervals(pipeline.margins(index)) : null,
        options.has(Part.EMBEDDINGS) ? embeddings(slots) : null,
        options.has(Part.ACTIVATION_MAPS) ? activationMaps(pipeline.featureMaps(index)) : null,
        options.has(Part.UNUSUAL_VALUES) ? unusual : null);
  }

  private Contributions contributions(float[] slots, double[] margins) {
    MarginExplainer explainer = model.marginExplainer();
    if (scratch == null) {
      scratch = explainer.newScratch();
    }
    double[] values = new double[explainer.outputs() * explainer.slots()];
    double[] bias = new double[explainer.outputs()];
    explainer.explain(slots, values, bias, scratch);
    // Trees sum their leaves in float32, as they were trained; what that rounds away is no slot's.
    for (int k = 0; k < bias.length; k++) {
      double sum = bias[k];
      for (int slot = 0; slot < explainer.slots(); slot++) {
        sum += values[k * explainer.slots() + slot];
      }
      bias[k] += margins[k] - sum;
    }
    return new Contributions(FeatureSpace.TRANSFORMED, model.slotNames(), bias, values);
  }

  private List<Interval> intervals(double[] margins) {
    OutputKernel outputs = model.outputs();
    List<Interval> intervals = new ArrayList<>();
    for (int i = 0; i < outputs.intervals(); i++) {
      intervals.add(
          new Interval(outputs.coverage(i), outputs.lower(margins, i), outputs.upper(margins, i)));
    }
    return List.copyOf(intervals);
  }

  private List<Embedding> embeddings(float[] slots) {
    List<Embedding> embeddings = new ArrayList<>();
    for (ImageLayout image : images) {
      float[] values = Arrays.copyOfRange(slots, image.first(), image.first() + image.width());
      if (slots[image.missingSlot()] == 1) {
        Arrays.fill(values, Float.NaN);
      }
      embeddings.add(new Embedding(image.columnName(), image.network(), values));
    }
    return List.copyOf(embeddings);
  }

  private List<ActivationMap> activationMaps(List<FeatureMap> features) {
    List<ActivationMap> maps = new ArrayList<>();
    for (ImageLayout image : images) {
      ActivationHead head = model.activationHeads().get(image.stage());
      for (FeatureMap map : features) {
        if (head != null && map.stage() == image.stage()) {
          maps.add(activationMap(image, head, map));
        }
      }
    }
    return List.copyOf(maps);
  }

  private ActivationMap activationMap(ImageLayout image, ActivationHead head, FeatureMap map) {
    int positions = map.height() * map.width();
    int classes = Math.max(1, schema.classes().size());
    float[][] values = new float[classes][];
    for (int k = 0; k < head.outputs(); k++) {
      values[k] = head.map(map.values(), positions, k);
    }
    if (classes == 2) {
      // The margin is that of the second class; what speaks for one speaks against the other.
      values[1] = values[0];
      values[0] = new float[positions];
      for (int p = 0; p < positions; p++) {
        values[0][p] = -values[1][p];
      }
    }
    return new ActivationMap(
        image.columnName(),
        image.network(),
        map.image(),
        map.height(),
        map.width(),
        values,
        new HeatMapPicture(map.picture(), map.pictureHeight(), map.pictureWidth()));
  }
}
