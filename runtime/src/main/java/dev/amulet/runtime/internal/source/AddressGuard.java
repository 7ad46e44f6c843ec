package dev.amulet.runtime.internal.source;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells addresses of the public internet from all others, after the IANA special-purpose registries
 * (RFC 6890). An IPv4 address inside an IPv6 one is judged as what it leads to.
 */
final class AddressGuard {
  /** Special IPv4 networks. */
  private static final List<AddressRange> CLOSED =
      ranges(
          "0.0.0.0/8", // this network
          "10.0.0.0/8",
          "100.64.0.0/10", // carrier-grade translation, and some clouds' metadata
          "127.0.0.0/8",
          "168.63.129.16/32", // a cloud's platform address outside every special range
          "169.254.0.0/16", // link-local, metadata
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24", // documentation
          "192.31.196.0/24",
          "192.52.193.0/24",
          "192.88.99.0/24", // 6to4 relays
          "192.168.0.0/16",
          "192.175.48.0/24",
          "198.18.0.0/15", // benchmarks
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/4",
          "240.0.0.0/4",
          // Special parts of global unicast.
          "2001::/23", // protocol assignments, Teredo and ORCHID among them
          "2001:db8::/32",
          "2002::/16", // 6to4
          "2620:4f:8000::/48",
          "3fff::/20", // documentation
          "5f00::/16"); // segment routing

  /** Outside this, no IPv6 address is public. */
  private static final AddressRange GLOBAL_UNICAST = AddressRange.parse("2000::/3");

  private static final AddressRange TRANSLATED = AddressRange.parse("64:ff9b::/96");

  private final List<AddressRange> allowed;

  /**
   * @param allowed special networks that are let through
   */
  AddressGuard(List<AddressRange> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  /** Whether a connection to this address may be opened. */
  boolean allows(InetAddress address) {
    byte[] bytes = leadsTo(address.getAddress());
    if (allowed.stream().anyMatch(range -> range.contains(bytes))) {
      return true;
    }
    boolean global = bytes.length == 4 || GLOBAL_UNICAST.contains(bytes);
    return global && CLOSED.stream().noneMatch(range -> range.contains(bytes));
  }

  /** The IPv4 address in an IPv4-mapped or a NAT64 one, else the address itself. */
  private static byte[] leadsTo(byte[] address) {
    if (address.length == 16 && (isMapped(address) || TRANSLATED.contains(address))) {
      return Arrays.copyOfRange(address, 12, 16);
    }
    return address;
  }

  private static boolean isMapped(byte[] address) {
    for (int i = 0; i < 10; i++) {
      if (address[i] != 0) {
        return false;
      }
    }
    return address[10] == -1 && address[11] == -1;
  }

  private static List<AddressRange> ranges(String... texts) {
    return Stream.of(texts).map(AddressRange::parse).toList();
  }
}
