package dev.amulet.server.grpc;

import dev.amulet.runtime.Column;
import dev.amulet.server.grpc.inference.GRPCInferenceServiceGrpc;
import dev.amulet.server.grpc.inference.InferStatistics;
import dev.amulet.server.grpc.inference.ModelInferRequest;
import dev.amulet.server.grpc.inference.ModelInferResponse;
import dev.amulet.server.grpc.inference.ModelMetadataRequest;
import dev.amulet.server.grpc.inference.ModelMetadataResponse;
import dev.amulet.server.grpc.inference.ModelMetadataResponse.TensorMetadata;
import dev.amulet.server.grpc.inference.ModelReadyRequest;
import dev.amulet.server.grpc.inference.ModelReadyResponse;
import dev.amulet.server.grpc.inference.ModelStatistics;
import dev.amulet.server.grpc.inference.ModelStatisticsRequest;
import dev.amulet.server.grpc.inference.ModelStatisticsResponse;
import dev.amulet.server.grpc.inference.ModelStreamInferResponse;
import dev.amulet.server.grpc.inference.RepositoryIndexRequest;
import dev.amulet.server.grpc.inference.RepositoryIndexResponse;
import dev.amulet.server.grpc.inference.RepositoryModelLoadRequest;
import dev.amulet.server.grpc.inference.RepositoryModelLoadResponse;
import dev.amulet.server.grpc.inference.RepositoryModelUnloadRequest;
import dev.amulet.server.grpc.inference.RepositoryModelUnloadResponse;
import dev.amulet.server.grpc.inference.ServerLiveRequest;
import dev.amulet.server.grpc.inference.ServerLiveResponse;
import dev.amulet.server.grpc.inference.ServerMetadataRequest;
import dev.amulet.server.grpc.inference.ServerMetadataResponse;
import dev.amulet.server.grpc.inference.ServerReadyRequest;
import dev.amulet.server.grpc.inference.ServerReadyResponse;
import dev.amulet.server.grpc.inference.StatisticDuration;
import dev.amulet.server.model.AccessRules.Group;
import dev.amulet.server.model.ModelMetrics;
import dev.amulet.server.model.ModelRepository;
import dev.amulet.server.model.ModelVersion;
import dev.amulet.server.model.RequestContext;
import dev.amulet.server.model.RequestException;
import dev.amulet.server.wire.ModelMetadata;
import dev.amulet.server.wire.OutputTensor;
import dev.amulet.server.wire.Problems;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** The Open Inference Protocol over gRPC. */
final class InferenceService extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
  private final GrpcCalls calls;
  private final InferMessages messages;
  private final Executor admin;
  private final BooleanSupplier ready;
  private final String version;

  InferenceService(GrpcCalls calls, Executor admin, BooleanSupplier ready, String version) {
    this.calls = calls;
    this.admin = admin;
    this.ready = ready;
    this.version = version;
    messages = new InferMessages(calls);
  }

  private ModelRepository repository() {
    return calls.service().repository();
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> observer) {
    calls.look(
        observer, Group.HEALTH, call -> ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(
      ServerReadyRequest request, StreamObserver<ServerReadyResponse> observer) {
    calls.look(
        observer,
        Group.HEALTH,
        call -> ServerReadyResponse.newBuilder().setReady(ready.getAsBoolean()).build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> observer) {
    calls.look(
        observer,
        Group.INFER,
        call -> {
          try (ModelVersion.Lease lease =
              repository().lease(request.getName(), request.getVersion())) {
            return ModelReadyResponse.newBuilder()
                .setReady(!lease.model().name().isEmpty())
                .build();
          }
        });
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> observer) {
    calls.look(
        observer,
        Group.INFER,
        call ->
            ServerMetadataResponse.newBuilder()
                .setName("amulet")
                .setVersion(version)
                .addExtensions("model_repository")
                .addExtensions("statistics")
                .build());
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
    calls.look(
        observer,
        Group.INFER,
        call -> {
          try (ModelVersion.Lease lease =
              repository().lease(request.getName(), request.getVersion())) {
            return metadata(lease.model());
          }
        });
  }

  private ModelMetadataResponse metadata(ModelVersion model) {
    ModelMetadataResponse.Builder response =
        ModelMetadataResponse.newBuilder()
            .setName(model.name())
            .addAllVersions(repository().versions(model.name()))
            .setPlatform(ModelMetadata.PLATFORM)
            .putAllProperties(ModelMetadata.properties(model));
    for (Column column : model.schema().columns()) {
      response.addInputs(
          tensor(
              column.name(), ModelMetadata.datatype(column).name(), ModelMetadata.shape(column)));
    }
    for (OutputTensor.Spec spec : OutputTensor.specs(model)) {
      response.addOutputs(tensor(spec.name(), spec.datatype().name(), spec.shape()));
    }
    return response.build();
  }

  private static TensorMetadata tensor(String name, String datatype, List<Long> shape) {
    return TensorMetadata.newBuilder()
        .setName(name)
        .setDatatype(datatype)
        .addAllShape(shape)
        .build();
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
    calls.score("ModelInfer", observer, context -> messages.infer(context, request));
  }

  @Override
  public StreamObserver<ModelInferRequest> modelStreamInfer(
      StreamObserver<ModelStreamInferResponse> observer) {
    return new InOrder<>(calls, "ModelStreamInfer", observer) {
      @Override
      CompletableFuture<ModelStreamInferResponse> answer(
          RequestContext context, ModelInferRequest request) {
        return messages
            .infer(context, request)
            .thenApply(
                answer -> ModelStreamInferResponse.newBuilder().setInferResponse(answer).build());
      }

      @Override
      ModelStreamInferResponse failed(Throwable failure, RequestContext context) {
        RequestException problem = Problems.of(failure, context.id());
        return ModelStreamInferResponse.newBuilder()
            .setErrorMessage(GrpcStatus.text(problem))
            .build();
      }
    };
  }

  @Override
  public void modelStatistics(
      ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> observer) {
    calls.look(
        observer,
        Group.METRICS,
        call -> {
          ModelStatisticsResponse.Builder response = ModelStatisticsResponse.newBuilder();
          List<String> names =
              request.getName().isEmpty() ? repository().names() : List.of(request.getName());
          for (String name : names) {
            try (ModelVersion.Lease lease = repository().lease(name, request.getVersion())) {
              response.addModelStats(statistics(lease.model()));
            }
          }
          return response.build();
        });
  }

  private static ModelStatistics statistics(ModelVersion model) {
    ModelMetrics.Totals totals = model.metrics().totals();
    return ModelStatistics.newBuilder()
        .setName(model.name())
        .setVersion(model.version())
        .setLastInference(totals.lastEpochMs())
        .setInferenceCount(totals.rows())
        .setExecutionCount(totals.batches())
        .setInferenceStats(
            InferStatistics.newBuilder()
                .setSuccess(duration(totals.calls(), totals.callNs()))
                .setFail(duration(totals.failures(), 0))
                .setQueue(duration(totals.rows(), totals.queueNs())))
        .build();
  }

  private static StatisticDuration duration(long count, long ns) {
    return StatisticDuration.newBuilder().setCount(count).setNs(ns).build();
  }

  @Override
  public void repositoryIndex(
      RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> observer) {
    calls.look(
        observer,
        Group.ADMIN,
        call -> {
          RepositoryIndexResponse.Builder response = RepositoryIndexResponse.newBuilder();
          for (ModelRepository.Status status : repository().index()) {
            if (!request.getReady() || status.state().equals("READY")) {
              response
                  .addModelsBuilder()
                  .setName(status.name())
                  .setVersion(status.version())
                  .setState(status.state())
                  .setReason(status.reason());
            }
          }
          return response.build();
        });
  }

  /** Changes what is served. */
  @FunctionalInterface
  private interface Change {
    void run() throws IOException;
  }

  @Override
  public void repositoryModelLoad(
      RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> observer) {
    change(
        observer,
        () -> repository().load(request.getModelName()),
        RepositoryModelLoadResponse.getDefaultInstance());
  }

  @Override
  public void repositoryModelUnload(
      RepositoryModelUnloadRequest request,
      StreamObserver<RepositoryModelUnloadResponse> observer) {
    change(
        observer,
        () -> repository().unload(request.getModelName()),
        RepositoryModelUnloadResponse.getDefaultInstance());
  }

  private <T> void change(StreamObserver<T> observer, Change change, T answer) {
    RequestContext context = calls.context();
    try {
      calls.check(Group.ADMIN);
      admin.execute(
          () -> {
            try {
              change.run();
              observer.onNext(answer);
              observer.onCompleted();
            } catch (IOException | RuntimeException e) {
              observer.onError(calls.status(e, context));
            }
          });
    } catch (RuntimeException e) {
      observer.onError(calls.status(e, context));
    }
  }
}
