/** The gRPC side. */
@NullMarked
package dev.amulet.server.grpc;

import org.jspecify.annotations.NullMarked;
