package dev.amulet.server.http;

import static dev.amulet.server.http.HealthApi.done;
import static dev.amulet.server.http.Route.Work.LOOK;
import static io.netty.handler.codec.http.HttpMethod.GET;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.amulet.server.model.AccessRules.Group;
import dev.amulet.server.model.ModelRepository;
import dev.amulet.server.wire.Json;
import dev.amulet.server.wire.OpenApi;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/** The page to try a model on, and the description of the API that it and others are made from. */
final class PageApi {
  /** Nothing comes from elsewhere; pictures that were chosen are shown. */
  private static final String POLICY =
      "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline';"
          + " img-src data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'";

  private final ModelRepository repository;
  private final Json json;
  private final String version;
  private final byte[] page;

  PageApi(ModelRepository repository, Json json, String version) {
    this.repository = repository;
    this.json = json;
    this.version = version;
    try (InputStream in = PageApi.class.getResourceAsStream("page.html")) {
      if (in == null) {
        throw new IllegalStateException("page.html is not in the jar");
      }
      page = in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("page.html cannot be read", e);
    }
  }

  List<Route> routes() {
    return List.of(
        Route.of(GET, "/", LOOK, call -> done(page())).of(Group.HEALTH),
        Route.of(GET, "/models", LOOK, call -> done(models())),
        Route.of(
            GET,
            "/openapi.json",
            LOOK,
            call -> done(HttpReply.json(json, OpenApi.of(repository, version)))));
  }

  private HttpReply page() {
    return new HttpReply(
        200, "text/html; charset=utf-8", page, Map.of("Content-Security-Policy", POLICY));
  }

  private HttpReply models() {
    ArrayNode models = Json.array();
    for (String name : repository.names()) {
      ArrayNode versions = models.addObject().put("name", name).putArray("versions");
      repository.versions(name).forEach(versions::add);
    }
    return HttpReply.json(json, models);
  }
}
