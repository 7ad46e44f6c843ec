/** The {@code amulet} command: reads the command line, calls the libraries, prints. */
@NullMarked
package dev.amulet.cli;

import org.jspecify.annotations.NullMarked;
