/** How text is read: dates, and the hashed n-grams that text stages count. */
@NullMarked
package dev.amulet.runtime.text;

import org.jspecify.annotations.NullMarked;
