package dev.amulet.server.http;

import static dev.amulet.server.http.Route.Work.ADMIN;
import static io.netty.handler.codec.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.amulet.server.model.ModelRepository;
import dev.amulet.server.model.RequestException;
import dev.amulet.server.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The model repository extension of the Open Inference Protocol, for who has an admin token. */
final class RepositoryApi {
  private final ModelRepository repository;
  private final Json json;

  RepositoryApi(ModelRepository repository, Json json) {
    this.repository = repository;
    this.json = json;
  }

  List<Route> routes() {
    return List.of(
        Route.of(POST, "/v2/repository/index", ADMIN, this::index),
        Route.of(
            POST,
            "/v2/repository/models/{model}/load",
            ADMIN,
            call -> changed(() -> repository.load(String.valueOf(call.variable("model"))))),
        Route.of(
            POST,
            "/v2/repository/models/{model}/unload",
            ADMIN,
            call -> changed(() -> repository.unload(String.valueOf(call.variable("model"))))));
  }

  private CompletableFuture<HttpReply> index(HttpCall call) {
    boolean readyOnly = false;
    byte[] body = call.bytes();
    if (body.length > 0) {
      JsonNode ready = json.readObject(body).path("ready");
      if (!ready.isMissingNode() && !ready.isBoolean()) {
        throw RequestException.invalid(
            "ready", "expected true or false, found " + Json.kind(ready));
      }
      readyOnly = ready.asBoolean();
    }
    ArrayNode models = Json.array();
    for (ModelRepository.Status status : repository.index()) {
      if (!readyOnly || status.state().equals("READY")) {
        models
            .addObject()
            .put("name", status.name())
            .put("version", status.version())
            .put("state", status.state())
            .put("reason", status.reason())
            .put("amulet_id", status.id());
      }
    }
    return HealthApi.done(HttpReply.json(json, models));
  }

  /** Changes what is served. */
  @FunctionalInterface
  private interface Change {
    void run() throws IOException;
  }

  private CompletableFuture<HttpReply> changed(Change change) {
    try {
      change.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HealthApi.done(HttpReply.json(json, Json.object()));
  }
}
