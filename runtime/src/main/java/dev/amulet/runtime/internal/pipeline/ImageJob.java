package dev.amulet.runtime.internal.pipeline;

import dev.amulet.runtime.EmbeddingCache;
import dev.amulet.runtime.internal.onnx.Binding;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** One image on its way through a network, once per view; the views' outputs are averaged. */
final class ImageJob {
  private final ImageInput input;
  private final ImageCell cell;
  private final int image;
  private final float[] sum;
  private final @Nullable EmbeddingCache cache;
  private final String cacheKey;
  private int viewsDone;

  /**
   * @param image position in the cell
   * @param cacheKey where the result is remembered, when there is a cache
   */
  ImageJob(
      ImageInput input,
      ImageCell cell,
      int image,
      @Nullable EmbeddingCache cache,
      String cacheKey) {
    this.input = input;
    this.cell = cell;
    this.image = image;
    this.cache = cache;
    this.cacheKey = cacheKey;
    sum = new float[input.width()];
  }

  /** Takes this image's part of a batch that has run. Views arrive in order. */
  void accept(Binding binding, int position) {
    int first = 0;
    for (int o = 0; o < input.outputs().size(); o++) {
      int width = input.widths().get(o);
      FloatBuffer output = binding.output(input.outputs().get(o));
      int base = position * width;
      for (int j = 0; j < width; j++) {
        sum[first + j] += output.get(base + j);
      }
      first += width;
    }
    viewsDone++;
    if (viewsDone == input.views().size()) {
      finish();
    }
  }

  private void finish() {
    int views = input.views().size();
    for (int j = 0; j < sum.length && views > 1; j++) {
      sum[j] /= views;
    }
    cell.set(image, sum);
    if (cache != null) {
      cache.put(cacheKey, sum);
    }
  }
}
