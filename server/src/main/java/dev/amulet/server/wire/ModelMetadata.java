package dev.amulet.server.wire;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.runtime.Column;
import dev.amulet.server.model.ModelVersion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the Open Inference Protocol says about a model, apart from how it is written. */
public final class ModelMetadata {
  public static final String PLATFORM = "amulet";

  private ModelMetadata() {}

  /** The type that a column is best sent as; others that fit its values are taken, too. */
  public static Datatype datatype(Column column) {
    return switch (column.type()) {
      case NUMERIC ->
          switch (column.dataType()) {
            case INT32 -> Datatype.INT32;
            case INT64 -> Datatype.INT64;
            case FLOAT32 -> Datatype.FP32;
            default -> Datatype.FP64;
          };
      case BOOLEAN -> Datatype.BOOL;
      default -> Datatype.BYTES;
    };
  }

  /** Shape of a column's tensor; -1 is any size. */
  public static List<Long> shape(Column column) {
    return column.type() == ColumnType.IMAGE && column.severalImages()
        ? List.of(-1L, -1L)
        : List.of(-1L);
  }

  /** What else is worth knowing, as texts. */
  public static Map<String, String> properties(ModelVersion model) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("amulet_id", model.id());
    properties.put("task", model.schema().task().name().toLowerCase(Locale.ROOT));
    properties.put("target", model.schema().target());
    if (!model.schema().classes().isEmpty()) {
      properties.put("classes", String.join(",", model.schema().classes()));
    }
    properties.put(
        "image_columns",
        String.join(
            ",",
            model.schema().columns().stream()
                .filter(column -> column.type() == ColumnType.IMAGE)
                .map(Column::name)
                .toList()));
    return properties;
  }
}
