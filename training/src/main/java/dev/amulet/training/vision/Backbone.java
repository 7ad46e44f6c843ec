package dev.amulet.training.vision;

import com.google.protobuf.ByteString;
import dev.amulet.format.v1.GraphOptimization;
import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.format.v1.Network;
import dev.amulet.format.v1.NetworkOutput;
import dev.amulet.format.v1.OutputRole;
import dev.amulet.format.v1.SessionOptions;
import dev.amulet.format.v1.WeightLineage;
import dev.amulet.training.onnx.InputSize;
import dev.amulet.training.onnx.OnnxGraph;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A network that turns a picture into an embedding, with all an experiment needs to put it into an
 * amulet. Immutable.
 *
 * @param name catalogue name, or the file's name without its ending
 * @param description one line for people: what it is and whether it is pretrained
 * @param graph the network as it came, BatchNormalization unfolded, with the outputs {@code
 *     embedding [N,D]} and, where it has them, {@code feature_map [N,C,h,w]} and {@code logits
 *     [N,K]}: what fine-tuning and heat maps start from
 * @param serving the same network for scoring embeddings: only what {@code embedding} needs (a
 *     classifier costs nothing), BatchNormalization folded, without annotations; the output {@code
 *     feature_map} stays where the embedding is its mean over all positions
 * @param embeddingWidth D
 * @param preprocessing from encoded picture to the input tensor
 * @param source where the weights come from
 * @param sha256 digest of the weight file, or of the generated graph
 * @param licence of the weights, "unknown" when nobody said
 * @param notes lines the user should see: assumptions made about this network
 */
public record Backbone(
    String name,
    String description,
    OnnxGraph graph,
    OnnxGraph serving,
    int embeddingWidth,
    ImagePreprocessing preprocessing,
    String source,
    ByteString sha256,
    String licence,
    List<String> notes) {

  /** Name of the output every backbone has. */
  public static final String EMBEDDING = "embedding";

  /** Name of the last feature map before pooling, where there is one. */
  public static final String FEATURE_MAP = "feature_map";

  /** Name of the classifier's output, where there is one. */
  public static final String LOGITS = "logits";

  public Backbone {
    notes = List.copyOf(notes);
  }

  /** The same with one more line for the user, before the others. */
  Backbone withNote(String note) {
    List<String> more = Stream.concat(Stream.of(note), notes.stream()).toList();
    return new Backbone(
        name,
        description,
        graph,
        serving,
        embeddingWidth,
        preprocessing,
        source,
        sha256,
        licence,
        more);
  }

  /** The same network, shown pictures of the same size in another way. */
  public Backbone shown(ImagePreprocessing other) {
    return new Backbone(
        name, description, graph, serving, embeddingWidth, other, source, sha256, licence, notes);
  }

  /**
   * The same architecture with weights drawn at random, to be trained from the beginning with
   * {@link FineTuneSettings.Statistics#BATCH}: BatchNormalization has no statistics of its own yet.
   * The same seed gives the same bytes everywhere. The classifier is left out.
   *
   * @throws dev.amulet.training.TrainingException when the graph does not say which tensors are
   *     weights
   */
  public Backbone untrained(long seed) {
    return RandomStart.of(this, seed);
  }

  /** The self-contained network for an amulet's {@code networks/<id>.onnx}; a fresh array. */
  public byte[] onnx() {
    return serving.toBytes();
  }

  /** The manifest's description of {@link #onnx()}, at entry {@code networks/<id>.onnx}. */
  public Network network(String id) {
    Network.Builder network =
        Network.newBuilder()
            .addOutputs(
                NetworkOutput.newBuilder()
                    .setName(EMBEDDING)
                    .setRole(OutputRole.EMBEDDING)
                    .addShape(embeddingWidth));
    if (serving.outputNames().contains(FEATURE_MAP)) {
      NetworkOutput.Builder map = network.addOutputsBuilder();
      map.setName(FEATURE_MAP).setRole(OutputRole.FEATURE_MAP);
      int[] shape = Objects.requireNonNull(graph.shapes().get(FEATURE_MAP));
      Arrays.stream(shape).skip(1).forEach(map::addShape);
    }
    return network
        .setId(id)
        .setEntry("networks/" + id + ".onnx")
        .setArchitecture(name)
        .setInput(serving.inputs().get(0).getName())
        .setSession(
            SessionOptions.newBuilder()
                .setGraphOptimization(GraphOptimization.ALL)
                .setFlushDenormals(true))
        .setParameters(serving.parameterCount())
        .build();
  }

  /** The same network for square pictures of another size, where it takes any. */
  public Optional<Backbone> sized(int side) {
    Optional<OnnxGraph> whole = InputSize.change(graph, side, side);
    Optional<OnnxGraph> served = InputSize.change(serving, side, side);
    if (whole.isEmpty() || served.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Backbone(
            name,
            description,
            whole.get(),
            served.get(),
            embeddingWidth,
            preprocessing.toBuilder().setHeight(side).setWidth(side).build(),
            source,
            sha256,
            licence,
            notes));
  }

  /** Provenance of the weights, for the manifest. */
  public WeightLineage lineage(String networkId) {
    return WeightLineage.newBuilder()
        .setNetwork(networkId)
        .setSource(source)
        .setSha256(sha256)
        .setLicence(licence)
        .build();
  }
}
