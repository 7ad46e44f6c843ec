/** From a table with image columns to one amulet. */
@NullMarked
package dev.amulet.training;

import org.jspecify.annotations.NullMarked;
