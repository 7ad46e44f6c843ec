package dev.amulet.server.wire;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.runtime.Column;
import dev.amulet.server.model.ModelRepository;
import dev.amulet.server.model.ModelVersion;
import dev.amulet.server.model.RequestException;

/** The API as an OpenAPI 3.1 document, with a schema of the rows of every model that serves. */
public final class OpenApi {
  private static final String JSON = "application/json";

  private OpenApi() {}

  /** Writes the document. */
  public static ObjectNode of(ModelRepository repository, String version) {
    ObjectNode json = Json.object().put("openapi", "3.1.0");
    json.putObject("info").put("title", "Amulet scoring").put("version", version);
    ObjectNode paths = json.putObject("paths");
    ObjectNode schemas = json.putObject("components").putObject("schemas");
    error(schemas);
    for (String path : new String[] {"/livez", "/readyz", "/ping", "/metrics"}) {
      get(paths, path, "text/plain");
    }
    for (String path :
        new String[] {"/v2", "/v2/health/live", "/v2/health/ready", "/models", "/openapi.json"}) {
      get(paths, path, JSON);
    }
    for (String path : new String[] {"/model/schema", "/model/sample_request"}) {
      modelParameter(get(paths, path, JSON));
    }
    modelParameter(get(paths, "/model/capabilities", JSON));
    modelParameter(get(paths, "/model/id", "text/plain"));
    ArrayNode rows = Json.array();
    for (String name : repository.names()) {
      try (ModelVersion.Lease lease = repository.lease(name, null)) {
        row(schemas.putObject("row." + name), lease.model());
        rows.addObject().put("$ref", "#/components/schemas/row." + name);
        infer(paths, name);
      } catch (RequestException e) {
        schemas.remove("row." + name); // Retired this moment, and no part of the API any more.
      }
    }
    modelParameter(post(paths, "/model/score", JSON, "text/csv", "multipart/form-data", "image/*"));
    modelParameter(post(paths, "/model/contribution", JSON));
    modelParameter(post(paths, "/model/media-score", "multipart/form-data"));
    ObjectNode invocations =
        post(paths, "/invocations", JSON, "text/csv", "multipart/form-data", "image/*");
    modelParameter(invocations);
    ObjectNode records =
        ((ObjectNode) invocations.at("/requestBody/content/application~1json"))
            .putObject("schema")
            .put("type", "object")
            .putObject("properties")
            .putObject("dataframe_records")
            .put("type", "array");
    records.putObject("items").set("anyOf", rows);
    return json;
  }

  private static void error(ObjectNode schemas) {
    ObjectNode error = schemas.putObject("error").put("type", "object");
    ObjectNode members = error.putObject("properties");
    for (String name : new String[] {"error", "detail", "code", "field", "request_id"}) {
      members.putObject(name).put("type", "string");
    }
    members.putObject("row").put("type", "integer");
    error.putArray("required").add("error").add("detail").add("code").add("request_id");
  }

  private static ObjectNode get(ObjectNode paths, String path, String type) {
    ObjectNode get = paths.putObject(path).putObject("get");
    responses(get, type);
    return get;
  }

  private static ObjectNode post(ObjectNode paths, String path, String... types) {
    ObjectNode post = paths.putObject(path).putObject("post");
    ObjectNode content = post.putObject("requestBody").put("required", true).putObject("content");
    for (String type : types) {
      content.putObject(type);
    }
    responses(post, JSON);
    return post;
  }

  private static void responses(ObjectNode operation, String type) {
    ObjectNode responses = operation.putObject("responses");
    responses.putObject("200").put("description", "OK").putObject("content").putObject(type);
    responses
        .putObject("default")
        .put("description", "what went wrong")
        .putObject("content")
        .putObject(JSON)
        .putObject("schema")
        .put("$ref", "#/components/schemas/error");
  }

  private static void modelParameter(ObjectNode operation) {
    ArrayNode parameters = operation.putArray("parameters");
    for (String name : new String[] {"model", "version"}) {
      parameters
          .addObject()
          .put("name", name)
          .put("in", "query")
          .putObject("schema")
          .put("type", "string");
    }
  }

  private static void infer(ObjectNode paths, String name) {
    get(paths, "/v2/models/" + name, JSON);
    get(paths, "/v2/models/" + name + "/ready", JSON);
    post(paths, "/v2/models/" + name + "/infer", JSON, "application/octet-stream");
  }

  private static void row(ObjectNode row, ModelVersion model) {
    row.put("type", "object").put("additionalProperties", false);
    ObjectNode properties = row.putObject("properties");
    for (Column column : model.schema().columns()) {
      ObjectNode cell = properties.putObject(column.name());
      ArrayNode types = cell.putArray("type");
      switch (column.type()) {
        case NUMERIC -> types.add("number").add("string");
        case BOOLEAN -> types.add("boolean").add("string");
        case IMAGE -> types.add("string").add("object").add("array");
        default -> types.add("string").add("number");
      }
      types.add("null");
      if (!column.example().isEmpty() && column.type() != ColumnType.IMAGE) {
        cell.putArray("examples").add(column.example());
      }
    }
  }
}
