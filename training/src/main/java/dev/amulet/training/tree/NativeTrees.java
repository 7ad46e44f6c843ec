package dev.amulet.training.tree;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amulet.format.v1.Comparison;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.training.feature.FeatureMatrix;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * An ensemble evaluated by XGBoost itself: written out as a model file of XGBoost's and loaded
 * there. Independent of the runtime's own tree kernel, and so what the kernel is held against,
 * moved thresholds included.
 */
public final class NativeTrees {
  private final TreeEnsemble ensemble;
  private final int outputs;
  private final Map<Integer, Integer> features = new HashMap<>();
  private final int[] slots;

  /**
   * Evaluates this ensemble.
   *
   * @param slots slots the ensemble may test; they become XGBoost's features in this order
   */
  public NativeTrees(TreeEnsemble ensemble, int[] slots) {
    if (ensemble.getComparison() != Comparison.LESS_THAN) {
      throw new IllegalArgumentException(
          "XGBoost compares with <, not " + ensemble.getComparison());
    }
    this.ensemble = ensemble;
    this.slots = slots.clone();
    outputs = ensemble.getBaseMarginCount();
    if (Set.copyOf(ensemble.getBaseMarginList()).size() != 1) {
      throw new IllegalArgumentException(
          "XGBoost has one base margin for all classes, not " + ensemble.getBaseMarginList());
    }
    for (int i = 0; i < slots.length; i++) {
      features.put(slots[i], i);
    }
  }

  /**
   * Margins of every row, {@code [rows][outputs]}.
   *
   * @param matrix columns are slots
   */
  public float[][] margins(FeatureMatrix matrix) {
    return NativeXgboost.call(() -> predict(matrix));
  }

  private float[][] predict(FeatureMatrix matrix) throws XGBoostError {
    Booster booster = load();
    DMatrix data = NativeXgboost.matrix(matrix, slots);
    try {
      booster.setParam("nthread", 1);
      return booster.predict(data, true);
    } finally {
      data.dispose();
      booster.dispose();
    }
  }

  /** The ensemble as a booster; the caller disposes of it. */
  Booster load() throws XGBoostError {
    try {
      return XGBoost.loadModel(new ByteArrayInputStream(model().getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail to be read", e);
    }
  }

  private String model() {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    ObjectNode learner = root.putObject("learner");
    learner.putObject("attributes");
    learner.putArray("feature_names");
    learner.putArray("feature_types");
    ObjectNode booster = learner.putObject("gradient_booster");
    ObjectNode model = booster.putObject("model");
    booster.put("name", "gbtree");
    model
        .putObject("gbtree_model_param")
        .put("num_trees", Integer.toString(ensemble.getRootsCount()))
        .put("num_parallel_tree", "1");
    ArrayNode indptr = model.putArray("iteration_indptr");
    for (int tree = 0; tree <= ensemble.getRootsCount(); tree += outputs) {
      indptr.add(tree);
    }
    ArrayNode info = model.putArray("tree_info");
    ensemble.getMarginsList().forEach(info::add);
    ArrayNode trees = model.putArray("trees");
    for (int tree = 0; tree < ensemble.getRootsCount(); tree++) {
      addTree(trees.addObject(), tree);
    }
    learner
        .putObject("learner_model_param")
        .put("base_score", Float.toString(ensemble.getBaseMargin(0)))
        .put("boost_from_average", "0")
        .put("num_class", Integer.toString(outputs == 1 ? 0 : outputs))
        .put("num_feature", Integer.toString(slots.length))
        .put("num_target", "1");
    // Margins are asked for, so the objective only has to leave the base score as it is.
    ObjectNode objective = learner.putObject("objective");
    if (outputs == 1) {
      objective.put("name", "reg:squarederror");
      objective.putObject("reg_loss_param").put("scale_pos_weight", "1");
    } else {
      objective.put("name", "multi:softprob");
      objective.putObject("softmax_multiclass_param").put("num_class", Integer.toString(outputs));
    }
    root.putArray("version").add(3).add(0).add(4);
    try {
      return json.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values has a JSON form", e);
    }
  }

  private void addTree(ObjectNode tree, int index) {
    int first = ensemble.getRoots(index);
    int end =
        index + 1 < ensemble.getRootsCount()
            ? ensemble.getRoots(index + 1)
            : ensemble.getSlotsCount();
    ArrayNode weights = tree.putArray("base_weights");
    ArrayNode missingLeft = tree.putArray("default_left");
    ArrayNode left = tree.putArray("left_children");
    ArrayNode right = tree.putArray("right_children");
    ArrayNode gains = tree.putArray("loss_changes");
    ArrayNode parents = tree.putArray("parents");
    ArrayNode values = tree.putArray("split_conditions");
    ArrayNode indices = tree.putArray("split_indices");
    ArrayNode types = tree.putArray("split_type");
    ArrayNode covers = tree.putArray("sum_hessian");
    int[] parent = new int[end - first];
    parent[0] = Integer.MAX_VALUE;
    for (int node = first; node < end; node++) {
      boolean leaf = ensemble.getSlots(node) < 0;
      int l = leaf ? -1 : ensemble.getLeft(node) - first;
      int r = leaf ? -1 : ensemble.getRight(node) - first;
      if (!leaf) {
        parent[l] = node - first;
        parent[r] = node - first;
      }
      weights.add(leaf ? ensemble.getValues(node) : 0f);
      missingLeft.add(ensemble.getMissingLeft(node) ? 1 : 0);
      left.add(l);
      right.add(r);
      gains.add(0f);
      values.add(ensemble.getValues(node));
      indices.add(leaf ? 0 : feature(ensemble.getSlots(node)));
      types.add(0);
      covers.add(ensemble.getCover(node));
    }
    for (int p : parent) {
      parents.add(p);
    }
    tree.putArray("categories");
    tree.putArray("categories_nodes");
    tree.putArray("categories_segments");
    tree.putArray("categories_sizes");
    tree.put("id", index);
    tree.putObject("tree_param")
        .put("num_deleted", "0")
        .put("num_feature", Integer.toString(slots.length))
        .put("num_nodes", Integer.toString(end - first))
        .put("size_leaf_vector", "1");
  }

  private int feature(int slot) {
    Integer feature = features.get(slot);
    if (feature == null) {
      throw new IllegalArgumentException(
          "the ensemble tests slot " + slot + ", which is not listed");
    }
    return feature;
  }
}
