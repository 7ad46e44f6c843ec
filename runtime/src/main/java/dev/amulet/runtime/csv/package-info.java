/** Tables as text: records and rows to score from CSV, predictions to CSV. */
@NullMarked
package dev.amulet.runtime.csv;

import org.jspecify.annotations.NullMarked;
