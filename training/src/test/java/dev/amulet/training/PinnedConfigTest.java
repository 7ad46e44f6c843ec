package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.vision.Backbones;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PinnedConfigTest {
  private final List<NamedBackbone> given =
      NamedBackbone.name(List.of(Backbones.random(1), Backbones.random(2), Backbones.random(3)));

  @Test
  void networksAreNamedBestFirstEachWithItsOwnSettings() {
    List<ImageSearch.Ranked> ranking =
        List.of(ranked(0, 0.5), ranked(1, 0.9), ranked(2, 0.7), ranked(0, 0.8));
    List<NamedBackbone> used = List.of(given.get(0).sized(96).orElseThrow(), given.get(2));

    List<NamedBackbone> best = FineTuning.bestFirst(used, ranking, Metric.RMSE);

    assertThat(best).extracting(NamedBackbone::id).containsExactly("random64", "random64_3");
    assertThat(FineTuning.bestFirst(used, ranking, Metric.AUC))
        .extracting(NamedBackbone::id)
        .containsExactly("random64", "random64_3");
    List<NamedBackbone> reversed = List.of(used.get(1), used.get(0).mirrored(true));
    ImageSettings pinned = PinnedConfig.images(settings(), given, reversed);
    assertThat(pinned.networks()).containsExactly("c.onnx", "a.onnx");
    assertThat(pinned.inputSize()).containsExactly(ImageSettings.NATIVE_SIZE, 96);
    assertThat(pinned.mirrorAverage())
        .containsExactly(ImageSettings.MirrorAverage.FALSE, ImageSettings.MirrorAverage.TRUE);
  }

  @Test
  void anUnknownNetworkComesLast() {
    assertThat(FineTuning.bestFirst(given, List.of(ranked(2, 0.7), ranked(1, 0.9)), Metric.AUC))
        .extracting(NamedBackbone::id)
        .containsExactly("random64_2", "random64_3", "random64");
  }

  private ImageSearch.Ranked ranked(int network, double mean) {
    return new ImageSearch.Ranked(given.get(network).id(), new Score(mean, 0), Double.NaN, 1);
  }

  private static ImageSettings settings() {
    return ExperimentConfig.builder(Path.of("data.csv"))
        .set("image_transformer_pretrained_models", "a.onnx,b.onnx,c.onnx")
        .build()
        .images();
  }
}
