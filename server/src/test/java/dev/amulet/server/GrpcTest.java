package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.amulet.runtime.Scorer;
import dev.amulet.server.grpc.inference.GRPCInferenceServiceGrpc;
import dev.amulet.server.grpc.inference.InferTensorContents;
import dev.amulet.server.grpc.inference.ModelInferRequest;
import dev.amulet.server.grpc.inference.ModelInferRequest.InferInputTensor;
import dev.amulet.server.grpc.inference.ModelInferResponse;
import dev.amulet.server.grpc.inference.ModelMetadataRequest;
import dev.amulet.server.grpc.inference.ModelStatisticsRequest;
import dev.amulet.server.grpc.inference.ModelStreamInferResponse;
import dev.amulet.server.grpc.inference.RepositoryIndexRequest;
import dev.amulet.server.grpc.inference.RepositoryModelLoadRequest;
import dev.amulet.server.grpc.inference.RepositoryModelUnloadRequest;
import dev.amulet.server.grpc.inference.ServerReadyRequest;
import dev.amulet.server.grpc.v1.CellValue;
import dev.amulet.server.grpc.v1.InputRow;
import dev.amulet.server.grpc.v1.ScoreRequest;
import dev.amulet.server.grpc.v1.ScoreResponse;
import dev.amulet.server.grpc.v1.ScoringGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GrpcTest {
  private static Served served;
  private static ManagedChannel channel;

  @BeforeAll
  static void start() throws IOException {
    served = Served.of(Served.GOLDEN, config -> config.adminTokens(List.of("old", "new")));
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", served.server.grpcPort())
            .usePlaintext()
            .build();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    channel.shutdownNow();
    assertThat(channel.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    served.close();
  }

  private static GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub inference() {
    return GRPCInferenceServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  private static double inProcess(byte[] picture) throws Exception {
    try (Scorer scorer = Scorer.open(Served.GOLDEN.resolve("regression.amulet"))) {
      return scorer
          .score(scorer.newRow().set("area", 120.5).set("kind", "flat").setImage("photo", picture))
          .value();
    }
  }

  private static InferInputTensor.Builder tensor(String name, String datatype) {
    return InferInputTensor.newBuilder().setName(name).setDatatype(datatype).addShape(1);
  }

  private static ModelInferRequest.Builder request() {
    return ModelInferRequest.newBuilder().setModelName("regression").setId("7");
  }

  private static ModelInferRequest typed(byte[] picture) {
    return request()
        .addInputs(
            tensor("area", "FP64")
                .setContents(InferTensorContents.newBuilder().addFp64Contents(120.5)))
        .addInputs(
            tensor("kind", "BYTES")
                .setContents(
                    InferTensorContents.newBuilder()
                        .addBytesContents(ByteString.copyFromUtf8("flat"))))
        .addInputs(
            tensor("photo", "BYTES")
                .setContents(
                    InferTensorContents.newBuilder()
                        .addBytesContents(ByteString.copyFrom(picture))))
        .build();
  }

  private static ByteString bytes(byte[] element) {
    return ByteString.copyFrom(
        ByteBuffer.allocate(4 + element.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(element.length)
            .put(element)
            .flip());
  }

  private static ScoreRequest row(byte[] picture) {
    return ScoreRequest.newBuilder()
        .setModel("regression")
        .addRows(
            InputRow.newBuilder()
                .putCells("area", CellValue.newBuilder().setNumber(120.5).build())
                .putCells("kind", CellValue.newBuilder().setText("flat").build())
                .putCells(
                    "photo", CellValue.newBuilder().setImage(ByteString.copyFrom(picture)).build()))
        .build();
  }

  @Test
  void onePictureScoresAlikeByEveryCall() throws Exception {
    byte[] picture = Served.picture("h");
    double expected = inProcess(picture);
    ModelInferResponse typed = inference().modelInfer(typed(picture));
    assertThat(typed.getId()).isEqualTo("7");
    assertThat(typed.getOutputs(0).getContents().getFp64Contents(0)).isEqualTo(expected);
    ModelInferResponse raw =
        inference()
            .modelInfer(
                request()
                    .addInputs(tensor("area", "FP64"))
                    .addInputs(tensor("kind", "BYTES"))
                    .addInputs(tensor("photo", "BYTES"))
                    .addRawInputContents(
                        ByteString.copyFrom(
                            ByteBuffer.allocate(8)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putDouble(120.5)
                                .flip()))
                    .addRawInputContents(bytes("flat".getBytes("UTF-8")))
                    .addRawInputContents(bytes(picture))
                    .build());
    assertThat(
            raw.getRawOutputContents(0)
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .getDouble())
        .isEqualTo(expected);
    ScoreResponse own = ScoringGrpc.newBlockingStub(channel).score(row(picture));
    assertThat(own.getOutputs(0).getValue()).isEqualTo(expected);
    assertThat(own.getAmuletId()).isEqualTo(served.get("/model/id?model=regression").text());
  }

  @Test
  void streamsAnswerInOrderAndGoOnAfterARequestThatFails() throws Exception {
    byte[] picture = Served.picture("h");
    BlockingQueue<ModelStreamInferResponse> answers = new LinkedBlockingQueue<>();
    StreamObserver<ModelInferRequest> stream =
        GRPCInferenceServiceGrpc.newStub(channel).modelStreamInfer(collect(answers));
    stream.onNext(typed(picture));
    stream.onNext(typed(picture).toBuilder().setModelName("none").build());
    stream.onNext(typed(picture).toBuilder().setId("8").build());
    stream.onCompleted();
    assertThat(take(answers).getInferResponse().getId()).isEqualTo("7");
    assertThat(take(answers).getErrorMessage()).contains("none");
    assertThat(take(answers).getInferResponse().getId()).isEqualTo("8");

    BlockingQueue<ScoreResponse> scores = new LinkedBlockingQueue<>();
    StreamObserver<ScoreRequest> rows = ScoringGrpc.newStub(channel).scoreStream(collect(scores));
    for (int i = 0; i < 5; i++) {
      rows.onNext(row(picture));
    }
    rows.onCompleted();
    for (int i = 0; i < 5; i++) {
      assertThat(take(scores).getOutputs(0).getValue()).isEqualTo(inProcess(picture));
    }
  }

  private static <T> StreamObserver<T> collect(BlockingQueue<T> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T answer) {
        answers.add(answer);
      }

      @Override
      public void onError(Throwable failure) {
        // The queue stays empty, and the test says so.
      }

      @Override
      public void onCompleted() {
        // Nothing to do.
      }
    };
  }

  private static <T> T take(BlockingQueue<T> answers) throws InterruptedException {
    T answer = answers.poll(60, TimeUnit.SECONDS);
    assertThat(answer).isNotNull();
    return answer;
  }

  @Test
  void failuresHaveTheirCodes() throws Exception {
    byte[] picture = Served.picture("h");
    refused(request().build(), Status.Code.INVALID_ARGUMENT, "inputs");
    refused(typed(picture).toBuilder().setModelName("x").build(), Status.Code.NOT_FOUND, "\"x\"");
    refused(
        typed(picture).toBuilder().addRawInputContents(bytes(picture)).build(),
        Status.Code.INVALID_ARGUMENT,
        "raw_input_contents");
    assertThatThrownBy(
            () ->
                GRPCInferenceServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(1, TimeUnit.NANOSECONDS)
                    .modelInfer(typed(picture)))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("DEADLINE_EXCEEDED");
  }

  private static void refused(ModelInferRequest request, Status.Code code, String part) {
    assertThatThrownBy(() -> inference().modelInfer(request))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(code);
              assertThat(e.getStatus().getDescription()).contains(part);
              assertThat(e.getStatus().getDescription()).doesNotContain("Exception");
            });
  }

  @Test
  void metadataHealthStatisticsAndReflectionAnswer() throws Exception {
    var metadata =
        inference().modelMetadata(ModelMetadataRequest.newBuilder().setName("multiclass").build());
    assertThat(metadata.getPlatform()).isEqualTo("amulet");
    assertThat(metadata.getInputsCount()).isEqualTo(8);
    assertThat(metadata.getPropertiesMap()).containsEntry("classes", "cheap,fair,dear");
    assertThat(inference().serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
        .isTrue();
    HealthCheckRequest everything = HealthCheckRequest.getDefaultInstance();
    assertThat(HealthGrpc.newBlockingStub(channel).check(everything).getStatus())
        .isEqualTo(ServingStatus.SERVING);
    Iterator<HealthCheckResponse> watch =
        HealthGrpc.newBlockingStub(channel)
            .withDeadlineAfter(60, TimeUnit.SECONDS)
            .watch(everything);
    assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.SERVING);
    inference().modelInfer(typed(Served.picture("i")));
    var statistics =
        inference()
            .modelStatistics(ModelStatisticsRequest.newBuilder().setName("regression").build());
    assertThat(statistics.getModelStats(0).getInferenceCount()).isPositive();
    BlockingQueue<ServerReflectionResponse> services = new LinkedBlockingQueue<>();
    var reflection = ServerReflectionGrpc.newStub(channel).serverReflectionInfo(collect(services));
    reflection.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    assertThat(take(services).toString())
        .contains("inference.GRPCInferenceService", "amulet.v1.Scoring", "grpc.health.v1.Health");
    reflection.onCompleted();
  }

  @Test
  void modelsAreManagedWithAnAdminTokenOnly() throws Exception {
    RepositoryIndexRequest index = RepositoryIndexRequest.getDefaultInstance();
    assertThatThrownBy(() -> inference().repositoryIndex(index))
        .hasMessageContaining("UNAUTHENTICATED");
    assertThatThrownBy(() -> admin("wrong").repositoryIndex(index))
        .hasMessageContaining("PERMISSION_DENIED");
    assertThat(admin("old").repositoryIndex(index).getModelsCount()).isEqualTo(3);
    admin("new")
        .repositoryModelUnload(
            RepositoryModelUnloadRequest.newBuilder().setModelName("binary").build());
    assertThat(served.get("/v2/models/binary").status()).isEqualTo(404);
    admin("old")
        .repositoryModelLoad(
            RepositoryModelLoadRequest.newBuilder().setModelName("binary").build());
    assertThat(served.get("/v2/models/binary").status()).isEqualTo(200);
    assertThat(served.json("/v2/repository/index", "{}").status()).isEqualTo(401);
    assertThat(served.json("/v2/repository/index", "{}", "Authorization", "Bearer x").status())
        .isEqualTo(403);
    assertThat(served.json("/v2/repository/index", "{}", "Authorization", "Bearer new").json())
        .hasSize(3);
  }

  private static GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub admin(String token) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return inference().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }
}
