package dev.amulet.training.data;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Role;
import dev.amulet.training.ProgressListener;
import dev.amulet.training.TrainingException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A table in two parts, {@code train.csv} and {@code test.csv}: rows that show nearly the same
 * picture, or share a group, go to one side together. Image cells are written relative to the
 * folder of the parts. Deterministic for one seed.
 *
 * @param trainRows rows of the first part
 * @param testRows rows of the second
 * @param remarks sentences for the user: near-duplicates found, and those that lie across
 */
public record DatasetSplit(int trainRows, int testRows, List<String> remarks) {
  public static final String TRAIN = "train.csv";
  public static final String TEST = "test.csv";

  private static final int MOST_STRATA = 20;
  private static final int QUANTILES = 10;
  private static final double LARGEST_BUNDLE = 0.2;

  /**
   * How to split.
   *
   * @param ratio share of the rows that go to the first part, above 0 and below 1
   * @param stratify column whose values both parts get their share of; null means the label of
   *     class folders, else none
   * @param group column whose equal values stay together, or null
   */
  public record Options(
      double ratio, long seed, @Nullable String stratify, @Nullable String group) {
    public Options {
      if (!(ratio > 0 && ratio < 1)) {
        throw new TrainingException(
            "--ratio " + ratio + ": expected a share above 0 and below 1, such as 0.75");
      }
      if (stratify != null && group != null) {
        throw new TrainingException("--stratify and --group exclude each other; give one of them");
      }
    }
  }

  public DatasetSplit {
    remarks = List.copyOf(remarks);
  }

  /**
   * Splits a table and writes both parts into a folder, which is made if need be.
   *
   * @throws TrainingException when a column is not there, or a part would be empty
   */
  public static DatasetSplit write(
      Dataset table, Path out, Options options, ProgressListener progress) throws IOException {
    TableProfile profile = new ColumnProfiler(ProfileOptions.builder().build()).profile(table);
    Dataset found = profile.dataset();
    List<String> images =
        profile.columns().stream()
            .filter(column -> column.type() == ColumnType.IMAGE && column.role() == Role.INPUT)
            .map(ColumnProfile::name)
            .toList();
    List<String> remarks = new ArrayList<>();
    int[] twins = NearDuplicates.of(found, images, progress);
    int[] bundles = bundles(found, options.group, twins, remarks);
    String stratify = options.stratify;
    if (stratify == null && options.group == null && table.labelColumns().size() == 1) {
      stratify = table.labelColumns().iterator().next();
    }
    int[] strata = stratify == null ? new int[found.rows()] : strata(found, stratify);
    boolean[] first = RatioSplit.deal(bundles, strata, options.ratio, options.seed);
    int[] train = IntStream.range(0, first.length).filter(row -> first[row]).toArray();
    int[] test = IntStream.range(0, first.length).filter(row -> !first[row]).toArray();
    if (train.length == 0 || test.length == 0) {
      throw new TrainingException(
          "%s: all %d rows go to one part%s; use another --ratio%s"
              .formatted(
                  table.name(),
                  first.length,
                  options.group == null ? "" : " because of their groups",
                  options.group == null ? "" : " or --group"));
    }
    remarkOnTwins(twins, first, remarks);
    Path folder = Files.createDirectories(out).toAbsolutePath().normalize();
    Set<String> rewritten = new HashSet<>(images);
    write(found.subset(train), rewritten, folder, TRAIN);
    write(found.subset(test), rewritten, folder, TEST);
    return new DatasetSplit(train.length, test.length, remarks);
  }

  /** Rows that stay together: of one group, and near-duplicates unless nearly all rows are. */
  private static int[] bundles(
      Dataset table, @Nullable String group, int[] twins, List<String> remarks) {
    int[] bundles = twins.clone();
    Map<Integer, Integer> sizes = new HashMap<>();
    Arrays.stream(twins).forEach(root -> sizes.merge(root, 1, Integer::sum));
    Arrays.setAll(
        bundles,
        row -> {
          int size = sizes.getOrDefault(twins[row], 1);
          return size > Math.max(2, LARGEST_BUNDLE * twins.length) ? row : twins[row];
        });
    if (group == null) {
      return bundles;
    }
    @Nullable String[] cells = table.column(group);
    Bundles joined = new Bundles(cells.length);
    Map<String, Integer> firstOfGroup = new HashMap<>();
    for (int row = 0; row < cells.length; row++) {
      joined.join(bundles[row], row);
      if (cells[row] != null) {
        Integer earlier = firstOfGroup.putIfAbsent(cells[row], row);
        joined.join(earlier == null ? row : earlier, row);
      }
    }
    long groups = firstOfGroup.size();
    remarks.add("%d different values of \"%s\" stay whole".formatted(groups, group));
    return joined.roots();
  }

  private static void remarkOnTwins(int[] twins, boolean[] first, List<String> remarks) {
    int paired = NearDuplicates.rowsWithTwin(twins);
    if (paired == 0) {
      return;
    }
    Map<Integer, Integer> sides = new HashMap<>();
    for (int row = 0; row < twins.length; row++) {
      sides.merge(twins[row], first[row] ? 1 : 2, (a, b) -> a | b);
    }
    long across =
        IntStream.range(0, twins.length)
            .filter(row -> sides.getOrDefault(twins[row], 0) == (1 | 2))
            .count();
    remarks.add(
        "%d rows show nearly the same picture as another row: %s"
            .formatted(paired, across == 0 ? "kept on one side together" : "see the warning"));
    if (across > 0) {
      remarks.add(
          ("warning: %d of them lie across train and test, because too many are alike to keep on one"
                  + " side; scores on the test part will flatter")
              .formatted(across));
    }
  }

  private static int[] strata(Dataset table, String column) {
    ColumnCells cells = ColumnCells.of(table, column);
    int[] strata = new int[table.rows()];
    boolean numbers = cells.distinct().stream().allMatch(Numbers::isNumber);
    if (numbers && cells.distinct().size() > MOST_STRATA) {
      Integer[] order = IntStream.range(0, strata.length).boxed().toArray(Integer[]::new);
      Arrays.sort(order, java.util.Comparator.comparingDouble(row -> number(cells.cells()[row])));
      for (int i = 0; i < order.length; i++) {
        strata[order[i]] = (int) ((long) i * QUANTILES / order.length);
      }
      return strata;
    }
    if (cells.distinct().size() > table.rows() / 2) {
      throw new TrainingException(
          "--stratify %s: %d different values in %d rows; give a column with few"
              .formatted(column, cells.distinct().size(), table.rows()));
    }
    Map<String, Integer> indices = new HashMap<>();
    for (int row = 0; row < strata.length; row++) {
      String cell = cells.cells()[row];
      strata[row] = indices.computeIfAbsent(cell == null ? "" : cell, key -> indices.size());
    }
    return strata;
  }

  private static double number(@Nullable String cell) {
    return cell == null ? Double.NaN : Double.parseDouble(cell);
  }

  private static void write(Dataset part, Set<String> images, Path folder, String name)
      throws IOException {
    Path file = folder.resolve(name);
    Path written = folder.resolve("." + name + "." + UUID.randomUUID());
    try {
      try (BufferedWriter out = Files.newBufferedWriter(written);
          CsvWriter csv = CsvWriter.builder().build(out)) {
        csv.writeRecord(part.columnNames());
        for (int row = 0; row < part.rows(); row++) {
          List<String> cells = new ArrayList<>();
          for (int c = 0; c < part.columnNames().size(); c++) {
            String cell = part.cell(row, c);
            boolean image = images.contains(part.columnNames().get(c));
            cells.add(cell == null ? "" : image ? part.collection().from(folder, cell) : cell);
          }
          csv.writeRecord(cells);
        }
      }
      Files.move(
          written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(written);
    }
  }
}
