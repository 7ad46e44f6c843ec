/** Kernels that turn cells into slots. */
@NullMarked
package dev.amulet.runtime.internal.transform;

import org.jspecify.annotations.NullMarked;
