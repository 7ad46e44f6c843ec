/** Linear learners: ridge and L2-penalised logistic regression. */
@NullMarked
package dev.amulet.training.linear;

import org.jspecify.annotations.NullMarked;
