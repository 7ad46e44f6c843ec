package dev.amulet.training;

import dev.amulet.format.v1.WeightLineage;
import dev.amulet.training.data.Folds;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.insight.InsightData.TunedFold;
import dev.amulet.training.vision.TunedNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** One network of the experiment, tuned in every fold and then on all rows. */
final class NetworkTuning {
  private final NamedBackbone base;
  private final double msPerImage;
  private final FoldTuning tuning;
  private List<TunedNetwork> ofFolds = List.of();
  private @Nullable TunedNetwork whole;

  /**
   * @param base the network that is tuned, and how pictures are shown to it
   * @param msPerImage that it takes where a picture is scored; NaN where that is not known
   */
  NetworkTuning(NamedBackbone base, double msPerImage, FoldTuning tuning) {
    this.base = base;
    this.msPerImage = Double.isNaN(msPerImage) ? 0 : msPerImage;
    this.tuning = tuning;
  }

  /** The same network tuned again, under another id and with another seed, as this one was. */
  NetworkTuning again(String id, long seed) {
    return new NetworkTuning(base.called(id), msPerImage, tuning.again(ofFolds.get(0), seed));
  }

  /**
   * Tunes a network in every fold.
   *
   * @param secondsKept of the time left, for what is done otherwise
   * @param networks that the rest is for, this one included
   * @return whether that came to its end
   */
  boolean run(double secondsKept, int networks) {
    Optional<List<TunedNetwork>> tuned = tuning.run(secondsKept, networks);
    ofFolds = tuned.orElse(List.of());
    return tuned.isPresent();
  }

  void onAllRows() {
    whole = tuning.onAllRows(ofFolds);
  }

  /** The network before it was tuned. */
  NamedBackbone base() {
    return base;
  }

  /** Milliseconds a picture where it is scored; 0 where that is not known. */
  double msPerImage() {
    return msPerImage;
  }

  FoldTuning tuning() {
    return tuning;
  }

  /** The network of each fold; empty where tuning was given up. */
  List<TunedNetwork> ofFolds() {
    return ofFolds;
  }

  /** The network of the model. */
  TunedNetwork whole() {
    TunedNetwork tuned = whole;
    if (tuned == null) {
      throw new IllegalStateException("no network was tuned on all rows");
    }
    return tuned;
  }

  /** Epochs of the network of the model; 0 where there is none. */
  int epochsOnAllRows() {
    return whole == null ? 0 : whole.epochs().size();
  }

  /** Where the weights of the network of the model come from. */
  WeightLineage lineage() {
    return whole().lineage(base.id());
  }

  /** About how long tuning on all rows will take. */
  double secondsAhead(Folds folds) {
    double perEpoch =
        ofFolds.stream()
            .flatMap(network -> network.epochs().stream())
            .mapToDouble(TunedNetwork.Epoch::seconds)
            .average()
            .orElse(0);
    return FoldTuning.typicalEpochs(ofFolds)
        * perEpoch
        * folds.count()
        / Math.max(1, folds.count() - 1.0);
  }

  /** What there is to say of the networks of the folds. */
  List<TunedFold> figures(Folds folds) {
    List<TunedFold> perFold = new ArrayList<>();
    for (int fold = 0; fold < ofFolds.size(); fold++) {
      TunedNetwork network = ofFolds.get(fold);
      perFold.add(
          new TunedFold(
              base.id(),
              folds.names().get(fold),
              network.learningRate(),
              network.epochs().size(),
              network.bestEpoch(),
              network.startLoss(),
              network.bestLoss(),
              mean(network, TunedNetwork.Epoch::picturesPerSecond),
              mean(network, TunedNetwork.Epoch::waitingShare)));
    }
    return perFold;
  }

  private static double mean(TunedNetwork network, ToDoubleFunction<TunedNetwork.Epoch> what) {
    return network.epochs().stream().mapToDouble(what).average().orElse(Double.NaN);
  }
}
