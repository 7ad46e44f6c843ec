/** Dot products over slots: projections, image scores, linear models. */
@NullMarked
package dev.amulet.runtime.internal.linear;

import org.jspecify.annotations.NullMarked;
