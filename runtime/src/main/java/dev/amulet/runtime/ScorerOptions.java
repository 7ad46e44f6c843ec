package dev.amulet.runtime;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Scorer} runs on this host. Nothing here changes a score, but for the last digits on
 * another {@link Device}.
 *
 * @param imageSource where image references are read; default: refused, only inline bytes score
 * @param imagePolicy limits on images
 * @param batchSize most rows, and most images of one network run, in one batch; memory grows with
 *     it: 12 bytes per pixel of the network's input each
 * @param intraOpThreads threads of one network run; more than one helps latency and costs
 *     throughput
 * @param device where networks run
 * @param networkLoading when networks are loaded
 * @param pixelBudget what decoding may take at once, or null for no bound
 * @param embeddingCache remembers network outputs per image, or null for none
 * @param listener hears how long the stages of scoring take, or null for none
 */
public record ScorerOptions(
    ImageSource imageSource,
    ImagePolicy imagePolicy,
    int batchSize,
    int intraOpThreads,
    Device device,
    NetworkLoading networkLoading,
    @Nullable PixelBudget pixelBudget,
    @Nullable EmbeddingCache embeddingCache,
    @Nullable ScoringListener listener) {

  /** When networks are loaded. */
  public enum NetworkLoading {
    /** At open: a network that does not load is found at once. */
    AT_OPEN,
    /** When the first image needs one. */
    ON_FIRST_USE
  }

  public ScorerOptions {
    if (batchSize < 1 || batchSize > 1024) {
      throw new IllegalArgumentException("batchSize is " + batchSize + ", must be 1 to 1024");
    }
    if (intraOpThreads < 1 || intraOpThreads > 256) {
      throw new IllegalArgumentException(
          "intraOpThreads is " + intraOpThreads + ", must be 1 to 256");
    }
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Builds {@link ScorerOptions}; not safe for concurrent use. */
  public static final class Builder {
    private ImageSource imageSource = ImageSource.none();
    private ImagePolicy imagePolicy = ImagePolicy.defaults();
    private int batchSize = 16;
    private int intraOpThreads = 1;
    private Device device = Device.AUTO;
    private NetworkLoading networkLoading = NetworkLoading.AT_OPEN;
    private @Nullable PixelBudget pixelBudget;
    private @Nullable EmbeddingCache embeddingCache;
    private @Nullable ScoringListener listener;

    private Builder() {}

    /** Reads references as paths below this folder. Default: references are refused. */
    public Builder imageRoot(Path root) {
      return imageSource(ImageSource.under(root));
    }

    /** Reads references from anywhere. Default: references are refused. */
    public Builder imageSource(ImageSource source) {
      imageSource = source;
      return this;
    }

    /** Default {@link ImagePolicy#defaults()}. */
    public Builder imagePolicy(ImagePolicy policy) {
      imagePolicy = policy;
      return this;
    }

    /** Default 16. */
    public Builder batchSize(int rows) {
      batchSize = rows;
      return this;
    }

    /** Default 1: callers that score from several threads already use the cores. */
    public Builder intraOpThreads(int threads) {
      intraOpThreads = threads;
      return this;
    }

    /**
     * Default {@link Device#AUTO}. With {@link Device#cuda} a scorer does not open where that GPU
     * cannot be used.
     */
    public Builder device(Device wish) {
      device = wish;
      return this;
    }

    /** Default {@link NetworkLoading#AT_OPEN}. */
    public Builder networkLoading(NetworkLoading when) {
      networkLoading = when;
      return this;
    }

    /** Default none: every thread decodes its picture at once. Scorers may share one. */
    public Builder pixelBudget(PixelBudget budget) {
      pixelBudget = budget;
      return this;
    }

    /** Default none: every image runs through its network. Costs a SHA-256 per image. */
    public Builder embeddingCache(EmbeddingCache cache) {
      embeddingCache = cache;
      return this;
    }

    /** Default none. Flight Recorder hears of the stages whether there is a listener or not. */
    public Builder listener(ScoringListener hears) {
      listener = hears;
      return this;
    }

    public ScorerOptions build() {
      return new ScorerOptions(
          imageSource,
          imagePolicy,
          batchSize,
          intraOpThreads,
          device,
          networkLoading,
          pixelBudget,
          embeddingCache,
          listener);
    }
  }
}
