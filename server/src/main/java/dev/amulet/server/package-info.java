/** The scoring endpoint: loads amulets and answers over HTTP and gRPC. */
@NullMarked
package dev.amulet.server;

import org.jspecify.annotations.NullMarked;
