package dev.amulet.format;

import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.Frequencies;
import dev.amulet.format.v1.ImageScore;
import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.Projection;
import dev.amulet.format.v1.Schema;
import dev.amulet.format.v1.SlotRange;
import dev.amulet.format.v1.Stage;
import dev.amulet.format.v1.Table;
import dev.amulet.format.v1.Table.KindCase;
import dev.amulet.format.v1.TargetMeans;
import dev.amulet.format.v1.TextModel;
import dev.amulet.format.v1.TextWeighting;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/** The rules of a fitted table, and that it fits the stage that uses it. */
final class TableChecker {
  private final Table table;
  private final Where where;

  TableChecker(Table table, Where where) {
    this.table = table;
    this.where = where;
  }

  /**
   * @param stage the one stage that uses this table
   * @param margins how many margins the outputs have; 0 in a draft
   */
  void check(Stage stage, Schema schema, int margins) throws ArtifactException {
    KindCase expected = StageTables.kind(stage);
    if (table.getKindCase() != expected) {
      throw where.bad(
          "a table of kind "
              + table.getKindCase()
              + ", expected "
              + expected
              + " for the stage "
              + Where.quote(stage.getId()));
    }
    int reads = count(stage.getReadsList());
    int writes = count(stage.getWritesList());
    switch (expected) {
      case FREQUENCIES ->
          frequencies(table.getFrequencies(), schema.getColumns(stage.getFrequency().getColumn()));
      case TARGET_MEANS ->
          targetMeans(
              table.getTargetMeans(), schema.getColumns(stage.getTargetMean().getColumn()), writes);
      case TEXT -> text(table.getText(), writes);
      case PROJECTION -> projection(table.getProjection(), reads, writes);
      case IMAGE_SCORE ->
          imageScore(
              table.getImageScore(), reads, writes / (stage.getImageScore().getPartsCount() + 1));
      case LINEAR -> linear(table.getLinear(), reads, margins);
      case KIND_NOT_SET -> throw where.bad("a table of no kind, expected one");
    }
  }

  private void frequencies(Frequencies table, Column column) throws ArtifactException {
    Where at = where.at("frequencies");
    values(at, "shares", table.getSharesCount(), column.getLevelsCount(), table::getShares);
    for (int i = 0; i < table.getSharesCount(); i++) {
      share(at.at("shares", i), table.getShares(i));
    }
    share(at.at("unseen"), table.getUnseen());
    if (!Float.isNaN(table.getMissing())) {
      share(at.at("missing"), table.getMissing());
    }
  }

  private static void share(Where where, float share) throws ArtifactException {
    if (!(share >= 0 && share <= 1)) {
      throw where.bad(share + ", expected a share of the rows, 0 to 1");
    }
  }

  private void targetMeans(TargetMeans table, Column column, int writes) throws ArtifactException {
    Where at = where.at("target_means");
    int outputs = outputs(at, table.getOutputs(), writes);
    long means = (long) column.getLevelsCount() * outputs;
    values(at, "means", table.getMeansCount(), means, table::getMeans);
    values(at, "unseen", table.getUnseenCount(), outputs, table::getUnseen);
    requireCount(at, "missing", table.getMissingCount(), outputs);
    for (int i = 0; i < outputs; i++) {
      if (Float.isInfinite(table.getMissing(i))) {
        throw at.at("missing", i).bad("infinite, expected a finite number or NaN");
      }
    }
  }

  private void text(TextModel table, int writes) throws ArtifactException {
    Where at = where.at("text");
    ngrams(at.at("word_min"), table.getWordMin(), table.getWordMax());
    ngrams(at.at("char_min"), table.getCharMin(), table.getCharMax());
    if (table.getWordMax() == 0 && table.getCharMax() == 0) {
      throw at.bad("neither word nor character n-grams, expected at least one of them");
    }
    int buckets = table.getBuckets();
    if (buckets < 1 || buckets > Limits.TEXT_BUCKETS || Integer.bitCount(buckets) != 1) {
      throw at.at("buckets")
          .bad(
              Integer.toUnsignedString(buckets)
                  + ", expected a power of two up to "
                  + Limits.TEXT_BUCKETS);
    }
    if (table.getWeighting() != TextWeighting.RAW_COUNT
        && table.getWeighting() != TextWeighting.SUBLINEAR) {
      throw at.at("weighting")
          .bad("value " + table.getWeightingValue() + ", expected RAW_COUNT or SUBLINEAR");
    }
    int outputs = outputs(at, table.getOutputs(), writes);
    values(at, "idf", table.getIdfCount(), buckets, table::getIdf);
    long components = (long) outputs * buckets;
    values(at, "components", table.getComponentsCount(), components, table::getComponents);
  }

  private static void ngrams(Where where, int min, int max) throws ArtifactException {
    boolean off = min == 0 && max == 0;
    if (!off && !(min >= 1 && min <= max && max <= Limits.NGRAM)) {
      throw where.bad(
          Integer.toUnsignedString(min)
              + " to "
              + Integer.toUnsignedString(max)
              + ", expected 0 to 0 (none), or 1 or more, rising, up to "
              + Limits.NGRAM);
    }
  }

  private void projection(Projection table, int reads, int writes) throws ArtifactException {
    Where at = where.at("projection");
    int inputs = inputs(at, table.getInputs(), reads);
    int outputs = outputs(at, table.getOutputs(), writes);
    values(at, "fill", table.getFillCount(), inputs, table::getFill);
    values(at, "centre", table.getCentreCount(), inputs, table::getCentre);
    long components = (long) inputs * outputs;
    values(at, "components", table.getComponentsCount(), components, table::getComponents);
    if (table.getExplainedCount() > 0) {
      values(at, "explained", table.getExplainedCount(), outputs, table::getExplained);
    }
  }

  private void imageScore(ImageScore table, int reads, int perPart) throws ArtifactException {
    Where at = where.at("image_score");
    int inputs = inputs(at, table.getInputs(), reads);
    int outputs = outputs(at, table.getOutputs(), perPart);
    values(at, "fill", table.getFillCount(), inputs, table::getFill);
    values(at, "centre", table.getCentreCount(), inputs, table::getCentre);
    long weights = (long) inputs * outputs;
    values(at, "weights", table.getWeightsCount(), weights, table::getWeights);
    values(at, "bias", table.getBiasCount(), outputs, table::getBias);
  }

  private void linear(LinearModel table, int reads, int margins) throws ArtifactException {
    Where at = where.at("linear");
    int inputs = inputs(at, table.getInputs(), reads);
    int outputs = outputs(at, table.getOutputs(), margins);
    values(at, "fill", table.getFillCount(), inputs, table::getFill);
    values(at, "centre", table.getCentreCount(), inputs, table::getCentre);
    long weights = (long) inputs * outputs;
    values(at, "weights", table.getWeightsCount(), weights, table::getWeights);
    values(at, "bias", table.getBiasCount(), outputs, table::getBias);
    if (table.getLowerCount() + table.getUpperCount() > 0) {
      values(at, "lower", table.getLowerCount(), outputs, table::getLower);
      values(at, "upper", table.getUpperCount(), outputs, table::getUpper);
      for (int i = 0; i < outputs; i++) {
        if (table.getLower(i) > table.getUpper(i)) {
          throw at.at("lower", i)
              .bad(table.getLower(i) + " is above the upper bound " + table.getUpper(i));
        }
      }
    }
  }

  private static int inputs(Where where, int found, int reads) throws ArtifactException {
    requireCount(where, "inputs", found, reads);
    return found;
  }

  private static int outputs(Where where, int found, int expected) throws ArtifactException {
    requireCount(where, "outputs", found, expected);
    return found;
  }

  private static void requireCount(Where where, String field, int found, long expected)
      throws ArtifactException {
    if (found != expected) {
      throw where
          .at(field)
          .bad(Integer.toUnsignedString(found) + ", expected " + expected + " to fit its stage");
    }
  }

  private static void values(
      Where where, String field, int found, long expected, IntToDoubleFunction values)
      throws ArtifactException {
    if (found != expected) {
      throw where.at(field).bad(found + " values, expected " + expected);
    }
    for (int i = 0; i < found; i++) {
      double value = values.applyAsDouble(i);
      if (!Double.isFinite(value)) {
        throw where.at(field, i).bad(value + ", expected a finite number");
      }
    }
  }

  private static int count(List<SlotRange> ranges) {
    return ranges.stream().mapToInt(SlotRange::getCount).sum();
  }
}
