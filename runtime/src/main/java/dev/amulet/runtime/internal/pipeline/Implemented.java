package dev.amulet.runtime.internal.pipeline;

import dev.amulet.format.ArtifactException;
import java.util.Collection;
import java.util.Set;

/**
 * What this runtime can do, by the names of FORMAT.md. The format knows every name that its
 * messages have; a name is added here together with the code that does it, so that an amulet is
 * never scored with part of it left out.
 */
final class Implemented {
  static final Set<String> CAPABILITIES =
      Set.of(
          "alpha.composite",
          "alpha.drop",
          "bag",
          "calibration.isotonic",
          "calibration.platt",
          "calibration.temperature",
          "channel_order.bgr",
          "channel_order.rgb",
          "column_type.boolean",
          "column_type.categorical",
          "column_type.date_time",
          "column_type.image",
          "column_type.numeric",
          "column_type.text",
          "comparison.less_or_equal",
          "comparison.less_than",
          "data_type.bool",
          "data_type.float32",
          "data_type.float64",
          "data_type.int32",
          "data_type.int64",
          "data_type.string",
          "data_type.time64",
          "date_time_part.day_of_month",
          "date_time_part.day_of_week",
          "date_time_part.day_of_year",
          "date_time_part.epoch_day",
          "date_time_part.hour",
          "date_time_part.is_weekend",
          "date_time_part.minute",
          "date_time_part.month",
          "date_time_part.quarter",
          "date_time_part.second",
          "date_time_part.week_of_year",
          "date_time_part.year",
          "decode.full",
          "graph_optimization.all",
          "graph_optimization.basic",
          "graph_optimization.extended",
          "graph_optimization.none",
          "image.several_views",
          "interpolation.bicubic",
          "interpolation.bilinear",
          "interpolation.box",
          "interpolation.lanczos",
          "interval_space.margin",
          "interval_space.response",
          "kind.draft",
          "kind.model",
          "linear.bounds",
          "link.link_identity",
          "link.link_logistic",
          "link.link_softmax",
          "missing_image.fail_row",
          "missing_image.nan_features",
          "missing_image.zero_embedding",
          "numeric.missing_flag",
          "numeric_function.identity",
          "numeric_function.log",
          "numeric_function.sqrt",
          "orientation.as_stored",
          "orientation.exif",
          "output_role.embedding",
          "output_role.feature_map",
          "output_role.logits",
          "resize.pad",
          "resize.shorter_side_crop",
          "resize.squash",
          "role.dropped",
          "role.fold",
          "role.group",
          "role.id",
          "role.input",
          "role.target",
          "role.time",
          "role.weight",
          "several_images.average",
          "several_images.one_image",
          "stage.blend",
          "stage.date_time",
          "stage.frequency",
          "stage.image",
          "stage.image_score",
          "stage.linear",
          "stage.numeric",
          "stage.one_hot",
          "stage.projection",
          "stage.target_mean",
          "stage.text",
          "stage.tree",
          "table.frequencies",
          "table.image_score",
          "table.linear",
          "table.projection",
          "table.target_means",
          "table.text",
          "target_function.target_identity",
          "target_function.target_log",
          "target_function.target_sqrt",
          "task.binary",
          "task.multiclass",
          "task.regression",
          "text.levels",
          "text_weighting.raw_count",
          "text_weighting.sublinear",
          "trees.codec.1",
          "unseen_level.as_missing",
          "unseen_level.default",
          "unseen_level.other_slot",
          "view.mirrored",
          "view.upright");

  private Implemented() {}

  /**
   * Checks what an amulet lists.
   *
   * @throws ArtifactException naming the first capability that this runtime does not have
   */
  static void require(Collection<String> capabilities) throws ArtifactException {
    for (String name : capabilities) {
      if (!CAPABILITIES.contains(name)) {
        throw new ArtifactException(
            "the amulet needs the capability \""
                + name
                + "\", which this runtime does not have; upgrade the runtime");
      }
    }
  }
}
