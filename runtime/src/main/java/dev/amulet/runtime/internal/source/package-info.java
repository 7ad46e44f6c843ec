/** Where the bytes of an image come from: cells, files, archives, the web. */
@NullMarked
package dev.amulet.runtime.internal.source;

import org.jspecify.annotations.NullMarked;
