package dev.amulet.runtime;

import dev.amulet.format.v1.Comparison;
import dev.amulet.format.v1.TreeEnsemble;

/** Tree ensembles written by hand. */
final class TreeSketch {
  private final TreeEnsemble.Builder trees;

  TreeSketch(Comparison comparison, float... baseMargins) {
    trees = TreeEnsemble.newBuilder().setCodec(1).setComparison(comparison);
    for (float margin : baseMargins) {
      trees.addBaseMargin(margin);
    }
  }

  /** A leaf, or a test with two children. */
  record Node(int slot, float value, boolean missingLeft, Node[] children) {
    static Node leaf(double value) {
      return new Node(-1, (float) value, false, new Node[0]);
    }

    static Node split(int slot, double threshold, boolean missingLeft, Node left, Node right) {
      return new Node(slot, (float) threshold, missingLeft, new Node[] {left, right});
    }
  }

  /** Adds a tree that adds to one margin. */
  TreeSketch tree(int margin, Node root) {
    trees.addRoots(trees.getSlotsCount()).addMargins(margin);
    add(root);
    return this;
  }

  TreeEnsemble build() {
    return trees.build();
  }

  private int add(Node node) {
    int index = trees.getSlotsCount();
    trees
        .addSlots(node.slot())
        .addValues(node.value())
        .addLeft(0)
        .addRight(0)
        .addMissingLeft(node.missingLeft())
        .addCover(1);
    if (node.children().length > 0) {
      trees.setLeft(index, add(node.children()[0]));
      trees.setRight(index, add(node.children()[1]));
    }
    return index;
  }
}
