package dev.amulet.training.data;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;

/** Says what the cells of a column are: images first, then the narrowest type that fits. */
final class TypeDetector {
  private static final Set<String> BOOLEANS = Set.of("true", "false");
  private static final double NUMERIC_SHARE = 0.9;
  private static final int MOST_STRAY_WORDS = 5;
  private static final int SAMPLED_ADDRESSES = 16;
  private static final int FEWEST_STEM_CELLS = 10;
  private static final double STEM_DISTINCT_SHARE = 0.5;
  private static final double TEXT_DISTINCT_SHARE = 0.3;
  private static final double TEXT_WORDS = 4;
  private static final int FEWEST_TEXTS = 20;
  private static final Pattern SPACES = Pattern.compile("\\s+");

  private final ImageCollection images;
  private final ProfileOptions options;

  TypeDetector(ImageCollection images, ProfileOptions options) {
    this.images = images;
    this.options = options;
  }

  /**
   * @param strays cells that are no numbers in a numeric column, to be read as missing
   * @param hint advice worth a warning, "" when there is none
   */
  record Detected(
      ColumnType type,
      DataType dataType,
      Set<String> strays,
      List<String> dateTimePatterns,
      String evidence,
      String hint) {
    static Detected of(ColumnType type, DataType dataType, String evidence) {
      return new Detected(type, dataType, Set.of(), List.of(), evidence, "");
    }
  }

  Detected detect(ColumnCells column) {
    if (column.present() == 0) {
      return Detected.of(ColumnType.CATEGORICAL, DataType.STRING, "every cell is missing");
    }
    Optional<String> image = imageEvidence(column);
    if (image.isPresent()) {
      return Detected.of(ColumnType.IMAGE, DataType.STRING, image.get());
    }
    if (column.distinct().stream()
        .allMatch(cell -> BOOLEANS.contains(cell.toLowerCase(Locale.ROOT)))) {
      return Detected.of(ColumnType.BOOLEAN, DataType.BOOL, "every cell is true or false");
    }
    Optional<Detected> number = number(column);
    if (number.isPresent()) {
      return number.get();
    }
    Optional<Detected> dateTime = dateTime(column);
    return dateTime.orElseGet(() -> words(column));
  }

  private Optional<String> imageEvidence(ColumnCells column) {
    double missingShare = (double) column.missing() / column.rows();
    if (missingShare > options.imageMaxMissingShare()) {
      return Optional.empty();
    }
    double share = column.share(FileNames::looksLikeImage);
    if (share >= options.imageMinExtensionShare()) {
      return Optional.of(
          "%d of %d cells end like image files"
              .formatted(column.count(FileNames::looksLikeImage), column.present()));
    }
    double inside = column.share(InlineImages::holds);
    if (inside >= options.imageMinExtensionShare()) {
      return Optional.of(
          "%d of %d cells hold a picture"
              .formatted(column.count(InlineImages::holds), column.present()));
    }
    boolean addresses = column.share(FileNames::isUrl) >= options.imageMinExtensionShare();
    if (!addresses && !mayBeStems(column)) {
      return Optional.empty();
    }
    List<String> sample = sample(column, addresses ? SAMPLED_ADDRESSES : options.sampledImages());
    ImageSurvey survey = ImageSurvey.of(sample, images);
    if (survey.opened() < options.imageMinExtensionShare() * sample.size()) {
      return Optional.empty();
    }
    return Optional.of(
        addresses
            ? "%d of %d sampled addresses give an image".formatted(survey.opened(), sample.size())
            : "%d of %d sampled cells name an image file %s, also without its extension"
                .formatted(survey.opened(), sample.size(), images.place()));
  }

  /** Small numbers name a file too easily: 3 rooms are not 3.jpg. */
  private static boolean mayBeStems(ColumnCells column) {
    int distinct = column.distinct().size();
    return distinct >= FEWEST_STEM_CELLS
        && (distinct >= STEM_DISTINCT_SHARE * column.present()
            || column.distinct().stream().noneMatch(Numbers::isNumber));
  }

  private List<String> sample(ColumnCells column, int most) {
    List<String> cells = new ArrayList<>(column.distinct());
    java.util.Collections.shuffle(cells, new Random(options.seed()));
    return cells.subList(0, Math.min(most, cells.size()));
  }

  private static Optional<Detected> number(ColumnCells column) {
    double share = column.share(Numbers::isNumber);
    if (share == 1) {
      return Optional.of(
          Numbers.hasLeadingZeros(column.distinct()) ? leadingZeros() : numeric(column));
    }
    List<String> strays = column.failing(Numbers::isNumber);
    boolean words = strays.stream().noneMatch(cell -> cell.chars().anyMatch(Character::isDigit));
    if (share < NUMERIC_SHARE || strays.size() > MOST_STRAY_WORDS || !words) {
      return Optional.empty();
    }
    String listed = String.join(", ", strays);
    Detected numbers = numeric(column.without(Set.copyOf(strays)));
    return Optional.of(
        new Detected(
            ColumnType.NUMERIC,
            numbers.dataType(),
            Set.copyOf(strays),
            List.of(),
            "%d of %d cells are numbers; read as missing: %s"
                .formatted(column.count(Numbers::isNumber), column.present(), listed),
            "column \"%s\": %d cells are no numbers and are read as missing (%s)"
                .formatted(column.name(), column.count(cell -> !Numbers.isNumber(cell)), listed)));
  }

  private static Detected leadingZeros() {
    return Detected.of(
        ColumnType.CATEGORICAL, DataType.STRING, "integers with leading zeros, so codes");
  }

  private static Detected numeric(ColumnCells column) {
    DataType dataType = Numbers.narrowest(column.distinct());
    String evidence =
        "every cell is %s"
            .formatted(
                column.distinct().stream().allMatch(Numbers::isInteger)
                    ? "an integer"
                    : "a number");
    return switch (CodeEvidence.of(column)) {
      case NONE -> Detected.of(ColumnType.NUMERIC, dataType, evidence);
      case CLEAR ->
          Detected.of(
              ColumnType.CATEGORICAL,
              DataType.STRING,
              "%d different integers in %d cells and the name says code, so levels; to read numbers: --set column_types.%s=numeric"
                  .formatted(column.distinct().size(), column.present(), column.name()));
      case POSSIBLE ->
          Detected.of(
              ColumnType.NUMERIC,
              dataType,
              "%s of one length, perhaps codes: training tries levels too, or --set column_types.%s=categorical|numeric"
                  .formatted(evidence, column.name()));
    };
  }

  private static Optional<Detected> dateTime(ColumnCells column) {
    return DateTimes.patterns(column.distinct())
        .map(
            patterns -> {
              boolean ambiguous = DateTimes.ambiguous(column.distinct(), patterns);
              String form = patterns.isEmpty() ? "ISO 8601" : patterns.get(0);
              String hint =
                  ambiguous
                      ? "column \"%s\": day and month could be exchanged; read as %s"
                          .formatted(column.name(), form)
                      : "";
              return new Detected(
                  ColumnType.DATE_TIME,
                  DataType.TIME64,
                  Set.of(),
                  patterns,
                  "every cell is a date (" + form + ")",
                  hint);
            });
  }

  private static Detected words(ColumnCells column) {
    int distinct = column.distinct().size();
    double words = 0;
    for (var entry : column.counts().entrySet()) {
      words += (double) SPACES.split(entry.getKey()).length * entry.getValue();
    }
    words /= column.present();
    if (distinct >= FEWEST_TEXTS
        && words >= TEXT_WORDS
        && distinct > TEXT_DISTINCT_SHARE * column.present()) {
      return Detected.of(
          ColumnType.TEXT,
          DataType.STRING,
          "%d different cells of %.1f words on average".formatted(distinct, words));
    }
    String evidence = distinct + " different levels in " + column.present() + " cells";
    boolean decorated = Numbers.allDecorated(column.distinct());
    String hint =
        decorated
            ? ("column \"%s\" looks like numbers with currency or grouping signs (%s);"
                    + " write plain numbers to use it as one")
                .formatted(column.name(), column.distinct().iterator().next())
            : "";
    return new Detected(
        ColumnType.CATEGORICAL, DataType.STRING, Set.of(), List.of(), evidence, hint);
  }
}
