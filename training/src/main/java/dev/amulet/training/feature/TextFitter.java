package dev.amulet.training.feature;

import dev.amulet.format.v1.TextModel;
import dev.amulet.format.v1.TextWeighting;
import dev.amulet.runtime.text.HashedNgrams;
import dev.amulet.runtime.text.NgramCounts;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Fits the TF-IDF weights of a text column's hashed n-grams and the components they are projected
 * on: what scikit-learn's TfidfTransformer (sublinear, smoothed) and TruncatedSVD do. An n-gram
 * that fewer than two texts have counts for nothing. Deterministic for a seed.
 */
public final class TextFitter {
  private static final int MOST_BUCKETS = 1 << 16;
  private static final int FEWEST_BUCKETS = 1 << 12;
  private static final int FEWEST_TEXTS_WITH = 2;

  /** Values of the texts that components are fitted on: about 200 MB; longer tables are sampled. */
  private static final int MOST_VALUES = 24_000_000;

  private final List<String> texts;
  private final NgramCounts counts = new NgramCounts();
  private final long seed;

  private TextFitter(List<String> texts, long seed) {
    this.texts = texts;
    this.seed = seed;
  }

  /**
   * Fits on the texts that are there.
   *
   * @param cells null where missing
   * @param components how many to find; fewer are found when that is more than a quarter of the
   *     texts or than the rank
   * @return empty when the texts have too little in common
   */
  public static Optional<TextModel> fit(@Nullable String[] cells, int components, long seed) {
    List<String> texts = Arrays.stream(cells).filter(cell -> cell != null).toList();
    int wanted = Math.min(components, texts.size() / 4);
    return wanted < 1 ? Optional.empty() : new TextFitter(texts, seed).fit(wanted);
  }

  private Optional<TextModel> fit(int components) {
    int distinct = used(frequencies(ngrams(MOST_BUCKETS)));
    int buckets = FEWEST_BUCKETS;
    while (buckets < 4 * distinct && buckets < MOST_BUCKETS) {
      buckets *= 2;
    }
    HashedNgrams ngrams = ngrams(buckets);
    float[] idf = inverse(frequencies(ngrams));
    int[] positions = new int[buckets];
    int columns = 0;
    for (int bucket = 0; bucket < buckets; bucket++) {
      positions[bucket] = idf[bucket] == 0 ? -1 : columns++;
    }
    if (columns == 0) {
      return Optional.empty();
    }
    double[][] vectors =
        TruncatedSvd.rightVectors(rows(ngrams, idf, positions, columns), components, seed);
    return vectors.length == 0
        ? Optional.empty()
        : Optional.of(model(ngrams, idf, positions, vectors));
  }

  private static HashedNgrams ngrams(int buckets) {
    return new HashedNgrams(true, 1, 2, 3, 4, buckets);
  }

  /** Number of texts that each bucket occurs in. */
  private int[] frequencies(HashedNgrams ngrams) {
    int[] frequencies = new int[ngrams.buckets()];
    for (String text : texts) {
      ngrams.count(text, counts);
      for (int i = 0; i < counts.size(); i++) {
        frequencies[counts.bucket(i)]++;
      }
    }
    return frequencies;
  }

  private static int used(int[] frequencies) {
    return (int) Arrays.stream(frequencies).filter(f -> f >= FEWEST_TEXTS_WITH).count();
  }

  private float[] inverse(int[] frequencies) {
    float[] idf = new float[frequencies.length];
    for (int bucket = 0; bucket < idf.length; bucket++) {
      if (frequencies[bucket] >= FEWEST_TEXTS_WITH) {
        idf[bucket] = (float) (Math.log((1.0 + texts.size()) / (1 + frequencies[bucket])) + 1);
      }
    }
    return idf;
  }

  /** TF-IDF vectors of length 1, of the buckets that count. */
  private SparseRows rows(HashedNgrams ngrams, float[] idf, int[] positions, int columns) {
    List<String> order = new java.util.ArrayList<>(texts);
    Collections.shuffle(order, new Random(seed));
    SparseRows rows = new SparseRows(columns);
    for (String text : order) {
      if (rows.size() > MOST_VALUES) {
        break;
      }
      ngrams.count(text, counts);
      for (int i = 0; i < counts.size(); i++) {
        int bucket = counts.bucket(i);
        if (positions[bucket] >= 0) {
          rows.add(positions[bucket], (1 + Math.log(counts.count(i))) * idf[bucket]);
        }
      }
      rows.endUnitRow();
    }
    return rows;
  }

  private static TextModel model(
      HashedNgrams ngrams, float[] idf, int[] positions, double[][] vectors) {
    TextModel.Builder model =
        TextModel.newBuilder()
            .setLowerCase(ngrams.lowerCase())
            .setWordMin(ngrams.wordMin())
            .setWordMax(ngrams.wordMax())
            .setCharMin(ngrams.charMin())
            .setCharMax(ngrams.charMax())
            .setBuckets(ngrams.buckets())
            .setWeighting(TextWeighting.SUBLINEAR)
            .setOutputs(vectors.length);
    for (float weight : idf) {
      model.addIdf(weight);
    }
    for (double[] vector : vectors) {
      for (int position : positions) {
        model.addComponents(position < 0 ? 0 : (float) vector[position]);
      }
    }
    return model.build();
  }
}
