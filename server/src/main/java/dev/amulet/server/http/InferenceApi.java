package dev.amulet.server.http;

import static dev.amulet.server.http.HealthApi.done;
import static dev.amulet.server.http.Route.Work.LOOK;
import static dev.amulet.server.http.Route.Work.SCORE;
import static io.netty.handler.codec.http.HttpMethod.GET;
import static io.netty.handler.codec.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amulet.runtime.Column;
import dev.amulet.server.model.ModelVersion;
import dev.amulet.server.model.RequestException;
import dev.amulet.server.model.RequestException.Kind;
import dev.amulet.server.wire.InferRequest;
import dev.amulet.server.wire.InferResponse;
import dev.amulet.server.wire.InputTensor;
import dev.amulet.server.wire.Json;
import dev.amulet.server.wire.ModelMetadata;
import dev.amulet.server.wire.OutputTensor;
import dev.amulet.server.wire.RowBatch;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The Open Inference Protocol, version 2, over HTTP. */
final class InferenceApi {
  static final String HEADER_LENGTH = "Inference-Header-Content-Length";

  private final ScoringRequests requests;
  private final String version;

  InferenceApi(ScoringRequests requests, String version) {
    this.requests = requests;
    this.version = version;
  }

  List<Route> routes() {
    String model = "/v2/models/{model}";
    String versioned = model + "/versions/{version}";
    return List.of(
        Route.of(GET, "/v2", LOOK, call -> done(server())),
        Route.of(GET, model, LOOK, call -> done(metadata(call))),
        Route.of(GET, versioned, LOOK, call -> done(metadata(call))),
        Route.of(GET, model + "/ready", LOOK, call -> done(ready(call))),
        Route.of(GET, versioned + "/ready", LOOK, call -> done(ready(call))),
        Route.of(POST, model + "/infer", SCORE, this::infer),
        Route.of(POST, versioned + "/infer", SCORE, this::infer));
  }

  private HttpReply json(ObjectNode value) {
    return HttpReply.json(requests.json(), value);
  }

  private HttpReply server() {
    ObjectNode json = Json.object().put("name", "amulet").put("version", version);
    json.putArray("extensions").add("binary_tensor_data").add("model_repository").add("statistics");
    return json(json);
  }

  private HttpReply ready(HttpCall call) {
    String name = String.valueOf(call.variable("model"));
    ObjectNode json = Json.object().put("name", name);
    try (ModelVersion.Lease lease = requests.lease(call)) {
      return json(json.put("name", lease.model().name()).put("ready", true));
    } catch (RequestException e) {
      json.put("ready", false).put("reason", e.getMessage()).put("error", e.getMessage());
      return HttpReply.json(requests.json(), e.kind().status(), json);
    }
  }

  private HttpReply metadata(HttpCall call) {
    try (ModelVersion.Lease lease = requests.lease(call)) {
      ModelVersion model = lease.model();
      ObjectNode json = Json.object().put("name", model.name());
      ArrayNode versions = json.putArray("versions");
      requests.service().repository().versions(model.name()).forEach(versions::add);
      json.put("platform", ModelMetadata.PLATFORM);
      ArrayNode inputs = json.putArray("inputs");
      for (Column column : model.schema().columns()) {
        tensor(
            inputs,
            column.name(),
            ModelMetadata.datatype(column).name(),
            ModelMetadata.shape(column));
      }
      ArrayNode outputs = json.putArray("outputs");
      for (OutputTensor.Spec spec : OutputTensor.specs(model)) {
        tensor(outputs, spec.name(), spec.datatype().name(), spec.shape());
      }
      ObjectNode properties = json.putObject("properties");
      ModelMetadata.properties(model).forEach(properties::put);
      return json(json);
    }
  }

  private static void tensor(ArrayNode all, String name, String datatype, List<Long> shape) {
    ArrayNode sizes = all.addObject().put("name", name).put("datatype", datatype).putArray("shape");
    shape.forEach(sizes::add);
  }

  private CompletableFuture<HttpReply> infer(HttpCall call) {
    return requests.reply(call, lease -> infer(call, lease));
  }

  private CompletableFuture<HttpReply> infer(HttpCall call, ModelVersion.Lease lease) {
    ModelVersion model = lease.model();
    InferRequest request = read(call, model);
    if (request.timeoutUs() > 0) {
      call.context().tighten(TimeUnit.MICROSECONDS.toNanos(request.timeoutUs()));
      requests.service().watch(call.context());
    }
    RowBatch batch = requests.batch(lease);
    InputTensor.fill(model, batch, request.inputs());
    List<OutputTensor.Spec> asked =
        OutputTensor.asked(
            model, request.outputs().stream().map(InferRequest.Asked::name).toList());
    return requests
        .score(call, lease, batch, OutputTensor.options(asked))
        .thenApply(
            rows -> reply(InferResponse.of(model, request, OutputTensor.of(model, asked, rows))));
  }

  private InferRequest read(HttpCall call, ModelVersion model) {
    byte[] body = call.json();
    String header = call.header(HEADER_LENGTH);
    int jsonBytes = headerBytes(header, body.length);
    if (header != null && jsonBytes == 0) {
      return InferResponse.wholeBody(model, body);
    }
    return InferRequest.read(
        requireObject(requests.json(), body, jsonBytes),
        ByteBuffer.wrap(body, jsonBytes, body.length - jsonBytes));
  }

  private static JsonNode requireObject(Json json, byte[] body, int length) {
    JsonNode value = json.read(body, 0, length);
    if (!value.isObject()) {
      throw RequestException.invalid(null, "expected a JSON object, found " + Json.kind(value));
    }
    return value;
  }

  private static int headerBytes(@Nullable String header, int bodyBytes) {
    if (header == null) {
      return bodyBytes;
    }
    long length;
    try {
      length = Long.parseLong(header.strip());
    } catch (NumberFormatException e) {
      length = -1;
    }
    if (length < 0 || length > bodyBytes) {
      throw new RequestException(
          Kind.INVALID_REQUEST,
          "expected 0 to " + bodyBytes + ", the length of the body",
          HEADER_LENGTH);
    }
    return (int) length;
  }

  private HttpReply reply(InferResponse response) {
    byte[] json = requests.json().write(response.json());
    if (response.raw().length == 0) {
      return new HttpReply(200, HttpReply.JSON, json, Map.of());
    }
    byte[] body = new byte[json.length + response.raw().length];
    System.arraycopy(json, 0, body, 0, json.length);
    System.arraycopy(response.raw(), 0, body, json.length, response.raw().length);
    return new HttpReply(200, "application/octet-stream", body, Map.of())
        .with(HEADER_LENGTH, Integer.toString(json.length));
  }
}
