package dev.amulet.server.http;

import dev.amulet.server.model.RequestException;
import dev.amulet.server.model.RequestException.Kind;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Finds what answers a request. Immutable. */
final class Router {
  /** A route and what its path matched. */
  record Match(Route route, Map<String, String> variables) {}

  private final List<Route> routes;

  Router(List<Route> routes) {
    this.routes = List.copyOf(routes);
  }

  /**
   * Finds the route.
   *
   * @throws RequestException when the path is unknown, or its methods are others; the field of the
   *     second names them
   */
  Match find(HttpMethod method, String path) {
    List<String> segments = Route.segments(path);
    TreeSet<String> allowed = new TreeSet<>();
    for (Route route : routes) {
      Map<String, String> variables = route.match(segments);
      if (variables != null) {
        if (route.method().equals(method)
            || (method.equals(HttpMethod.HEAD) && route.method().equals(HttpMethod.GET))) {
          return new Match(route, variables);
        }
        allowed.add(route.method().name());
      }
    }
    if (allowed.isEmpty()) {
      throw new RequestException(Kind.NOT_FOUND, "nothing answers at this path");
    }
    throw new RequestException(
        Kind.METHOD_NOT_ALLOWED,
        "this path answers " + String.join(", ", allowed),
        String.join(", ", allowed));
  }
}
