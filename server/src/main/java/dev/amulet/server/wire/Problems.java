package dev.amulet.server.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.server.model.RequestException;
import dev.amulet.server.model.RequestException.Kind;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletionException;

/** What a caller is told when something went wrong: enough to mend it, nothing of our insides. */
public final class Problems {
  private static final Logger LOG = System.getLogger("dev.amulet.server");

  private Problems() {}

  /** What to answer; anything that we did not foresee is logged with the request's id. */
  public static RequestException of(Throwable thrown, String requestId) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof RequestException known) {
      return known;
    }
    LOG.log(Level.ERROR, "request " + requestId + " failed", cause);
    return new RequestException(
        Kind.INTERNAL, "something went wrong here; the server's log has it under the request's id");
  }

  /** As JSON: {@code error} and, for clients of H2O's scorer, {@code detail}. */
  public static ObjectNode json(RequestException problem, String requestId) {
    ObjectNode json =
        Json.object()
            .put("error", problem.getMessage())
            .put("detail", problem.getMessage())
            .put("code", problem.code());
    if (problem.field() != null) {
      json.put("field", problem.field());
    }
    if (problem.row() >= 0) {
      json.put("row", problem.row());
    }
    return json.put("request_id", requestId);
  }

  /**
   * Checks that every row has a score.
   *
   * @throws RequestException for the first that has none
   */
  public static void requireScores(List<ScoredRow> rows) {
    for (int i = 0; i < rows.size(); i++) {
      var error = rows.get(i).error();
      if (error != null) {
        throw RequestException.row(i, error);
      }
    }
  }
}
