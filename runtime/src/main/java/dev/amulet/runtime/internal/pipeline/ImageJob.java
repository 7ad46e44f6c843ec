package dev.amulet.runtime.internal.pipeline;

import dev.amulet.format.v1.View;
import dev.amulet.runtime.EmbeddingCache;
import dev.amulet.runtime.internal.onnx.Binding;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One image on its way through a network, once per view; the views' outputs are averaged and given
 * to every cell that has the image.
 */
final class ImageJob {
  private final ImageInput input;
  private final List<Place> places = new ArrayList<>(1);
  private final float[] sum;
  private final @Nullable EmbeddingCache cache;
  private final String cacheKey;
  private final @Nullable FeatureMap map;
  private int viewsDone;
  private boolean done;

  private record Place(ImageCell cell, int image) {}

  /**
   * @param cacheKey where the result is remembered, when there is a cache
   * @param map where the feature map goes, or null when nobody asked
   */
  ImageJob(
      ImageInput input, @Nullable EmbeddingCache cache, String cacheKey, @Nullable FeatureMap map) {
    this.input = input;
    this.cache = cache;
    this.cacheKey = cacheKey;
    this.map = map;
    sum = new float[input.width()];
  }

  /**
   * Adds a cell that wants the result.
   *
   * @param image position in the cell
   */
  synchronized void add(ImageCell cell, int image) {
    if (done) {
      cell.set(image, sum);
    } else {
      places.add(new Place(cell, image));
    }
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
    if (map != null) {
      map.add(binding, position, input.views().get(viewsDone) == View.MIRRORED);
    }
    viewsDone++;
    if (viewsDone == input.views().size()) {
      finish();
    }
  }

  boolean wantsMap() {
    return map != null;
  }

  private synchronized void finish() {
    int views = input.views().size();
    for (int j = 0; j < sum.length && views > 1; j++) {
      sum[j] /= views;
    }
    done = true;
    for (Place place : places) {
      place.cell.set(place.image, sum);
    }
    if (cache != null) {
      cache.put(cacheKey, sum);
    }
  }
}
