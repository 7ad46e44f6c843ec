/** Boosted trees: trained by XGBoost, kept as plain arrays. The only package that names ml.dmlc. */
@NullMarked
package dev.amulet.training.tree;

import org.jspecify.annotations.NullMarked;
