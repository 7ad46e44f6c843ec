package dev.amulet.training.insight;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A table on the page. */
final class Table {
  private final ObjectNode node = JsonNodeFactory.instance.objectNode();
  private final ArrayNode rows;

  /**
   * @param align one letter per column: l for text, r for figures
   */
  Table(String align, String... head) {
    node.put("kind", "table").put("align", align);
    ArrayNode heads = node.putArray("head");
    List.of(head).forEach(heads::add);
    rows = node.putArray("rows");
  }

  Table row(String... cells) {
    return row(false, List.of(cells));
  }

  /**
   * @param marked whether the row stands out
   */
  Table row(boolean marked, List<String> cells) {
    ObjectNode row = rows.addObject().put("marked", marked);
    ArrayNode array = row.putArray("cells");
    cells.forEach(array::add);
    return this;
  }

  /** A row that begins with a picture. */
  Table pictureRow(List<Integer> pictures, List<String> cells) {
    ObjectNode row = rows.addObject();
    ArrayNode array = row.putArray("pictures");
    pictures.forEach(array::add);
    ArrayNode texts = row.putArray("cells");
    cells.forEach(texts::add);
    return this;
  }

  ObjectNode node() {
    return node;
  }
}
