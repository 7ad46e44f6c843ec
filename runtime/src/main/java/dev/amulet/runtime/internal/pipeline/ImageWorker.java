package dev.amulet.runtime.internal.pipeline;

import dev.amulet.format.v1.View;
import dev.amulet.runtime.internal.image.Pixels;
import dev.amulet.runtime.internal.image.Preprocessor;
import dev.amulet.runtime.internal.transform.TransformScratch;
import java.nio.FloatBuffer;

/** What one thread needs to turn cells into slots and tensors: scratch, reader, decoder. */
public final class ImageWorker {
  private final TransformScratch transforms = new TransformScratch();
  private final ImageLoader loader;
  private final Preprocessor[] preprocessors;

  ImageWorker(Pipeline pipeline, LoadedModel.Settings settings) {
    loader = new ImageLoader(settings.images(), settings.imagePolicy());
    preprocessors =
        pipeline.images().stream()
            .map(image -> new Preprocessor(image.preprocessing()))
            .toArray(Preprocessor[]::new);
  }

  TransformScratch transforms() {
    return transforms;
  }

  byte[] read(ImageInput input, Object image) {
    return loader.read(input, image);
  }

  Pixels decode(ImageInput input, Object image, byte[] file) {
    return loader.decode(input, image, file);
  }

  void preprocess(ImageInput input, Pixels pixels, View view, FloatBuffer tensor, int offset) {
    preprocessors[input.index()].apply(pixels, view == View.MIRRORED, tensor, offset);
  }
}
