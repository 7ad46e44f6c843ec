/**
 * From a table with image columns to one amulet.
 *
 * <p>Start at {@link dev.amulet.training.Experiment}.
 */
@NullMarked
package dev.amulet.training;

import org.jspecify.annotations.NullMarked;
