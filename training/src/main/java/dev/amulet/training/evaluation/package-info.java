/**
 * How good predictions are. {@link dev.amulet.training.evaluation.Metric} names the scorers, {@link
 * dev.amulet.training.evaluation.Evaluation} computes all that apply, {@link
 * dev.amulet.training.evaluation.Score} sums them up over folds.
 */
@NullMarked
package dev.amulet.training.evaluation;

import org.jspecify.annotations.NullMarked;
