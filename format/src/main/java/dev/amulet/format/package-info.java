/**
 * What an amulet is: the container file, its manifest, and every check a hostile file must pass.
 */
@NullMarked
package dev.amulet.format;

import org.jspecify.annotations.NullMarked;
