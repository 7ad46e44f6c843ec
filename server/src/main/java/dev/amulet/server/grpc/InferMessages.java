package dev.amulet.server.grpc;

import com.google.protobuf.ByteString;
import dev.amulet.server.grpc.inference.InferTensorContents;
import dev.amulet.server.grpc.inference.ModelInferRequest;
import dev.amulet.server.grpc.inference.ModelInferRequest.InferInputTensor;
import dev.amulet.server.grpc.inference.ModelInferResponse;
import dev.amulet.server.grpc.inference.ModelInferResponse.InferOutputTensor;
import dev.amulet.server.model.ModelVersion;
import dev.amulet.server.model.RequestContext;
import dev.amulet.server.model.RequestException;
import dev.amulet.server.wire.Datatype;
import dev.amulet.server.wire.InferResponse;
import dev.amulet.server.wire.InputTensor;
import dev.amulet.server.wire.OutputTensor;
import dev.amulet.server.wire.RowBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Inference requests and answers of the Open Inference Protocol as protobuf messages. */
final class InferMessages {
  private final GrpcCalls calls;

  InferMessages(GrpcCalls calls) {
    this.calls = calls;
  }

  CompletableFuture<ModelInferResponse> infer(RequestContext context, ModelInferRequest request) {
    ModelVersion.Lease lease =
        calls.service().repository().lease(request.getModelName(), request.getModelVersion());
    try {
      ModelVersion model = lease.model();
      tighten(context, request);
      RowBatch batch = new RowBatch(model, calls.settings().maxRows());
      InputTensor.fill(model, batch, tensors(request));
      List<OutputTensor.Spec> asked =
          OutputTensor.asked(
              model,
              request.getOutputsList().stream()
                  .map(ModelInferRequest.InferRequestedOutputTensor::getName)
                  .toList());
      if (batch.rows().isEmpty()) {
        throw RequestException.invalid("inputs", "no rows");
      }
      return calls
          .service()
          .score(context, lease, batch.rows(), batch.errors(), OutputTensor.options(asked))
          .thenApply(rows -> response(model, request, OutputTensor.of(model, asked, rows)));
    } catch (RuntimeException | Error e) {
      lease.close();
      throw e;
    }
  }

  private void tighten(RequestContext context, ModelInferRequest request) {
    var timeout = request.getParametersMap().get("timeout");
    if (timeout != null && timeout.getInt64Param() > 0) {
      context.tighten(TimeUnit.MICROSECONDS.toNanos(timeout.getInt64Param()));
      calls.service().watch(context);
    }
  }

  private static List<InputTensor> tensors(ModelInferRequest request) {
    boolean raw = request.getRawInputContentsCount() > 0;
    if (raw && request.getRawInputContentsCount() != request.getInputsCount()) {
      throw RequestException.invalid(
          "raw_input_contents",
          "has "
              + request.getRawInputContentsCount()
              + " elements, expected one per input: "
              + request.getInputsCount());
    }
    List<InputTensor> tensors = new ArrayList<>();
    for (int i = 0; i < request.getInputsCount(); i++) {
      InferInputTensor input = request.getInputs(i);
      String place = "inputs[" + i + "]";
      Datatype datatype = Datatype.of(input.getDatatype(), place + ".datatype");
      int count = InputTensor.elements(input.getShapeList(), place + ".shape");
      List<@Nullable Object> cells = new ArrayList<>();
      if (raw) {
        if (input.hasContents()) {
          throw RequestException.invalid(place, "has contents, and raw_input_contents are used");
        }
        ByteString bytes = request.getRawInputContents(i);
        cells.addAll(
            datatype.read(bytes.asReadOnlyByteBuffer(), count, "raw_input_contents[" + i + "]"));
      } else {
        cells.addAll(contents(datatype, input.getContents(), place));
        if (cells.size() != count) {
          throw RequestException.invalid(
              place + ".contents", "has " + cells.size() + " elements, the shape says " + count);
        }
      }
      tensors.add(new InputTensor(input.getName(), input.getShapeList(), cells));
    }
    return tensors;
  }

  private static List<?> contents(Datatype datatype, InferTensorContents contents, String place) {
    return switch (datatype) {
      case BOOL -> contents.getBoolContentsList();
      case INT8, INT16, INT32 ->
          contents.getIntContentsList().stream().map(Integer::longValue).toList();
      case INT64 -> contents.getInt64ContentsList();
      case UINT8, UINT16, UINT32 ->
          contents.getUintContentsList().stream().map(Integer::toUnsignedLong).toList();
      case UINT64 -> contents.getUint64ContentsList().stream().map(Datatype::unsigned).toList();
      case FP32 -> contents.getFp32ContentsList();
      case FP64 -> contents.getFp64ContentsList();
      case BYTES -> contents.getBytesContentsList().stream().map(ByteString::toByteArray).toList();
      case FP16, BF16 ->
          throw RequestException.invalid(place, datatype + " needs raw_input_contents");
    };
  }

  private static ModelInferResponse response(
      ModelVersion model, ModelInferRequest request, List<OutputTensor> tensors) {
    ModelInferResponse.Builder response =
        ModelInferResponse.newBuilder()
            .setModelName(model.name())
            .setModelVersion(model.version())
            .setId(request.getId());
    boolean raw = request.getRawInputContentsCount() > 0;
    for (OutputTensor tensor : tensors) {
      InferOutputTensor.Builder output =
          response
              .addOutputsBuilder()
              .setName(tensor.name())
              .setDatatype(tensor.datatype().name())
              .addAllShape(tensor.shape());
      if (raw) {
        response.addRawOutputContents(ByteString.copyFrom(InferResponse.bytes(tensor)));
      } else {
        InferTensorContents.Builder contents = output.getContentsBuilder();
        tensor.labels().forEach(label -> contents.addBytesContents(ByteString.copyFromUtf8(label)));
        for (double number : tensor.numbers()) {
          contents.addFp64Contents(number);
        }
      }
    }
    return response.build();
  }
}
