/** Tree ensembles walked on plain arrays. */
@NullMarked
package dev.amulet.runtime.internal.tree;

import org.jspecify.annotations.NullMarked;
