/**
 * The built-in backbone {@code nano}, and the pictures drawn from formulas that it learned from.
 */
@NullMarked
package dev.amulet.training.vision.nano;

import org.jspecify.annotations.NullMarked;
