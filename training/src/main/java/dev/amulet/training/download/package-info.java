/** Files fetched over http: resumed, tried again, kept once under their digest. */
@NullMarked
package dev.amulet.training.download;

import org.jspecify.annotations.NullMarked;
