/** Why a margin is what it is: contributions of slots and of source columns. */
@NullMarked
package dev.amulet.runtime.internal.explain;

import org.jspecify.annotations.NullMarked;
