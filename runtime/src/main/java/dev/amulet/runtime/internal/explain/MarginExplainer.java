package dev.amulet.runtime.internal.explain;

import dev.amulet.format.Artifact;
import dev.amulet.format.v1.BlendPart;
import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Outputs;
import dev.amulet.format.v1.SlotRange;
import dev.amulet.format.v1.Stage;
import dev.amulet.format.v1.Task;
import dev.amulet.runtime.internal.linear.AffineKernel;
import dev.amulet.runtime.internal.tree.TreeContributions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Contributions of slots to the final margins: those of every tree and linear stage behind the
 * final stage, weighted as the blends weigh their margins. Immutable and thread-safe; scratch
 * belongs to the caller.
 */
public final class MarginExplainer {
  private final int outputs;
  private final int slots;
  private final List<TreePart> trees = new ArrayList<>();
  private final List<LinearPart> linears = new ArrayList<>();

  private record TreePart(TreeContributions kernel, double weight) {}

  /**
   * @param lower bounds of the margins, empty for none
   */
  @SuppressWarnings("ArrayRecordComponent") // Never handed out.
  private record LinearPart(
      AffineKernel kernel, List<SlotRange> reads, double[] lower, double[] upper, double weight) {}

  private MarginExplainer(Manifest manifest) {
    outputs = outputs(manifest.getOutputs());
    slots =
        manifest.getPipeline().getSlotsList().stream().mapToInt(g -> g.getRange().getCount()).sum();
  }

  /** Resolves the model stages of an amulet that is not a draft. */
  public static MarginExplainer of(Artifact artifact) {
    Manifest manifest = artifact.manifest();
    MarginExplainer explainer = new MarginExplainer(manifest);
    weights(manifest)
        .forEach(
            (stage, weight) -> {
              if (stage.hasTree()) {
                explainer.trees.add(
                    new TreePart(
                        new TreeContributions(artifact.trees(stage.getTree().getTrees())), weight));
              } else if (stage.hasLinear()) {
                LinearModel table = artifact.table(stage.getLinear().getTable()).getLinear();
                explainer.linears.add(explainer.linear(table, stage.getReadsList(), weight));
              }
            });
    return explainer;
  }

  /** How much of each model stage's margin is in the final one. */
  static Map<Stage, Double> weights(Manifest manifest) {
    List<Stage> stages = manifest.getPipeline().getStagesList();
    Map<String, Double> byId = new LinkedHashMap<>();
    byId.put(manifest.getPipeline().getFinalStage(), 1.0);
    Map<Stage, Double> weights = new LinkedHashMap<>();
    // A blend follows the stages it names.
    for (int i = stages.size() - 1; i >= 0; i--) {
      Stage stage = stages.get(i);
      Double weight = byId.get(stage.getId());
      if (weight == null) {
        continue;
      }
      weights.put(stage, weight);
      for (BlendPart part : stage.getBlend().getPartsList()) {
        byId.merge(part.getStage(), weight * part.getWeight(), Double::sum);
      }
    }
    return weights;
  }

  /** Number of margins. */
  static int outputs(Outputs outputs) {
    return outputs.getTask() == Task.MULTICLASS ? outputs.getClassesCount() : 1;
  }

  private LinearPart linear(LinearModel table, List<SlotRange> reads, double weight) {
    return new LinearPart(
        new AffineKernel(
            table.getInputs(),
            table.getOutputs(),
            table.getFillList(),
            table.getCentreList(),
            table.getWeightsList(),
            table.getBiasList()),
        reads,
        table.getLowerList().stream().mapToDouble(d -> d).toArray(),
        table.getUpperList().stream().mapToDouble(d -> d).toArray(),
        weight);
  }

  /** Number of margins. */
  public int outputs() {
    return outputs;
  }

  /** Number of slots. */
  public int slots() {
    return slots;
  }

  /** Buffers of one thread. */
  public Scratch newScratch() {
    return new Scratch(this);
  }

  /** Buffers of one thread. */
  public static final class Scratch {
    private final List<TreeContributions.Scratch> trees;
    private final double[] margins;

    private Scratch(MarginExplainer explainer) {
      trees = explainer.trees.stream().map(part -> part.kernel().newScratch()).toList();
      margins = new double[explainer.outputs];
    }
  }

  /**
   * Explains one row.
   *
   * @param row its slots
   * @param values {@code [outputs, slots]} row-major, zero when called
   * @param bias {@code [outputs]}, zero when called
   */
  public void explain(float[] row, double[] values, double[] bias, Scratch scratch) {
    for (int i = 0; i < trees.size(); i++) {
      TreePart part = trees.get(i);
      part.kernel().add(row, part.weight(), values, slots, scratch.trees.get(i));
      for (int k = 0; k < outputs; k++) {
        bias[k] += part.weight() * part.kernel().bias(k);
      }
    }
    for (int i = 0; i < linears.size(); i++) {
      explain(linears.get(i), row, values, bias, scratch.margins);
    }
  }

  private void explain(
      LinearPart part, float[] row, double[] values, double[] bias, double[] margins) {
    AffineKernel kernel = part.kernel();
    kernel.start(margins);
    int input = 0;
    for (int i = 0; i < part.reads().size(); i++) {
      SlotRange range = part.reads().get(i);
      int first = range.getFirst();
      int count = range.getCount();
      kernel.contributions(row, first, input, count, part.weight(), values, slots);
      kernel.add(row, first, input, count, margins);
      input += count;
    }
    for (int k = 0; k < outputs; k++) {
      double clamped = 0;
      if (part.lower().length > 0) {
        clamped = Math.max(part.lower()[k], Math.min(part.upper()[k], margins[k])) - margins[k];
      }
      bias[k] += part.weight() * (kernel.bias(k) + clamped);
    }
  }
}
