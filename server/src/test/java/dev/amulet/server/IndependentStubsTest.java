package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import inference.GRPCInferenceServiceGrpc;
import inference.GrpcPredictV2.InferTensorContents;
import inference.GrpcPredictV2.ModelInferRequest;
import inference.GrpcPredictV2.ModelInferRequest.InferInputTensor;
import inference.GrpcPredictV2.ModelInferResponse;
import inference.GrpcPredictV2.ModelMetadataRequest;
import inference.GrpcPredictV2.ModelReadyRequest;
import inference.GrpcPredictV2.ServerLiveRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Stubs that others made of the protocol's own files understand us. */
class IndependentStubsTest {
  @Test
  void camelsStubsOfTheProtocolScoreAPicture() throws Exception {
    try (Served served = Served.golden()) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", served.server.grpcPort())
              .usePlaintext()
              .build();
      var stub =
          GRPCInferenceServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
      assertThat(stub.serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
      assertThat(
              stub.modelReady(ModelReadyRequest.newBuilder().setName("binary").build()).getReady())
          .isTrue();
      var metadata =
          stub.modelMetadata(ModelMetadataRequest.newBuilder().setName("regression").build());
      assertThat(metadata.getInputsList()).anyMatch(input -> input.getName().equals("photo"));
      ModelInferResponse answer =
          stub.modelInfer(
              ModelInferRequest.newBuilder()
                  .setModelName("regression")
                  .setId("camel")
                  .addInputs(
                      InferInputTensor.newBuilder()
                          .setName("photo")
                          .setDatatype("BYTES")
                          .addShape(1)
                          .setContents(
                              InferTensorContents.newBuilder()
                                  .addBytesContents(ByteString.copyFrom(Served.picture("h")))))
                  .build());
      double expected =
          served
              .post(
                  "/model/score?model=regression&image_column=photo",
                  "image/png",
                  Served.picture("h"))
              .json()
              .at("/score/0/0")
              .asDouble();
      assertThat(answer.getId()).isEqualTo("camel");
      assertThat(answer.getOutputs(0).getContents().getFp64Contents(0)).isEqualTo(expected);
      channel.shutdownNow();
    }
  }
}
