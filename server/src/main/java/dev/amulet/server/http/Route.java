package dev.amulet.server.http;

import dev.amulet.server.model.AccessRules;
import io.netty.handler.codec.http.HttpMethod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be asked for.
 *
 * @param method the HTTP method
 * @param path segments; {@code {name}} matches any one and is a variable
 * @param work where it runs
 * @param group who may ask
 * @param handler what answers; exceptions become error answers
 */
record Route(
    HttpMethod method, List<String> path, Work work, AccessRules.Group group, Handler handler) {
  /** Where a request is handled. */
  enum Work {
    /** On the event loop: nothing but a look at what is in memory. */
    LOOK,
    /** By a worker, when one is free; counted among the requests that are let in. */
    SCORE,
    /** On the one thread that loads models; needs an admin token. */
    ADMIN
  }

  /** Answers a request. */
  @FunctionalInterface
  interface Handler {
    CompletableFuture<HttpReply> handle(HttpCall call);
  }

  static Route of(HttpMethod method, String path, Work work, Handler handler) {
    return new Route(
        method,
        segments(path),
        work,
        work == Work.ADMIN ? AccessRules.Group.ADMIN : AccessRules.Group.INFER,
        handler);
  }

  /** The same for another group. */
  Route of(AccessRules.Group other) {
    return new Route(method, path, work, other, handler);
  }

  /** Segments of a path; a slash at the end does not count. */
  static List<String> segments(String path) {
    String trimmed = path.startsWith("/") ? path.substring(1) : path;
    trimmed = trimmed.endsWith("/") ? trimmed.substring(0, trimmed.length() - 1) : trimmed;
    return trimmed.isEmpty() ? List.of() : List.of(trimmed.split("/", -1));
  }

  /** The path as written, for metrics. */
  String name() {
    return "/" + String.join("/", path);
  }

  /** The variables of a path, or null when it is not this route's. */
  @Nullable Map<String, String> match(List<String> segments) {
    if (segments.size() != path.size()) {
      return null;
    }
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < path.size(); i++) {
      String pattern = path.get(i);
      if (pattern.startsWith("{")) {
        variables.put(pattern.substring(1, pattern.length() - 1), segments.get(i));
      } else if (!pattern.equals(segments.get(i))) {
        return null;
      }
    }
    return variables;
  }
}
