/** From margins to what the caller sees. */
@NullMarked
package dev.amulet.runtime.internal.output;

import org.jspecify.annotations.NullMarked;
