/** The HTTP side: connections, routes, and the shapes of the APIs that are spoken. */
@NullMarked
package dev.amulet.server.http;

import org.jspecify.annotations.NullMarked;
