package dev.amulet.runtime.internal.pipeline;

import dev.amulet.format.v1.View;
import dev.amulet.runtime.ScoringStage;
import dev.amulet.runtime.internal.image.Pixels;
import dev.amulet.runtime.internal.image.Preprocessor;
import dev.amulet.runtime.internal.observe.StageObserver;
import dev.amulet.runtime.internal.observe.StageObserver.Span;
import dev.amulet.runtime.internal.transform.TransformScratch;
import java.nio.FloatBuffer;

/** What one thread needs to turn cells into slots and tensors: scratch, reader, decoder. */
public final class ImageWorker {
  private final StageObserver observer;
  private final TransformScratch transforms = new TransformScratch();
  private final ImageLoader loader;
  private final Preprocessor[] preprocessors;

  ImageWorker(Pipeline pipeline, LoadedModel.Settings settings, StageObserver observer) {
    this.observer = observer;
    loader = new ImageLoader(settings.images(), settings.imagePolicy(), settings.pixelBudget());
    preprocessors =
        pipeline.images().stream()
            .map(image -> new Preprocessor(image.preprocessing()))
            .toArray(Preprocessor[]::new);
  }

  TransformScratch transforms() {
    return transforms;
  }

  byte[] read(ImageInput input, Object image, RowState row) {
    Span span = observer.begin(ScoringStage.FETCH, row.timed());
    try {
      return loader.read(input, image);
    } finally {
      row.end(span, ScoringStage.FETCH, input.columnName());
    }
  }

  Pixels decode(ImageInput input, Object image, byte[] file, RowState row) {
    Span span = observer.begin(ScoringStage.DECODE, row.timed());
    try {
      return loader.decode(input, image, file);
    } finally {
      row.end(span, ScoringStage.DECODE, input.columnName());
    }
  }

  /** A copy of the picture as the network sees it: red, green, blue, resized. */
  byte[] view(ImageInput input, Pixels pixels) {
    return preprocessors[input.index()].view(pixels);
  }

  void preprocess(
      ImageInput input, Pixels pixels, View view, FloatBuffer tensor, int offset, RowState row) {
    Span span = observer.begin(ScoringStage.PREPROCESS, row.timed());
    try {
      preprocessors[input.index()].apply(pixels, view == View.MIRRORED, tensor, offset);
    } finally {
      row.end(span, ScoringStage.PREPROCESS, input.columnName());
    }
  }
}
