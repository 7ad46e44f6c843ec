package dev.amulet.runtime.internal.source;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Looks a host up: the system's resolver, or a test's. */
interface HostResolver {
  InetAddress[] resolve(String host) throws UnknownHostException;
}
