package dev.amulet.training.data;

import dev.amulet.runtime.ImageFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every different cell of an image column looked up and its file's header read.
 *
 * @param cells different cells looked at
 * @param missing cells without a file
 * @param corrupt files that are no image, or cut short in their header
 * @param missingExamples up to three cells without a file
 * @param corruptExamples up to three files that do not open
 * @param references the file of each cell that has one, relative to the image root
 */
record ImageSurvey(
    int cells,
    int missing,
    int corrupt,
    List<String> missingExamples,
    List<String> corruptExamples,
    Map<String, String> references,
    int minWidth,
    int maxWidth,
    int minHeight,
    int maxHeight) {
  private static final int EXAMPLES = 3;

  int opened() {
    return cells - missing - corrupt;
  }

  static ImageSurvey of(Collection<String> cells, ImageFolder files) {
    List<String> missing = new ArrayList<>();
    List<String> corrupt = new ArrayList<>();
    Map<String, String> references = new HashMap<>();
    int minWidth = Integer.MAX_VALUE;
    int maxWidth = 0;
    int minHeight = Integer.MAX_VALUE;
    int maxHeight = 0;
    for (String cell : cells) {
      Optional<String> reference = files.find(cell);
      if (reference.isEmpty()) {
        missing.add(cell);
        continue;
      }
      references.put(cell, reference.get());
      Optional<ImageHeader> header = header(files, reference.get());
      if (header.isEmpty()) {
        corrupt.add(reference.get());
        continue;
      }
      minWidth = Math.min(minWidth, header.get().width());
      maxWidth = Math.max(maxWidth, header.get().width());
      minHeight = Math.min(minHeight, header.get().height());
      maxHeight = Math.max(maxHeight, header.get().height());
    }
    boolean any = maxWidth > 0;
    return new ImageSurvey(
        cells.size(),
        missing.size(),
        corrupt.size(),
        List.copyOf(missing.subList(0, Math.min(EXAMPLES, missing.size()))),
        List.copyOf(corrupt.subList(0, Math.min(EXAMPLES, corrupt.size()))),
        Map.copyOf(references),
        any ? minWidth : 0,
        maxWidth,
        any ? minHeight : 0,
        maxHeight);
  }

  private static Optional<ImageHeader> header(ImageFolder files, String reference) {
    try {
      return ImageHeader.read(files.file(reference));
    } catch (IOException e) {
      // An unreadable file is counted and named like one that is no image.
      return Optional.empty();
    }
  }
}
