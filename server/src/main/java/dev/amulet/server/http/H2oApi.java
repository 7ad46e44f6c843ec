package dev.amulet.server.http;

import static dev.amulet.server.http.HealthApi.done;
import static dev.amulet.server.http.Route.Work.LOOK;
import static dev.amulet.server.http.Route.Work.SCORE;
import static io.netty.handler.codec.http.HttpMethod.GET;
import static io.netty.handler.codec.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.server.http.ScoringRequests.Part;
import dev.amulet.server.model.ModelVersion;
import dev.amulet.server.model.RequestException;
import dev.amulet.server.model.RequestException.Kind;
import dev.amulet.server.wire.H2oRequest;
import dev.amulet.server.wire.H2oResponse;
import dev.amulet.server.wire.H2oSchema;
import dev.amulet.server.wire.RowBatch;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The paths of H2O's REST scorer, with images that really score. */
final class H2oApi {
  private final ScoringRequests requests;

  H2oApi(ScoringRequests requests) {
    this.requests = requests;
  }

  List<Route> routes() {
    return List.of(
        Route.of(GET, "/model/id", LOOK, look(model -> text(model.id()))),
        Route.of(GET, "/model/schema", LOOK, look(model -> json(H2oSchema.schema(model)))),
        Route.of(
            GET, "/model/capabilities", LOOK, look(model -> json(H2oSchema.capabilities(model)))),
        Route.of(GET, "/model/sample_request", LOOK, look(model -> json(H2oSchema.sample(model)))),
        Route.of(POST, "/model/score", SCORE, this::score),
        Route.of(POST, "/model/contribution", SCORE, this::contribution),
        Route.of(POST, "/model/media-score", SCORE, this::mediaScore));
  }

  private Route.Handler look(Function<ModelVersion, HttpReply> reply) {
    return call -> {
      try (ModelVersion.Lease lease = requests.lease(call)) {
        return done(reply.apply(lease.model()));
      }
    };
  }

  private static HttpReply text(String text) {
    return HttpReply.text(200, "text/plain", text);
  }

  private HttpReply json(JsonNode value) {
    return HttpReply.json(requests.json(), value);
  }

  private CompletableFuture<HttpReply> score(HttpCall call) {
    return requests.reply(call, lease -> score(call, lease));
  }

  private CompletableFuture<HttpReply> score(HttpCall call, ModelVersion.Lease lease) {
    RowBatch batch = requests.batch(lease);
    H2oRequest request = H2oRequest.plain();
    String type = call.mediaType();
    if (type.startsWith("image/")) {
      requests.fillFromImage(call, lease.model(), batch);
    } else if (type.equals("multipart/form-data")) {
      requests.fillFromForm(call, batch);
    } else if (type.equals("text/csv")) {
      requests.fillFromCsv(call, lease.model(), batch);
    } else {
      JsonNode body = requests.json().readObject(call.json());
      request = H2oRequest.read(body, lease.model(), batch, Map.of());
    }
    return answer(call, lease, batch, request);
  }

  private CompletableFuture<HttpReply> mediaScore(HttpCall call) {
    return requests.reply(call, lease -> mediaScore(call, lease));
  }

  private CompletableFuture<HttpReply> mediaScore(HttpCall call, ModelVersion.Lease lease) {
    JsonNode body = null;
    Map<String, byte[]> files = new HashMap<>();
    for (Part part : requests.parts(call)) {
      byte[] file = part.file();
      String text = part.text();
      if (part.name().equals("scoreMediaRequest")) {
        body = requests.json().readObject(file == null ? bytes(text == null ? "" : text) : file);
      } else if (part.name().equals("files") && file != null) {
        if (files.put(part.fileName(), file) != null) {
          throw RequestException.invalid(
              "files", "two files are called \"" + part.fileName() + "\"");
        }
      } else {
        throw RequestException.invalid(
            part.name(), "expected the parts scoreMediaRequest and files");
      }
    }
    if (body == null || files.isEmpty()) {
      throw RequestException.invalid(
          body == null ? "scoreMediaRequest" : "files",
          "the part is missing; expected scoreMediaRequest and files");
    }
    RowBatch batch = requests.batch(lease);
    H2oRequest request = H2oRequest.read(body, lease.model(), batch, files);
    return answer(call, lease, batch, request);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private CompletableFuture<HttpReply> answer(
      HttpCall call, ModelVersion.Lease lease, RowBatch batch, H2oRequest request) {
    ModelVersion model = lease.model();
    return requests
        .score(call, lease, batch, request.options())
        .thenApply(rows -> json(new H2oResponse(model, request, rows).score()));
  }

  private CompletableFuture<HttpReply> contribution(HttpCall call) {
    return requests.reply(call, lease -> contribution(call, lease));
  }

  private CompletableFuture<HttpReply> contribution(HttpCall call, ModelVersion.Lease lease) {
    RowBatch batch = requests.batch(lease);
    JsonNode body = requests.json().readObject(call.json());
    H2oRequest request = H2oRequest.read(body, lease.model(), batch, Map.of());
    if (request.contributions() == null) {
      throw new RequestException(
          Kind.INVALID_REQUEST, "expected ORIGINAL or TRANSFORMED", "requestShapleyValueType");
    }
    ModelVersion model = lease.model();
    return requests
        .score(call, lease, batch, request.options())
        .thenApply(rows -> json(new H2oResponse(model, request, rows).contributions()));
  }
}
