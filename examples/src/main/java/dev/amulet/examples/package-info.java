/** One file, one lesson. */
@NullMarked
package dev.amulet.examples;

import org.jspecify.annotations.NullMarked;
