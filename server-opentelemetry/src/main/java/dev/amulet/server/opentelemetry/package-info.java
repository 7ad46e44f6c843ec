/** Spans of the server's requests. */
@NullMarked
package dev.amulet.server.opentelemetry;

import org.jspecify.annotations.NullMarked;
