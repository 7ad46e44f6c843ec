/** From cells to slots to margins: the compiled form of a manifest's pipeline. */
@NullMarked
package dev.amulet.runtime.internal.pipeline;

import org.jspecify.annotations.NullMarked;
