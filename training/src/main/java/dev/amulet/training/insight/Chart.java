package dev.amulet.training.insight;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A chart as the script on the page draws it. */
final class Chart {
  private final ObjectNode node = JsonNodeFactory.instance.objectNode();
  private final ArrayNode series;

  /**
   * @param type lines, points, bars, spreads, swarm or map
   * @param id unique on the page
   */
  Chart(String type, String id, String title) {
    node.put("kind", "chart").put("type", type).put("id", id).put("title", title);
    series = node.putArray("series");
  }

  /** One sentence on how to read it. */
  Chart note(String note) {
    node.put("note", note);
    return this;
  }

  Chart x(String name) {
    axis("x").put("name", name);
    return this;
  }

  Chart y(String name) {
    axis("y").put("name", name);
    return this;
  }

  Chart xRange(double least, double most) {
    range(axis("x"), least, most);
    return this;
  }

  Chart yRange(double least, double most) {
    range(axis("y"), least, most);
    return this;
  }

  Chart logarithmic() {
    node.put("log", true);
    return this;
  }

  /** Bars without room between them, as of a histogram. */
  Chart touching() {
    node.put("touching", true);
    return this;
  }

  /** Bars from left to right, names down the side. */
  Chart across() {
    node.put("across", true);
    return this;
  }

  /** Says what the ends of the colour scale mean. */
  Chart scale(String low, String high) {
    node.put("scale", true).put("scaleLow", low).put("scaleHigh", high);
    return this;
  }

  /** Of equal width and height. */
  Chart square() {
    node.put("square", true);
    return this;
  }

  Chart put(String field, String value) {
    node.put(field, value);
    return this;
  }

  private ObjectNode axis(String name) {
    return node.withObjectProperty(name);
  }

  private static void range(ObjectNode axis, double least, double most) {
    axis.put("min", Figures.short5(least)).put("max", Figures.short5(most));
  }

  /** Names along the axis of a bar chart. */
  Chart categories(List<String> names) {
    ArrayNode array = node.putArray("categories");
    names.forEach(array::add);
    return this;
  }

  /** A series of values, one per category. */
  Chart values(String name, double[] values) {
    ArrayNode array = series.addObject().put("name", name).putArray("values");
    for (double value : values) {
      number(array, value);
    }
    return this;
  }

  /** Points of a series; two numbers each, or more where the type takes more. */
  Chart points(String name, List<double[]> points) {
    return points(name, points, null);
  }

  /**
   * @param style guide for a dashed line, faint for one of several, or null
   */
  Chart points(String name, List<double[]> points, @Nullable String style) {
    ObjectNode one = series.addObject().put("name", name);
    if (style != null) {
      one.put("style", style);
    }
    ArrayNode array = one.putArray("points");
    for (double[] point : points) {
      ArrayNode numbers = array.addArray();
      for (double value : point) {
        number(numbers, value);
      }
    }
    return this;
  }

  private static void number(ArrayNode array, double value) {
    if (!Double.isFinite(value)) {
      array.addNull();
    } else if (value == Math.rint(value) && Math.abs(value) < 1e9) {
      array.add((long) value);
    } else {
      array.add(Figures.short5(value));
    }
  }

  ObjectNode node() {
    return node;
  }
}
