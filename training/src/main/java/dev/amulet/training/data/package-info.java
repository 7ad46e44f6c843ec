/**
 * From files to typed columns and folds.
 *
 * <p>Reading order: {@link dev.amulet.training.data.DatasetReader} gives a {@link
 * dev.amulet.training.data.Dataset} of text cells; {@link dev.amulet.training.data.ColumnProfiler}
 * says what each column is, in a {@link dev.amulet.training.data.TableProfile}; {@link
 * dev.amulet.training.data.Splitter} deals its rows into {@link dev.amulet.training.data.Folds}.
 */
@NullMarked
package dev.amulet.training.data;

import org.jspecify.annotations.NullMarked;
