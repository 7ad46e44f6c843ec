package dev.amulet.training.data;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amulet.format.v1.ColumnStatistics;
import dev.amulet.format.v1.ColumnType;
import java.util.Locale;

/** A {@link TableProfile} for programs. */
public final class ProfileJson {
  private static final int MOST_LEVELS = 100;

  private ProfileJson() {}

  /** One object: rows, target, columns, warnings, problems. */
  public static String of(TableProfile profile) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("name", profile.dataset().name());
    root.put("rows", profile.dataset().rows());
    Target target = profile.target();
    if (target == null) {
      root.putNull("target");
    } else {
      ObjectNode node = root.putObject("target");
      node.put("column", target.column());
      node.put("task", lower(target.task()));
      target.classes().forEach(node.putArray("classes")::add);
      node.put("evidence", target.evidence());
    }
    var columns = root.putArray("columns");
    profile.columns().forEach(column -> add(column, columns.addObject()));
    profile.warnings().forEach(root.putArray("warnings")::add);
    profile.problems().forEach(root.putArray("problems")::add);
    return root.toPrettyString();
  }

  private static void add(ColumnProfile column, ObjectNode node) {
    node.put("name", column.name());
    node.put("role", lower(column.role()));
    node.put("type", lower(column.type()));
    node.put("evidence", column.evidence());
    node.put("reason", column.roleReason());
    ColumnStatistics seen = column.statistics();
    node.put("missing", seen.getMissing());
    node.put("distinct", seen.getDistinct());
    if (column.type() == ColumnType.NUMERIC) {
      node.put("min", seen.getMin());
      node.put("max", seen.getMax());
      node.put("mean", seen.getMean());
      node.put("sd", seen.getSd());
    }
    if (column.type() == ColumnType.IMAGE) {
      node.put("min_width", seen.getMinWidth());
      node.put("max_width", seen.getMaxWidth());
      node.put("min_height", seen.getMinHeight());
      node.put("max_height", seen.getMaxHeight());
    }
    if (!column.levels().isEmpty()) {
      var levels = node.putArray("levels");
      column.levels().stream().limit(MOST_LEVELS).forEach(levels::add);
    }
    node.put("example", column.example());
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
