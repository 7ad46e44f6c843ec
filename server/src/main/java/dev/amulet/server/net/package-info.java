/** What both protocols do with sockets. */
@NullMarked
package dev.amulet.server.net;

import org.jspecify.annotations.NullMarked;
