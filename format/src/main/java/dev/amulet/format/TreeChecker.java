package dev.amulet.format;

import dev.amulet.format.v1.Comparison;
import dev.amulet.format.v1.SlotRange;
import dev.amulet.format.v1.TreeEnsemble;
import java.util.BitSet;
import java.util.List;

/** The rules of a tree ensemble: after them, walking its arrays ends and stays inside. */
final class TreeChecker {
  static final int CODEC = 1;

  private final TreeEnsemble trees;
  private final Where where;

  TreeChecker(TreeEnsemble trees, Where where) {
    this.trees = trees;
    this.where = where;
  }

  static void requireCodec(TreeEnsemble trees, Where where) throws ArtifactException {
    if (trees.getCodec() != CODEC) {
      throw where
          .at("trees")
          .bad(
              "codec "
                  + Integer.toUnsignedString(trees.getCodec())
                  + ", this runtime reads "
                  + CODEC
                  + "; upgrade the runtime");
    }
  }

  /**
   * @param reads the slots the stage may test
   * @param margins how many margins the outputs have
   */
  void check(List<SlotRange> reads, int margins) throws ArtifactException {
    if (trees.getComparison() != Comparison.LESS_THAN
        && trees.getComparison() != Comparison.LESS_OR_EQUAL) {
      throw where
          .at("comparison")
          .bad("value " + trees.getComparisonValue() + ", expected LESS_THAN or LESS_OR_EQUAL");
    }
    requireCount("base_margin", trees.getBaseMarginCount(), margins);
    for (int i = 0; i < margins; i++) {
      finite(trees.getBaseMargin(i), "base_margin", i);
    }
    int nodes = trees.getSlotsCount();
    requireCount("values", trees.getValuesCount(), nodes);
    requireCount("left", trees.getLeftCount(), nodes);
    requireCount("right", trees.getRightCount(), nodes);
    requireCount("missing_left", trees.getMissingLeftCount(), nodes);
    requireCount("cover", trees.getCoverCount(), nodes);
    requireCount("margins", trees.getMarginsCount(), trees.getRootsCount());
    BitSet readable = new BitSet();
    for (SlotRange range : reads) {
      readable.set(range.getFirst(), range.getFirst() + range.getCount());
    }
    roots(nodes, margins);
    // One more than the node's depth; 0 while no parent has claimed the node.
    byte[] level = new byte[nodes];
    for (int tree = 0; tree < trees.getRootsCount(); tree++) {
      int first = trees.getRoots(tree);
      int end = tree + 1 < trees.getRootsCount() ? trees.getRoots(tree + 1) : nodes;
      level[first] = 1;
      for (int node = first; node < end; node++) {
        node(node, end, level, readable);
      }
    }
  }

  private void roots(int nodes, int margins) throws ArtifactException {
    int count = trees.getRootsCount();
    if (count == 0 && nodes > 0) {
      throw where
          .at("roots")
          .bad("none for " + nodes + " nodes, expected the first node of a tree");
    }
    int before = -1;
    for (int tree = 0; tree < count; tree++) {
      int root = trees.getRoots(tree);
      if (root <= before || root >= nodes || (tree == 0 && root != 0)) {
        throw where
            .at("roots", tree)
            .bad(
                Integer.toUnsignedString(root)
                    + " of "
                    + nodes
                    + " nodes, expected ascending positions of nodes from 0");
      }
      before = root;
      int margin = trees.getMargins(tree);
      if (margin < 0 || margin >= margins) {
        throw where
            .at("margins", tree)
            .bad(Integer.toUnsignedString(margin) + ", expected less than " + margins);
      }
    }
  }

  private void node(int node, int end, byte[] level, BitSet readable) throws ArtifactException {
    finite(trees.getValues(node), "values", node);
    float cover = trees.getCover(node);
    if (!(cover >= 0) || cover == Float.POSITIVE_INFINITY) {
      throw where.at("cover", node).bad(cover + ", expected a finite number of 0 or more");
    }
    if (level[node] == 0) {
      throw where
          .at("slots", node)
          .bad("no node before it has this one as a child; expected every node in one tree");
    }
    int slot = trees.getSlots(node);
    int left = trees.getLeft(node);
    int right = trees.getRight(node);
    if (slot == -1) {
      if (left != 0 || right != 0 || trees.getMissingLeft(node)) {
        throw where
            .at("left", node)
            .bad("a leaf with children or missing_left, expected 0, 0 and false");
      }
      return;
    }
    if (slot < 0 || !readable.get(slot)) {
      throw where
          .at("slots", node)
          .bad("tests slot " + slot + ", expected -1 or a slot that the stage reads");
    }
    if (level[node] > Limits.TREE_DEPTH - 1) {
      throw where
          .at("slots", node)
          .bad("deeper than " + (Limits.TREE_DEPTH - 1) + " tests, expected a tree less deep");
    }
    child("left", node, left, end, level);
    child("right", node, right, end, level);
  }

  private void child(String side, int node, int child, int end, byte[] level)
      throws ArtifactException {
    if (child <= node || child >= end) {
      throw where
          .at(side, node)
          .bad(
              Integer.toUnsignedString(child)
                  + ", expected a node after "
                  + node
                  + " in the same tree, which ends before "
                  + end);
    }
    if (level[child] != 0) {
      throw where
          .at(side, node)
          .bad("node " + child + " has a parent already, expected one parent each");
    }
    level[child] = (byte) (level[node] + 1);
  }

  private void finite(float value, String field, int index) throws ArtifactException {
    if (!Float.isFinite(value)) {
      throw where.at(field, index).bad(value + ", expected a finite number");
    }
  }

  private void requireCount(String field, int found, int expected) throws ArtifactException {
    if (found != expected) {
      throw where.at(field).bad(found + " values, expected " + expected);
    }
  }
}
