package dev.amulet.training;

import dev.amulet.runtime.Picture;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.vision.TuningRows;
import dev.amulet.training.vision.augment.Augmentation;
import dev.amulet.training.vision.augment.AugmentationPipeline;
import dev.amulet.training.vision.augment.AugmentationSheet;
import dev.amulet.training.vision.augment.PixelGrid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A sheet that shows what augmentations do to a few training pictures. */
final class AugmentationPreview {
  private static final int ROWS = 4;

  private AugmentationPreview() {}

  /**
   * Draws the sheet.
   *
   * @param network that the pictures are prepared for
   * @return a PNG file; empty where no picture can be read
   */
  static Optional<byte[]> png(
      ExperimentData data,
      NamedBackbone network,
      List<Augmentation> augmentations,
      long seed,
      ProgressListener progress) {
    Dataset table = data.table();
    List<PixelGrid> pictures = new ArrayList<>();
    TuningRows rows = PictureRows.of(data, ClassWeights.NONE);
    for (int row = 0; row < table.rows() && pictures.size() < ROWS; row++) {
      try {
        byte[] file = rows.images().read(row, 0);
        if (file != null) {
          Picture picture = Picture.prepared(file, network.preprocessing(), FoldTuning.policy());
          pictures.add(new PixelGrid(picture.width(), picture.height(), picture.rgb()));
        }
      } catch (IOException e) {
        progress.message(
            "  no preview of row " + (table.sourceRow(row) + 1) + ": " + e.getMessage());
      }
    }
    return pictures.isEmpty()
        ? Optional.empty()
        : Optional.of(
            AugmentationSheet.png(pictures, new AugmentationPipeline(augmentations, seed)));
  }
}
