package dev.amulet.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.amulet.format.v1.Comparison;
import dev.amulet.format.v1.TreeEnsemble;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** An ensemble of one margin as linked nodes, read from XGBoost's JSON dump. */
record LinkedTrees(float baseMargin, List<Node> roots) {
  /**
   * A leaf has no children and its value in {@code number}; else {@code number} is the threshold.
   */
  record Node(
      int slot, float number, boolean missingLeft, @Nullable Node left, @Nullable Node right) {}

  static LinkedTrees of(String[] dumps, float baseMargin) {
    ObjectMapper mapper = new ObjectMapper();
    List<Node> roots = new ArrayList<>();
    for (String dump : dumps) {
      try {
        roots.add(node(mapper.readTree(dump)));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("XGBoost's dump of a tree is not JSON: " + dump, e);
      }
    }
    return new LinkedTrees(baseMargin, roots);
  }

  private static Node node(JsonNode json) {
    if (json.has("leaf")) {
      return new Node(-1, (float) json.get("leaf").asDouble(), false, null, null);
    }
    int yes = json.get("yes").asInt();
    JsonNode children = json.get("children");
    boolean yesFirst = children.get(0).get("nodeid").asInt() == yes;
    return new Node(
        Integer.parseInt(json.get("split").asText().substring(1)),
        (float) json.get("split_condition").asDouble(),
        json.get("missing").asInt() == yes,
        node(children.get(yesFirst ? 0 : 1)),
        node(children.get(yesFirst ? 1 : 0)));
  }

  float margin(float[] slots) {
    float margin = baseMargin;
    for (Node root : roots) {
      Node node = root;
      while (node.left != null && node.right != null) {
        float value = slots[node.slot];
        boolean left = Float.isNaN(value) ? node.missingLeft : value < node.number;
        node = left ? node.left : node.right;
      }
      margin += node.number;
    }
    return margin;
  }

  /** The same trees in the format's arrays. */
  TreeEnsemble ensemble() {
    return ensemble(IntUnaryOperator.identity());
  }

  /**
   * The same, over other slots.
   *
   * @param slots where each slot of these trees is found
   */
  TreeEnsemble ensemble(int[] slots) {
    return ensemble(slot -> slots[slot]);
  }

  private TreeEnsemble ensemble(IntUnaryOperator slots) {
    TreeEnsemble.Builder arrays =
        TreeEnsemble.newBuilder()
            .setCodec(1)
            .setComparison(Comparison.LESS_THAN)
            .addBaseMargin(baseMargin);
    for (Node root : roots) {
      arrays.addRoots(arrays.getSlotsCount()).addMargins(0);
      append(root, slots, arrays);
    }
    return arrays.build();
  }

  private static int append(Node node, IntUnaryOperator slots, TreeEnsemble.Builder arrays) {
    int index = arrays.getSlotsCount();
    arrays
        .addSlots(node.slot < 0 ? node.slot : slots.applyAsInt(node.slot))
        .addValues(node.number)
        .addMissingLeft(node.missingLeft)
        .addCover(1)
        .addLeft(0)
        .addRight(0);
    if (node.left != null && node.right != null) {
      arrays.setLeft(index, append(node.left, slots, arrays));
      arrays.setRight(index, append(node.right, slots, arrays));
    }
    return index;
  }
}
