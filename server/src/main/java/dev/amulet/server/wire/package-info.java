/** What requests and answers look like, apart from the protocol that carries them. */
@NullMarked
package dev.amulet.server.wire;

import org.jspecify.annotations.NullMarked;
