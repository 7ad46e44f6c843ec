package dev.amulet.training;

import dev.amulet.format.v1.Schema;
import dev.amulet.training.data.Folds;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.data.TableProfile;
import dev.amulet.training.feature.FeatureMatrix;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The features of each fold, fitted on its training rows when first asked for. Those of all folds
 * are kept if memory allows, else those of the last fold asked for; fitted again they come out the
 * same.
 */
final class FoldFeatures {
  private final Folds folds;
  private final Fitting fitting;
  private final long maxBytes;
  private final Map<Integer, Fold> kept = new HashMap<>();
  private boolean keepsAll = true;
  private double secondsPerFold;

  /** Fits one fold. */
  @FunctionalInterface
  interface Fitting {
    Fold fit(int fold);
  }

  /**
   * Of networks that are the same in every fold.
   *
   * @param schema whose input columns become features
   * @param derived what is made of embeddings
   * @param maxBytes of all features kept
   */
  FoldFeatures(
      TableProfile profile,
      Schema schema,
      Folds folds,
      Drafts drafts,
      FeatureFitter fitter,
      FeatureFitter.Derived derived,
      long seed,
      long maxBytes,
      ProgressListener progress) {
    this(
        folds,
        fold -> {
          int[] training = folds.trainRows(fold);
          int[] parts = Splitter.parts(profile, training, CrossValidation.INNER_PARTS, seed);
          FittedFeatures fitted = fitter.fit(schema, training, parts, derived);
          FeatureMatrix features =
              drafts.features(
                  fitted.draft(), profile.dataset(), "fold " + folds.names().get(fold), progress);
          return new Fold(training, fitted, fitted.honest(features));
        },
        maxBytes);
  }

  /**
   * @param maxBytes of all features kept
   */
  FoldFeatures(Folds folds, Fitting fitting, long maxBytes) {
    this.folds = folds;
    this.fitting = fitting;
    this.maxBytes = maxBytes;
  }

  /**
   * One fold's features.
   *
   * @param training rows that everything was fitted on
   * @param features of every row of the data, honest to the training rows
   */
  @SuppressWarnings("ArrayRecordComponent") // Row numbers, shared and never written.
  record Fold(int[] training, FittedFeatures fitted, FeatureMatrix features) {}

  Fold get(int fold) {
    Fold known = kept.get(fold);
    if (known != null) {
      return known;
    }
    if (!keepsAll) {
      kept.clear();
    }
    long started = System.nanoTime();
    Fold fitted = fitting.fit(fold);
    secondsPerFold = (System.nanoTime() - started) / 1e9;
    keepsAll = bytes(fitted) * folds.count() <= maxBytes;
    kept.put(fold, fitted);
    return fitted;
  }

  /** Whether every fold will be fitted once only; asks for the first. */
  boolean keepsAll() {
    if (kept.isEmpty()) {
      get(0);
    }
    return keepsAll;
  }

  /** About how long the folds that are not kept yet will take, by the last one fitted. */
  double secondsAhead() {
    return secondsPerFold * (folds.count() - kept.size());
  }

  private static long bytes(Fold fold) {
    return (long) Float.BYTES * fold.features().rows() * fold.features().columns();
  }

  /**
   * Features of the table columns, of all columns, and of these with a fine-tuned network; each is
   * null where it would be empty.
   */
  record Both(
      @Nullable FoldFeatures table, @Nullable FoldFeatures all, @Nullable FoldFeatures tuned) {
    FoldFeatures of(FeatureSet set) {
      FoldFeatures features = set == FeatureSet.TABLE ? table : set.isTuned() ? tuned : all;
      if (features == null) {
        throw new IllegalStateException("no features for " + set);
      }
      return features;
    }
  }
}
