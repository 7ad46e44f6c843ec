package dev.amulet.training.data;

import dev.amulet.runtime.ImagePolicy;
import dev.amulet.runtime.ImageSource;
import dev.amulet.runtime.Picture;
import dev.amulet.training.ProgressListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows that show the same picture, or nearly: the same file, another size or compression, a small
 * retouch. Not found: mirrored, turned or cropped copies.
 */
public final class NearDuplicates {
  private static final int BANDS = 8;
  private static final int BAND_BITS = 8;
  private static final int BAND_MASK = (1 << BAND_BITS) - 1;
  private static final int CHUNK = 256;
  // As when training: a busy machine must not turn a slow picture into another split.
  private static final ImagePolicy PATIENT = ImagePolicy.builder().maxDecodeMs(60_000).build();

  private final Bundles rows;
  private final List<ImagePrint> known = new ArrayList<>();
  private final List<Integer> knownRows = new ArrayList<>();
  private final Map<Integer, List<Integer>> buckets = new HashMap<>();

  private NearDuplicates(int rows) {
    this.rows = new Bundles(rows);
  }

  /**
   * Compares the pictures of these columns, whose cells are references as the profiler found them.
   *
   * @return for each row the first row that it belongs with
   */
  static int[] of(Dataset table, List<String> columns, ProgressListener progress) {
    NearDuplicates found = new NearDuplicates(table.rows());
    Map<String, Integer> firstRows = new LinkedHashMap<>();
    for (String column : columns) {
      @Nullable String[] cells = table.column(column);
      for (int row = 0; row < cells.length; row++) {
        String cell = cells[row];
        for (String image : cell == null ? List.<String>of() : table.collection().parts(cell)) {
          Integer first = firstRows.putIfAbsent(image, row);
          found.rows.join(first == null ? row : first, row);
        }
      }
    }
    List<String> references = List.copyOf(firstRows.keySet());
    List<Optional<ImagePrint>> prints = prints(references, table.images(), progress);
    for (int i = 0; i < references.size(); i++) {
      if (prints.get(i).isPresent()) {
        int row = firstRows.getOrDefault(references.get(i), 0);
        found.match(prints.get(i).get(), row);
      }
    }
    return found.rows.roots();
  }

  private static List<Optional<ImagePrint>> prints(
      List<String> references, ImageSource images, ProgressListener progress) {
    List<Optional<ImagePrint>> prints = new ArrayList<>();
    for (int first = 0; first < references.size(); first += CHUNK) {
      List<String> chunk = references.subList(first, Math.min(references.size(), first + CHUNK));
      prints.addAll(chunk.parallelStream().map(reference -> print(reference, images)).toList());
      progress.progress("comparing images", prints.size(), references.size());
    }
    return prints;
  }

  private static Optional<ImagePrint> print(String reference, ImageSource images) {
    try {
      byte[] file = images.read(reference, PATIENT.maxBytes());
      return Optional.of(ImagePrint.of(Picture.decode(file, PATIENT)));
    } catch (IOException e) {
      // A picture that cannot be read is like no other; the profile has counted it.
      return Optional.empty();
    }
  }

  /**
   * Two prints that differ in fewer bits than there are bands share a band; a print that is nearly
   * another stands for it, so that thousands of copies are not compared with each other.
   */
  private void match(ImagePrint print, int row) {
    for (int band = 0; band < BANDS; band++) {
      for (int candidate : buckets.getOrDefault(key(print, band), List.of())) {
        if (known.get(candidate).nearlyEquals(print)) {
          rows.join(knownRows.get(candidate), row);
          return;
        }
      }
    }
    int index = known.size();
    known.add(print);
    knownRows.add(row);
    for (int band = 0; band < BANDS; band++) {
      buckets.computeIfAbsent(key(print, band), k -> new ArrayList<>()).add(index);
    }
  }

  private static int key(ImagePrint print, int band) {
    int bits = (int) (print.bits() >>> (band * BAND_BITS)) & BAND_MASK;
    return (band << BAND_BITS) | bits;
  }

  /**
   * Rows that show nearly the same picture, the first row's group first.
   *
   * @param columns image columns, whose cells are references as the profiler found them
   * @return row indexes, ascending, two or more a group
   */
  public static List<int[]> groups(Dataset table, List<String> columns, ProgressListener progress) {
    int[] roots = of(table, columns, progress);
    Map<Integer, List<Integer>> groups = new LinkedHashMap<>();
    for (int row = 0; row < roots.length; row++) {
      groups.computeIfAbsent(roots[row], root -> new ArrayList<>()).add(row);
    }
    return groups.values().stream()
        .filter(group -> group.size() > 1)
        .map(group -> group.stream().mapToInt(row -> row).toArray())
        .toList();
  }

  /** How many of these rows belong with another one. */
  static int rowsWithTwin(int[] roots) {
    Map<Integer, Integer> sizes = new HashMap<>();
    Arrays.stream(roots).forEach(root -> sizes.merge(root, 1, Integer::sum));
    return Arrays.stream(roots).map(root -> sizes.getOrDefault(root, 1) > 1 ? 1 : 0).sum();
  }
}
