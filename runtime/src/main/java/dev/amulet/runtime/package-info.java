/** Scores rows with an amulet. */
@NullMarked
package dev.amulet.runtime;

import org.jspecify.annotations.NullMarked;
