package dev.amulet.training.data;

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
 * @param several whether a cell names several files, separated by semicolons
 * @param references the file of each cell that has one, relative to the image root; several again
 *     separated by semicolons
 */
record ImageSurvey(
    int cells,
    int missing,
    int corrupt,
    List<String> missingExamples,
    List<String> corruptExamples,
    boolean several,
    Map<String, String> references,
    int minWidth,
    int maxWidth,
    int minHeight,
    int maxHeight) {
  private static final int EXAMPLES = 3;
  static final String SEPARATOR = ";";

  int opened() {
    return cells - missing - corrupt;
  }

  static ImageSurvey of(Collection<String> cells, ImageCollection files) {
    files.prepare(cells);
    List<String> missing = new ArrayList<>();
    List<String> corrupt = new ArrayList<>();
    boolean several = false;
    Map<String, String> references = new HashMap<>();
    int minWidth = Integer.MAX_VALUE;
    int maxWidth = 0;
    int minHeight = Integer.MAX_VALUE;
    int maxHeight = 0;
    for (String cell : cells) {
      List<String> found = found(cell, files);
      if (found.isEmpty()) {
        missing.add(FileNames.shortened(cell));
        continue;
      }
      several |= found.size() > 1;
      references.put(cell, String.join(SEPARATOR, found));
      List<ImageHeader> headers = headers(files, found);
      if (headers.size() < found.size()) {
        corrupt.add(FileNames.shortened(references.getOrDefault(cell, cell)));
        continue;
      }
      for (ImageHeader header : headers) {
        minWidth = Math.min(minWidth, header.width());
        maxWidth = Math.max(maxWidth, header.width());
        minHeight = Math.min(minHeight, header.height());
        maxHeight = Math.max(maxHeight, header.height());
      }
    }
    boolean any = maxWidth > 0;
    return new ImageSurvey(
        cells.size(),
        missing.size(),
        corrupt.size(),
        List.copyOf(missing.subList(0, Math.min(EXAMPLES, missing.size()))),
        List.copyOf(corrupt.subList(0, Math.min(EXAMPLES, corrupt.size()))),
        several,
        Map.copyOf(references),
        any ? minWidth : 0,
        maxWidth,
        any ? minHeight : 0,
        maxHeight);
  }

  /** The file of a cell, or all the files it names; none when one of them is not there. */
  private static List<String> found(String cell, ImageCollection files) {
    Optional<String> one = files.find(cell);
    if (one.isPresent() || !cell.contains(SEPARATOR)) {
      return one.stream().toList();
    }
    List<String> found = new ArrayList<>();
    for (String part : cell.split(SEPARATOR, -1)) {
      String name = part.strip();
      Optional<String> file = name.isEmpty() ? Optional.empty() : files.find(name);
      if (!name.isEmpty() && file.isEmpty()) {
        return List.of();
      }
      file.ifPresent(found::add);
    }
    return found;
  }

  /** The headers of files, those that have one. */
  private static List<ImageHeader> headers(ImageCollection files, List<String> references) {
    return references.stream().flatMap(reference -> files.header(reference).stream()).toList();
  }
}
