/** Feature matrices and what is fitted on them. */
@NullMarked
package dev.amulet.training.feature;

import org.jspecify.annotations.NullMarked;
