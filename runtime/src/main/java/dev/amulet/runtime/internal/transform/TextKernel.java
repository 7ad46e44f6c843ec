package dev.amulet.runtime.internal.transform;

import dev.amulet.format.v1.TextModel;
import dev.amulet.format.v1.TextWeighting;
import dev.amulet.runtime.text.HashedNgrams;
import dev.amulet.runtime.text.NgramCounts;
import java.util.Arrays;

/**
 * The TF-IDF vector of a text, of length 1, projected to a few components. Only the columns of the
 * buckets that occur in the text are read.
 */
public final class TextKernel implements TransformKernel {
  private final int column;
  private final int first;
  private final int outputs;
  private final HashedNgrams ngrams;
  private final boolean sublinear;
  private final float[] idf;

  /** {@code [buckets, outputs]}: the components of a bucket lie together. */
  private final float[] components;

  public TextKernel(TextModel model, int column, int first) {
    this.column = column;
    this.first = first;
    outputs = model.getOutputs();
    ngrams = HashedNgrams.of(model);
    sublinear = model.getWeighting() == TextWeighting.SUBLINEAR;
    int buckets = model.getBuckets();
    idf = new float[buckets];
    components = new float[Math.multiplyExact(outputs, buckets)];
    for (int bucket = 0; bucket < buckets; bucket++) {
      idf[bucket] = model.getIdf(bucket);
      for (int k = 0; k < outputs; k++) {
        components[bucket * outputs + k] = model.getComponents(k * buckets + bucket);
      }
    }
  }

  @Override
  public void apply(Cells cells, TransformScratch scratch, float[] slots) {
    String text = cells.text(column);
    if (text == null) {
      Arrays.fill(slots, first, first + outputs, Float.NaN);
      return;
    }
    NgramCounts counts = scratch.ngrams();
    ngrams.count(text, counts);
    double[] sums = scratch.sums(outputs);
    Arrays.fill(sums, 0, outputs, 0);
    double squares = 0;
    for (int i = 0; i < counts.size(); i++) {
      int bucket = counts.bucket(i);
      double value = frequency(counts.count(i)) * idf[bucket];
      squares += value * value;
      int base = bucket * outputs;
      for (int k = 0; k < outputs; k++) {
        sums[k] += value * components[base + k];
      }
    }
    double length = squares > 0 ? Math.sqrt(squares) : 1;
    for (int k = 0; k < outputs; k++) {
      slots[first + k] = Floats.finite(sums[k] / length);
    }
  }

  private double frequency(int count) {
    return sublinear && count > 1 ? 1 + StrictMath.log(count) : count;
  }
}
