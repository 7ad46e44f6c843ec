package dev.amulet.runtime.internal.pipeline;

import dev.amulet.runtime.internal.transform.TransformKernel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A manifest's pipeline, compiled: what runs, in order, with every index resolved. Immutable and
 * thread-safe.
 *
 * @param slotNames one per slot
 * @param inputColumns number of columns of a row
 * @param transforms cells to slots
 * @param images image columns through networks to slots
 * @param lanes the distinct (network, tensor size) pairs the images go through
 * @param steps what follows the networks, in execution order
 * @param modelStages number of stages that produce margins
 * @param finalModel which of them feeds the outputs, or null in a draft
 * @param margins margins per model stage
 * @param widestAffine largest number of outputs of a matrix stage
 */
record Pipeline(
    List<String> slotNames,
    int inputColumns,
    List<TransformKernel> transforms,
    List<ImageInput> images,
    List<LaneSpec> lanes,
    List<ModelStep> steps,
    int modelStages,
    @Nullable Integer finalModel,
    int margins,
    int widestAffine) {

  /**
   * One network at one tensor size.
   *
   * @param network position among the manifest's networks
   */
  record LaneSpec(int network, int height, int width) {}

  RowState newRow() {
    return new RowState(slotNames.size(), images.size(), modelStages, margins, widestAffine);
  }
}
