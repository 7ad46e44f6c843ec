package dev.amulet.training.data;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.DataType;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.Task;
import dev.amulet.training.TrainingException;
import dev.amulet.training.data.TypeDetector.Detected;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decides what each column of a table is, and keeps the evidence.
 *
 * <p>The image test comes first: a column whose cells name image files is an image column, whatever
 * its name and however different its cells. Then boolean (true, false), numeric, date-time, text
 * and categorical. Ids and constant columns are dropped, with the reason. Every different image
 * cell is looked up and its file's header read.
 *
 * <p>Deterministic for one seed. One use at a time.
 */
public final class ColumnProfiler {
  private static final int FEWEST_ROWS = 10;

  private final ProfileOptions options;
  private final List<String> warnings = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Map<String, ImageSurvey> surveys = new HashMap<>();

  public ColumnProfiler(ProfileOptions options) {
    this.options = options;
  }

  /**
   * Profiles a table.
   *
   * @throws TrainingException when an option names no column, or the target has nothing to predict
   */
  public TableProfile profile(Dataset table) {
    warnings.clear();
    problems.clear();
    surveys.clear();
    String targetName = options.target();
    if (targetName == null && table.labelColumns().size() == 1) {
      targetName = table.labelColumns().iterator().next();
    }
    RoleAssigner roles = new RoleAssigner(table, options, targetName);
    warnings.addAll(table.notes());
    Target target = null;
    Dataset dataset = table;
    if (targetName != null) {
      target =
          new TargetDetector(
                  ColumnCells.of(table, targetName),
                  table.labelColumns().contains(targetName),
                  options.problemType())
              .detect();
      dataset = rowsWithTarget(table, target);
      reportRows(table, dataset, target);
    }
    ImageCollection images = table.collection();
    List<ColumnProfile> columns = new ArrayList<>();
    for (String name : table.columnNames()) {
      ColumnCells cells = ColumnCells.of(dataset, name);
      if (target != null && name.equals(targetName)) {
        columns.add(targetColumn(cells, target));
      } else {
        ColumnProfile column = column(dataset, cells, roles, images);
        columns.add(column);
        ImageSurvey survey = surveys.get(name);
        if (survey != null) {
          dataset = dataset.withColumn(name, rewritten(cells, survey));
        }
      }
    }
    dropDuplicateImages(dataset, columns);
    reportOrphans(table);
    RepeatedRows.warnings(dataset, columns).forEach(warnings::add);
    if (target != null) {
      warnOfLeaks(dataset, columns, target);
    }
    if (columns.stream().noneMatch(column -> column.role() == Role.INPUT)) {
      problems.add(
          "no input column is left; see why each was dropped with: amulet profile " + table.name());
    }
    return new TableProfile(dataset, columns, target, warnings, problems);
  }

  private ColumnProfile column(
      Dataset dataset, ColumnCells cells, RoleAssigner roles, ImageCollection images) {
    Role role = roles.given(cells.name());
    String reason = roles.reason(cells.name());
    ColumnType wanted = options.columnTypes().get(cells.name());
    Detected detected =
        wanted == null
            ? new TypeDetector(images, options).detect(cells)
            : TypeOverride.apply(cells, wanted);
    String evidence = detected.evidence();
    ColumnCells typed = detected.strays().isEmpty() ? cells : cells.without(detected.strays());
    if (role == Role.INPUT) {
      String useless = roles.uselessness(typed, detected.type());
      if (useless != null) {
        role = Role.DROPPED;
        reason = useless;
      } else if (!detected.hint().isEmpty()) {
        warnings.add(detected.hint());
      }
    }
    ImageSurvey survey = null;
    if (detected.type() == ColumnType.IMAGE && role == Role.INPUT) {
      survey = ImageSurvey.of(cells.distinct(), images);
      surveys.put(cells.name(), survey);
      evidence += reportImages(cells, survey, images);
    }
    checkRole(role, cells, detected.type());
    // What a model never reads must not travel with it: no levels or example of an id or a group.
    ColumnSummary summary =
        role == Role.INPUT
            ? ColumnSummary.of(typed, detected.type(), detected.dateTimePatterns(), survey)
            : ColumnSummary.countsOnly(typed);
    Set<String> markers = new HashSet<>(dataset.missingMarkers());
    markers.addAll(detected.strays());
    return new ColumnProfile(
        cells.name(),
        role,
        detected.type(),
        detected.dataType(),
        summary.levels(),
        summary.statistics(),
        markers,
        detected.dateTimePatterns(),
        survey != null && survey.several(),
        summary.example(),
        evidence,
        reason);
  }

  private static ColumnProfile targetColumn(ColumnCells cells, Target target) {
    boolean regression = target.task() == Task.REGRESSION;
    ColumnType type = regression ? ColumnType.NUMERIC : ColumnType.CATEGORICAL;
    ColumnSummary summary = ColumnSummary.of(cells, type, List.of(), null);
    return new ColumnProfile(
        cells.name(),
        Role.TARGET,
        type,
        regression ? Numbers.narrowest(cells.distinct()) : DataType.STRING,
        target.classes(),
        summary.statistics(),
        target.missingMarkers(),
        List.of(),
        false,
        summary.example(),
        target.evidence(),
        "the " + target.task().name().toLowerCase(java.util.Locale.ROOT) + " target");
  }

  private void reportRows(Dataset table, Dataset dataset, Target target) {
    int gone = table.rows() - dataset.rows();
    if (gone > 0) {
      warnings.add(
          "%d of %d rows left out: their target \"%s\" is missing%s"
              .formatted(
                  gone,
                  table.rows(),
                  target.column(),
                  target.missingMarkers().isEmpty()
                      ? ""
                      : " or no number (" + String.join(", ", target.missingMarkers()) + ")"));
    }
    if (dataset.rows() < FEWEST_ROWS) {
      problems.add(
          "%s has %d rows with a target, too few to learn from and to measure; bring at least %d"
              .formatted(table.name(), dataset.rows(), FEWEST_ROWS));
    }
  }

  /** Adds what is wrong with the images to the warnings and problems; returns more evidence. */
  private String reportImages(ColumnCells cells, ImageSurvey survey, ImageCollection images) {
    if (survey.missing() == survey.cells()) {
      String first = survey.missingExamples().get(0);
      String advice = images.advice(first);
      problems.add(
          "column \"%s\": none of its %d images exists %s, for example \"%s\"; %s"
              .formatted(cells.name(), survey.cells(), images.place(), first, advice));
      return "; no file found";
    }
    if (survey.opened() == 0) {
      problems.add(
          "column \"%s\": none of its %d images can be opened, for example %s; are they images, and whole?"
              .formatted(
                  cells.name(),
                  survey.cells() - survey.missing(),
                  String.join(", ", survey.corruptExamples())));
      return "; no file opens";
    }
    if (survey.missing() > 0) {
      warnings.add(
          "column \"%s\": %d of %d images do not exist %s (%s); treated as missing"
              .formatted(
                  cells.name(),
                  survey.missing(),
                  survey.cells(),
                  images.place(),
                  String.join(", ", survey.missingExamples())));
    }
    if (survey.corrupt() > 0) {
      warnings.add(
          "column \"%s\": %d of %d files are no images or cut short (%s); treated as missing"
              .formatted(
                  cells.name(),
                  survey.corrupt(),
                  survey.cells(),
                  String.join(", ", survey.corruptExamples())));
    }
    return (survey.several() ? "; several files in a cell, to be averaged" : "")
        + "; %d of %d different files opened, %d–%d × %d–%d px"
            .formatted(
                survey.opened(),
                survey.cells(),
                survey.minWidth(),
                survey.maxWidth(),
                survey.minHeight(),
                survey.maxHeight());
  }

  /** Files of an archive that no cell names: of a path that is written wrong, the other half. */
  private void reportOrphans(Dataset table) {
    if (surveys.isEmpty() || !table.labelColumns().isEmpty()) {
      return;
    }
    Set<String> used = new HashSet<>();
    surveys.values().stream()
        .flatMap(survey -> survey.references().values().stream())
        .forEach(reference -> used.addAll(table.collection().parts(reference)));
    table
        .collection()
        .archive()
        .map(archive -> archive.orphans(used))
        .filter(orphans -> !orphans.isEmpty())
        .ifPresent(
            orphans ->
                warnings.add(
                    "%d image%s of the archive are named by no row (%s)"
                        .formatted(
                            orphans.size(),
                            orphans.size() == 1 ? "" : "s",
                            NearestName.listing(orphans.subList(0, Math.min(3, orphans.size()))))));
  }

  private void checkRole(Role role, ColumnCells cells, ColumnType type) {
    boolean numbers = type == ColumnType.NUMERIC;
    if (role == Role.WEIGHT
        && (!numbers
            || cells.missing() > 0
            || cells.distinct().stream().anyMatch(cell -> Double.parseDouble(cell) < 0))) {
      problems.add(
          "--weight %s: expected a number of 0 or more in every row (%d missing)"
              .formatted(cells.name(), cells.missing()));
    } else if (role == Role.WEIGHT
        && cells.distinct().stream().noneMatch(cell -> Double.parseDouble(cell) > 0)) {
      problems.add(
          "--weight %s: every weight is 0, so no row counts; give some rows more than 0"
              .formatted(cells.name()));
    }
    if (role == Role.TIME && !numbers && type != ColumnType.DATE_TIME) {
      problems.add(
          "--time %s: expected dates or numbers, found for example \"%s\""
              .formatted(cells.name(), cells.distinct().stream().findFirst().orElse("")));
    }
    if (role == Role.FOLD && cells.missing() > 0) {
      problems.add(
          "--fold-column %s: %d rows name no fold".formatted(cells.name(), cells.missing()));
    }
  }

  /** Of two columns that mean the same files, the later one is dropped, paths before stems. */
  private void dropDuplicateImages(Dataset dataset, List<ColumnProfile> columns) {
    List<Integer> images =
        IntStream.range(0, columns.size())
            .filter(
                i ->
                    columns.get(i).type() == ColumnType.IMAGE
                        && columns.get(i).role() == Role.INPUT)
            .boxed()
            .sorted(
                (a, b) ->
                    Integer.compare(
                        rewrittenCells(columns.get(a).name()),
                        rewrittenCells(columns.get(b).name())))
            .toList();
    for (int i = 0; i < images.size(); i++) {
      for (int j = 0; j < i; j++) {
        ColumnProfile kept = columns.get(images.get(j));
        ColumnProfile twin = columns.get(images.get(i));
        if (kept.role() == Role.INPUT
            && twin.role() == Role.INPUT
            && sameFiles(dataset, kept.name(), twin.name())) {
          String reason = "names the same files as \"" + kept.name() + "\"";
          columns.set(images.get(i), twin.withRole(Role.DROPPED, reason));
          warnings.add("column \"" + twin.name() + "\" " + reason + "; one of them is used");
        }
      }
    }
  }

  /** Whether two columns lead to the same file in every row, or both to none. */
  private boolean sameFiles(Dataset dataset, String a, String b) {
    return Arrays.equals(filesOf(dataset, a), filesOf(dataset, b));
  }

  private String[] filesOf(Dataset dataset, String column) {
    String[] files = dataset.column(column);
    ImageSurvey survey = surveys.get(column);
    if (survey != null) {
      Set<String> found = new HashSet<>(survey.references().values());
      Arrays.setAll(files, i -> found.contains(files[i]) ? files[i] : "");
    }
    return files;
  }

  private void warnOfLeaks(Dataset dataset, List<ColumnProfile> columns, Target target) {
    double[] values = target.values(dataset);
    LeakageCheck check = new LeakageCheck(values, target.task());
    RepeatedKeyCheck keys = new RepeatedKeyCheck(values);
    boolean grouped = options.groupColumn() != null;
    for (ColumnProfile column : columns) {
      boolean mayBeKey =
          column.type() == ColumnType.CATEGORICAL
              || column.type() == ColumnType.TEXT
              || (column.type() == ColumnType.NUMERIC && column.dataType() == DataType.INT32);
      boolean looked = column.role() == Role.INPUT || column.role() == Role.DROPPED;
      if (!grouped && looked && mayBeKey && !options.drop().contains(column.name())) {
        keys.check(ColumnCells.of(dataset, column.name())).ifPresent(warnings::add);
      }
      if (column.role() == Role.INPUT) {
        check.check(ColumnCells.of(dataset, column.name()), column.type()).ifPresent(warnings::add);
      }
    }
  }

  private int rewrittenCells(String column) {
    ImageSurvey survey = surveys.get(column);
    if (survey == null) {
      return 0;
    }
    return (int)
        survey.references().entrySet().stream()
            .filter(entry -> !entry.getKey().equals(entry.getValue()))
            .count();
  }

  static String[] rewritten(ColumnCells cells, ImageSurvey survey) {
    String[] rewritten = cells.cells().clone();
    for (int i = 0; i < rewritten.length; i++) {
      String cell = rewritten[i];
      rewritten[i] = cell == null ? null : survey.references().getOrDefault(cell, cell);
    }
    return rewritten;
  }

  static Dataset rowsWithTarget(Dataset table, Target target) {
    @Nullable String[] cells = table.cells(table.columnIndex(target.column()));
    int[] known =
        IntStream.range(0, cells.length)
            .filter(i -> cells[i] != null && !target.missingMarkers().contains(cells[i]))
            .toArray();
    return known.length == cells.length ? table : table.subset(known);
  }
}
