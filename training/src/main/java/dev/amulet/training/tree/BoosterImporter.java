package dev.amulet.training.tree;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.amulet.format.v1.Comparison;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.training.TrainingException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Turns a saved XGBoost model ("ubj" or "json") into a {@link TreeEnsemble}. Margins are those of
 * XGBoost, bit for bit. Boosters whose margins a tree ensemble cannot express (dart, linear,
 * categorical splits, vector leaves, objectives with other links) are refused by name.
 */
public final class BoosterImporter {
  private static final Set<String> IDENTITY =
      Set.of(
          "reg:squarederror",
          "reg:squaredlogerror",
          "reg:absoluteerror",
          "reg:pseudohubererror",
          "multi:softprob",
          "multi:softmax");
  private static final Set<String> LOGISTIC =
      Set.of("binary:logistic", "binary:logitraw", "reg:logistic");

  private final JsonNode learner;
  private final TreeEnsemble.Builder ensemble = TreeEnsemble.newBuilder();
  private final Map<Integer, Double> importances = new HashMap<>();

  private BoosterImporter(JsonNode root) {
    learner = field(root, "learner");
  }

  /** All trees of a saved booster; slots are its feature indices. */
  public static ImportedTrees read(byte[] model) {
    BoosterImporter importer = new BoosterImporter(parse(model));
    int features = number(field(field(importer.learner, "learner_model_param"), "num_feature"));
    int[] slots = new int[features];
    for (int i = 0; i < features; i++) {
      slots[i] = i;
    }
    return importer.trees(slots, Integer.MAX_VALUE);
  }

  /** The first rounds of a saved booster; feature i becomes slot {@code slots[i]}. */
  static ImportedTrees read(byte[] model, int[] slots, int rounds) {
    return new BoosterImporter(parse(model)).trees(slots, rounds);
  }

  private static JsonNode parse(byte[] model) {
    if (model.length < 2 || model[0] != '{') {
      throw new TrainingException(
          "booster: neither JSON nor UBJSON; save the model with save_model(\"model.ubj\")");
    }
    // After its brace UBJSON has a length marker where JSON has a quote or white space.
    if (model[1] != '"' && !Character.isWhitespace(model[1])) {
      return UbjsonReader.read(model);
    }
    try {
      return new ObjectMapper().readTree(model);
    } catch (IOException e) {
      throw new TrainingException("booster: not valid JSON: " + e.getMessage(), e);
    }
  }

  private ImportedTrees trees(int[] slots, int rounds) {
    JsonNode parameters = field(learner, "learner_model_param");
    String objective = field(field(learner, "objective"), "name").asText();
    JsonNode booster = field(learner, "gradient_booster");
    String name = field(booster, "name").asText();
    if (!name.equals("gbtree")) {
      throw unsupported("booster \"" + name + "\"", "\"gbtree\"");
    }
    int outputs = Math.max(1, number(field(parameters, "num_class")));
    if (parameters.path("num_target").asInt(1) > 1) {
      throw unsupported(parameters.path("num_target").asText() + " targets", "one");
    }
    ensemble.setCodec(1).setComparison(Comparison.LESS_THAN);
    baseMargins(objective, field(parameters, "base_score").asText(), outputs);

    JsonNode model = field(booster, "model");
    JsonNode trees = field(model, "trees");
    JsonNode info = field(model, "tree_info");
    int parallel = model.path("gbtree_model_param").path("num_parallel_tree").asInt(1);
    long wanted = (long) rounds * outputs * Math.max(1, parallel);
    for (int tree = 0; tree < Math.min(wanted, trees.size()); tree++) {
      ensemble.addMargins(info.path(tree).asInt());
      tree(trees.get(tree), slots);
    }
    return new ImportedTrees(ensemble.build(), objective, importances);
  }

  /** XGBoost keeps the base score as a response: a number, or a bracketed list from 3.1 on. */
  private void baseMargins(String objective, String text, int outputs) {
    boolean logistic = LOGISTIC.contains(objective);
    if (!logistic && !IDENTITY.contains(objective)) {
      throw unsupported("objective \"" + objective + "\"", IDENTITY + " or " + LOGISTIC);
    }
    String[] scores = text.replace("[", "").replace("]", "").split(",", -1);
    if (scores.length != 1 && scores.length != outputs) {
      throw unsupported(scores.length + " base scores", "one or " + outputs);
    }
    for (int k = 0; k < outputs; k++) {
      float score;
      try {
        score = Float.parseFloat(scores[scores.length == 1 ? 0 : k].trim());
      } catch (NumberFormatException e) {
        throw new TrainingException("booster: base_score \"" + text + "\" is not a number", e);
      }
      ensemble.addBaseMargin(logistic ? -(float) Math.log(1.0f / score - 1.0f) : score);
    }
  }

  /** Appends the nodes reachable from the root, level by level: pruned ones stay behind. */
  private void tree(JsonNode tree, int[] slots) {
    if (tree.path("tree_param").path("size_leaf_vector").asInt(1) > 1) {
      throw unsupported("leaves that hold vectors", "one value per leaf");
    }
    JsonNode left = field(tree, "left_children");
    JsonNode right = field(tree, "right_children");
    JsonNode features = field(tree, "split_indices");
    JsonNode values = field(tree, "split_conditions");
    JsonNode defaults = field(tree, "default_left");
    JsonNode covers = field(tree, "sum_hessian");
    JsonNode gains = field(tree, "loss_changes");
    int first = ensemble.getSlotsCount();
    ensemble.addRoots(first);
    int[] order = new int[left.size()];
    int found = 1;
    for (int at = 0; at < found; at++) {
      int node = order[at];
      ensemble.addValues(values.path(node).floatValue()).addCover(covers.path(node).floatValue());
      int child = left.path(node).asInt(-1);
      if (child < 0) {
        ensemble.addSlots(-1).addLeft(0).addRight(0).addMissingLeft(false);
        continue;
      }
      if (tree.path("split_type").path(node).asInt() != 0) {
        throw unsupported("a categorical split", "numeric splits");
      }
      int other = right.path(node).asInt();
      int feature = features.path(node).asInt();
      if (found + 2 > order.length
          || child >= order.length
          || other < 0
          || other >= order.length
          || feature < 0
          || feature >= slots.length) {
        throw new TrainingException(
            "booster: tree "
                + (ensemble.getRootsCount() - 1)
                + " node "
                + node
                + " points outside the tree; save the model again");
      }
      ensemble
          .addSlots(slots[feature])
          .addLeft(first + found)
          .addRight(first + found + 1)
          .addMissingLeft(defaults.path(node).asInt() != 0 || defaults.path(node).asBoolean());
      importances.merge(slots[feature], gains.path(node).asDouble(), Double::sum);
      order[found++] = child;
      order[found++] = other;
    }
  }

  private static JsonNode field(JsonNode parent, String name) {
    JsonNode child = parent.get(name);
    if (child == null) {
      throw new TrainingException(
          "booster: field \"" + name + "\" is missing; save the model with XGBoost 1.6 to 3.x");
    }
    return child;
  }

  private static int number(JsonNode node) {
    return node.asInt();
  }

  private static TrainingException unsupported(String found, String expected) {
    return new TrainingException("booster: has " + found + ", supported: " + expected);
  }
}
