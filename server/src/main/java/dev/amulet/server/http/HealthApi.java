package dev.amulet.server.http;

import static dev.amulet.server.http.Route.Work.LOOK;
import static io.netty.handler.codec.http.HttpMethod.GET;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amulet.server.model.AccessRules.Group;
import dev.amulet.server.model.ScoringService;
import dev.amulet.server.wire.Json;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Whether the process lives, whether it takes requests, and what it counts. */
final class HealthApi {
  private final ScoringService service;
  private final Json json;
  private final BooleanSupplier ready;

  HealthApi(ScoringService service, Json json, BooleanSupplier ready) {
    this.service = service;
    this.json = json;
    this.ready = ready;
  }

  List<Route> routes() {
    return List.of(
        open("/livez", call -> done(HttpReply.text(200, "text/plain", "ok\n"))),
        open("/readyz", call -> done(readyText())),
        open("/ping", call -> done(readyText())),
        open("/health", call -> done(readyText())),
        open("/v2/health/live", call -> done(live())),
        open("/v2/health/ready", call -> done(readyJson())),
        Route.of(GET, "/metrics", LOOK, call -> done(metrics())).of(Group.METRICS));
  }

  private static Route open(String path, Route.Handler handler) {
    return Route.of(GET, path, LOOK, handler).of(Group.HEALTH);
  }

  private HttpReply live() {
    return HttpReply.json(json, Json.object().put("live", true));
  }

  private HttpReply readyText() {
    return ready.getAsBoolean()
        ? HttpReply.text(200, "text/plain", "Ready\n")
        : HttpReply.text(503, "text/plain", "Not ready: " + reason() + "\n");
  }

  private HttpReply readyJson() {
    boolean yes = ready.getAsBoolean();
    ObjectNode body = Json.object().put("ready", yes);
    if (!yes) {
      body.put("reason", reason());
    }
    return HttpReply.json(json, yes ? 200 : 503, body);
  }

  private String reason() {
    String models = service.repository().notReadyReason();
    return models.isEmpty() ? "the server is starting or about to stop" : models;
  }

  private HttpReply metrics() {
    return HttpReply.text(
        200, "text/plain; version=0.0.4; charset=utf-8", service.metrics().scrape());
  }

  static CompletableFuture<HttpReply> done(HttpReply reply) {
    return CompletableFuture.completedFuture(reply);
  }
}
