/** How long the stages of scoring take, for Flight Recorder, listeners and predictions. */
@NullMarked
package dev.amulet.runtime.internal.observe;

import org.jspecify.annotations.NullMarked;
