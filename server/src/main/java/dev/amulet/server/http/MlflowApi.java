package dev.amulet.server.http;

import static dev.amulet.server.http.Route.Work.LOOK;
import static dev.amulet.server.http.Route.Work.SCORE;
import static io.netty.handler.codec.http.HttpMethod.GET;
import static io.netty.handler.codec.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.ScoreOptions;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.server.model.ModelVersion;
import dev.amulet.server.wire.Json;
import dev.amulet.server.wire.JsonLines;
import dev.amulet.server.wire.MlflowRows;
import dev.amulet.server.wire.Problems;
import dev.amulet.server.wire.RowBatch;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The scoring path of MLflow and SageMaker: {@code /invocations}. */
final class MlflowApi {
  private final ScoringRequests requests;
  private final String version;

  MlflowApi(ScoringRequests requests, String version) {
    this.requests = requests;
    this.version = version;
  }

  List<Route> routes() {
    return List.of(
        Route.of(POST, "/invocations", SCORE, this::invoke),
        Route.of(
            GET,
            "/version",
            LOOK,
            call -> HealthApi.done(HttpReply.text(200, "text/plain", version))));
  }

  private CompletableFuture<HttpReply> invoke(HttpCall call) {
    return requests.reply(call, lease -> invoke(call, lease));
  }

  private CompletableFuture<HttpReply> invoke(HttpCall call, ModelVersion.Lease lease) {
    ModelVersion model = lease.model();
    RowBatch batch = requests.batch(lease);
    String type = call.mediaType();
    switch (type) {
      case "application/json", "" ->
          MlflowRows.fill(requests.json().readObject(call.json()), model, batch);
      case "application/x-ndjson", "application/jsonl" -> {
        return lines(call, lease, batch);
      }
      case "text/csv" -> requests.fillFromCsv(call, model, batch);
      case "multipart/form-data" -> requests.fillFromForm(call, batch);
      default -> {
        if (!type.startsWith("image/")) {
          throw call.unsupported("application/json, text/csv, multipart/form-data or image/*");
        }
        requests.fillFromImage(call, model, batch);
      }
    }
    return requests
        .score(call, lease, batch, ScoreOptions.none())
        .thenApply(rows -> HttpReply.json(requests.json(), predictions(model, rows)));
  }

  /**
   * A row per line in, a result per line out; a line that cannot be scored says why, the others
   * score.
   */
  private CompletableFuture<HttpReply> lines(
      HttpCall call, ModelVersion.Lease lease, RowBatch batch) {
    call.requireUtf8();
    ModelVersion model = lease.model();
    JsonLines.fill(requests.json(), call.bytes(), batch);
    return requests
        .score(call, lease, batch, ScoreOptions.none())
        .thenApply(
            rows ->
                new HttpReply(
                    200,
                    "application/x-ndjson",
                    JsonLines.write(requests.json(), model, rows),
                    Map.of()));
  }

  private static ObjectNode predictions(ModelVersion model, List<ScoredRow> rows) {
    Problems.requireScores(rows);
    List<String> classes = model.schema().classes();
    ObjectNode json = Json.object();
    ArrayNode predictions = json.putArray("predictions");
    ArrayNode probabilities = Json.array();
    for (ScoredRow row : rows) {
      Prediction prediction = row.prediction();
      if (prediction == null) {
        throw new IllegalStateException("every row has a score");
      }
      if (classes.isEmpty()) {
        predictions.add(Json.number(prediction.value()));
      } else {
        predictions.add(prediction.label());
        ArrayNode own = probabilities.addArray();
        for (double probability : prediction.probabilities()) {
          own.add(Json.number(probability));
        }
      }
    }
    if (!classes.isEmpty()) {
      json.set("probabilities", probabilities);
      classes.forEach(json.putArray("classes")::add);
    }
    return json;
  }
}
