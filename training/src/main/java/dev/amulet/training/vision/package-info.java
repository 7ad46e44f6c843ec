/** The networks that turn pictures into numbers, and how each wants its pixels. */
@NullMarked
package dev.amulet.training.vision;

import org.jspecify.annotations.NullMarked;
