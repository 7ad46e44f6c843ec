package dev.amulet.runtime.internal.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
  private static final AddressGuard PUBLIC_ONLY = new AddressGuard(List.of());

  /** First and last address of every closed network, and the well-known ones in them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.100.100.200",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "168.63.129.16",
        "169.254.0.0",
        "169.254.169.254",
        "169.254.170.2",
        "169.254.255.255",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.0",
        "192.0.0.192",
        "192.0.0.255",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.0",
        "192.168.255.255",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.0",
        "239.255.255.255",
        "240.0.0.0",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::a9fe:a9fe",
        "::ffff:0:127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::8.8.8.8",
        "100::1",
        "1fff:ffff::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:10::1",
        "2001:20::1",
        "2001:1ff::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:a9fe:a9fe::",
        "2002:808:808::1",
        "3fff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fdff::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "ffff::1"
      })
  void closedAddressesAreRefused(String address) throws UnknownHostException {
    assertThat(PUBLIC_ONLY.allows(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.0.0.0",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2003::1",
        "2a00:1450::1",
        "64:ff9b::8.8.8.8"
      })
  void publicAddressesAreAllowed(String address) throws UnknownHostException {
    assertThat(PUBLIC_ONLY.allows(InetAddress.getByName(address))).isTrue();
  }

  /** Java makes IPv4 addresses of mapped ones, unless they come with a scope. */
  @Test
  void mappedAddressesAreJudgedAsWhatTheyLeadTo() throws UnknownHostException {
    byte[] mapped = new byte[16];
    mapped[10] = -1;
    mapped[11] = -1;
    mapped[12] = 127;
    mapped[15] = 1;
    Inet6Address loopback = Inet6Address.getByAddress("x", mapped, 0);
    assertThat(loopback.getAddress()).hasSize(16);
    assertThat(PUBLIC_ONLY.allows(loopback)).isFalse();
    mapped[12] = 8;
    assertThat(PUBLIC_ONLY.allows(Inet6Address.getByAddress("x", mapped, 0))).isTrue();
    assertThat(PUBLIC_ONLY.allows(InetAddress.getByName("::ffff:127.0.0.1"))).isFalse();
    assertThat(PUBLIC_ONLY.allows(InetAddress.getByName("::ffff:8.8.8.8"))).isTrue();
  }

  @Test
  void allowedNetworksAreLetThroughAndNoOthers() throws UnknownHostException {
    AddressGuard guard =
        new AddressGuard(
            List.of(AddressRange.parse("10.1.0.0/16"), AddressRange.parse("fd12:3400::/24")));
    assertThat(guard.allows(InetAddress.getByName("10.1.255.255"))).isTrue();
    assertThat(guard.allows(InetAddress.getByName("10.2.0.0"))).isFalse();
    assertThat(guard.allows(InetAddress.getByName("64:ff9b::10.1.0.1"))).isTrue();
    assertThat(guard.allows(InetAddress.getByName("127.0.0.1"))).isFalse();
    assertThat(guard.allows(InetAddress.getByName("fd12:34ff::1"))).isTrue();
    assertThat(guard.allows(InetAddress.getByName("fd12:3500::1"))).isFalse();
    assertThat(guard.allows(InetAddress.getByName("8.8.8.8"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/8",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "10.0.0.0/8/8",
        "10.0.0.0/x",
        "10.0.0.1/8",
        "10/8",
        "0x0a.0.0.0/8",
        "localhost/8",
        "fd00::/129",
        "fd00::1/8",
        ":::/8",
        "a:b/8",
        "[fd00::]/8"
      })
  void whatIsNoNetworkIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> AddressRange.parse(text));
  }
}
