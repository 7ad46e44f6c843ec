/**
 * The lean scorer: open an amulet, hand it rows, get predictions.
 *
 * <p>Start at {@link dev.amulet.runtime.Scorer}.
 */
@NullMarked
package dev.amulet.runtime;

import org.jspecify.annotations.NullMarked;
