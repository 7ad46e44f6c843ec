package dev.amulet.runtime.internal.source;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** All addresses that begin with the same bits. Immutable. */
public final class AddressRange {
  private final byte[] first;
  private final int bits;

  private AddressRange(byte[] first, int bits) {
    this.first = first;
    this.bits = bits;
  }

  /** Reads {@code 10.0.0.0/8}, {@code fd00::/8} or one address. Asks no name server. */
  public static AddressRange parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    byte[] first = literal(address);
    int most = first.length * 8;
    int bits = slash < 0 ? most : bits(text.substring(slash + 1));
    if (first.length == 0 || bits < 0 || bits > most) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no network; expected such as 10.0.0.0/8 or fd00::/8");
    }
    AddressRange range = new AddressRange(first, bits);
    for (int i = bits; i < most; i++) {
      if (bit(first, i) != 0) {
        throw new IllegalArgumentException(
            "\"" + text + "\" has bits set beyond its first " + bits + "; clear them");
      }
    }
    return range;
  }

  /** The bytes of a written address; none when it is no address. */
  private static byte[] literal(String text) {
    boolean six = text.contains(":") && !text.contains("[");
    boolean four = HostName.parse(text).filter(HostName::isAddress).isPresent();
    try {
      // A text with a colon, and four decimal numbers, are never looked up.
      return six || four ? InetAddress.getByName(text).getAddress() : new byte[0];
    } catch (UnknownHostException e) {
      // Colons, but no address.
      return new byte[0];
    }
  }

  private static int bits(String text) {
    boolean number = text.matches("[0-9]{1,3}");
    return number ? Integer.parseInt(text) : -1;
  }

  private static int bit(byte[] address, int i) {
    return (address[i / 8] >> (7 - i % 8)) & 1;
  }

  boolean contains(byte[] address) {
    if (address.length != first.length) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      if (bit(address, i) != bit(first, i)) {
        return false;
      }
    }
    return true;
  }
}
