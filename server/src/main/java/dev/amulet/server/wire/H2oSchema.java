package dev.amulet.server.wire;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.runtime.Column;
import dev.amulet.runtime.Schema;
import dev.amulet.runtime.ScoreOptions.Part;
import dev.amulet.server.model.ModelVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What H2O's REST scorer says about a model. */
public final class H2oSchema {
  /** A grey picture of 8 by 8 pixels, for requests that must have one. */
  private static final String SAMPLE_IMAGE =
      "data:image/png;base64,"
          + "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAD0lEQVR42mNowAEYhpYEAILz"
          + "YAEllbNjAAAAAElFTkSuQmCC";

  /** More would be no help to who fills in a form. */
  private static final int MOST_LEVELS = 500;

  private H2oSchema() {}

  /** Names of the score columns. */
  public static List<String> outputs(ModelVersion model) {
    Schema schema = model.schema();
    if (schema.classes().isEmpty()) {
      return List.of(schema.target());
    }
    return schema.classes().stream().map(label -> schema.target() + "." + label).toList();
  }

  /** Columns, types and kind of the model; what a column is taken for, and its levels, are ours. */
  public static ObjectNode schema(ModelVersion model) {
    Schema schema = model.schema();
    ObjectNode json = Json.object().put("id", model.id()).put("name", model.name());
    ObjectNode properties = json.putObject("properties");
    properties.put(
        "scoringType",
        switch (schema.task()) {
          case BINARY -> "BINOMIAL";
          case MULTICLASS -> "CLASSIFICATION";
          default -> "REGRESSION";
        });
    if (!schema.classes().isEmpty()) {
      ArrayNode labels = properties.putArray("scoringResponLabels");
      schema.classes().forEach(labels::add);
    }
    ArrayNode parts = properties.putArray("available");
    model.scorer().available().forEach(part -> parts.add(part.name()));
    ObjectNode fields = json.putObject("schema");
    ArrayNode inputs = fields.putArray("inputFields");
    for (Column column : schema.columns()) {
      ObjectNode input =
          inputs.addObject().put("name", column.name()).put("dataType", dataType(column));
      if (!column.example().isEmpty()) {
        input.put("example", column.example());
      }
      input.put("columnType", column.type().name());
      if (column.type() == ColumnType.CATEGORICAL) {
        ArrayNode levels = input.putArray("levels");
        column.levels().stream().limit(MOST_LEVELS).forEach(levels::add);
      }
    }
    fields.putArray("targetFields");
    ArrayNode outputs = fields.putArray("outputFields");
    for (String name : outputs(model)) {
      outputs.addObject().put("name", name).put("dataType", "Float64");
    }
    return json;
  }

  private static String dataType(Column column) {
    return switch (column.dataType()) {
      case BOOL -> "Bool";
      case INT32 -> "Int32";
      case INT64 -> "Int64";
      case FLOAT32 -> "Float32";
      case FLOAT64 -> "Float64";
      case TIME64 -> "Time64";
      default -> "Str";
    };
  }

  /** What the model can be asked for. */
  public static ArrayNode capabilities(ModelVersion model) {
    ArrayNode json = Json.array().add("SCORE");
    Set<Part> parts = model.scorer().available();
    if (parts.contains(Part.INTERVALS)) {
      json.add("SCORE_PREDICTION_INTERVAL");
    }
    if (parts.contains(Part.CONTRIBUTIONS_ORIGINAL)) {
      json.add("CONTRIBUTION_ORIGINAL");
    }
    if (parts.contains(Part.CONTRIBUTIONS_TRANSFORMED)) {
      json.add("CONTRIBUTION_TRANSFORMED");
    }
    if (hasImages(model)) {
      json.add("MEDIA");
    }
    return json;
  }

  /** Whether a row has pictures. */
  public static boolean hasImages(ModelVersion model) {
    return model.schema().columns().stream().anyMatch(c -> c.type() == ColumnType.IMAGE);
  }

  /** A request that scores. */
  public static ObjectNode sample(ModelVersion model) {
    ObjectNode json = Json.object();
    ArrayNode fields = json.putArray("fields");
    List<String> cells = new ArrayList<>();
    for (Column column : model.schema().columns()) {
      fields.add(column.name());
      cells.add(sampleCell(column));
    }
    ArrayNode row = json.putArray("rows").addArray();
    cells.forEach(row::add);
    return json;
  }

  private static String sampleCell(Column column) {
    if (column.type() == ColumnType.IMAGE) {
      return SAMPLE_IMAGE;
    }
    if (!column.example().isBlank()) {
      return column.example();
    }
    return switch (column.type()) {
      case NUMERIC -> "0";
      case BOOLEAN -> "true";
      case DATE_TIME -> "2018-01-01";
      case CATEGORICAL -> column.levels().isEmpty() ? "text" : column.levels().get(0);
      default -> "text";
    };
  }
}
