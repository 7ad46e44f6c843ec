/**
 * Made-up data for the demo: pictures of cars for sale, drawn here, and the table that goes with
 * them.
 */
@NullMarked
package dev.amulet.training.demo;

import org.jspecify.annotations.NullMarked;
