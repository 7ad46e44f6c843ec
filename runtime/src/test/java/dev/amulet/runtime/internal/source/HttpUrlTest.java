package dev.amulet.runtime.internal.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpUrlTest {
  @ParameterizedTest
  @CsvSource({
    "https://a.example/p.png, https, a.example, 443, /p.png",
    "HTTPS://A.Example/P.png, https, a.example, 443, /P.png",
    "http://a.example, http, a.example, 80, /",
    "http://a.example:8080/a/b?c=d/e&f, http, a.example, 8080, /a/b?c=d/e&f",
    "http://a.example?x=1, http, a.example, 80, /?x=1",
    "http://127.0.0.1:1/x, http, 127.0.0.1, 1, /x",
    "https://xn--bcher-kva.example/%C3%A4.png, https, xn--bcher-kva.example, 443, /%C3%A4.png",
    "https://my_bucket.store-1.example/@home, https, my_bucket.store-1.example, 443, /@home",
    "http://10.example/a, http, 10.example, 80, /a",
    "http://a.example:80/a, http, a.example, 80, /a",
    "http://0xg.example/a, http, 0xg.example, 80, /a"
  })
  void plainAddressesAreRead(String text, String scheme, String host, int port, String target)
      throws IOException {
    assertThat(HttpUrl.parse(text)).isEqualTo(new HttpUrl(scheme, host, port, target));
  }

  /** Spellings that some reader takes for 127.0.0.1, for 169.254.169.254, or for another host. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        // one number, octal, hex, short forms, mixtures
        "http://2130706433/",
        "http://017700000001/",
        "http://0x7f000001/",
        "http://0x7F.0.0.1/",
        "http://0x7f.0x0.0x0.0x1/",
        "http://0177.0.0.1/",
        "http://0177.0.0.01/",
        "http://127.0.0.01/",
        "http://127.0.00.1/",
        "http://127.1/",
        "http://127.0.1/",
        "http://127.0x1/",
        "http://0/",
        "http://0x0/",
        "http://0x/",
        "http://00/",
        "http://256.0.0.1/",
        "http://127.0.0.256/",
        "http://1.2.3.4.5/",
        "http://127.0.0.1.1/",
        "http://2852039166/",
        "http://0xA9FEA9FE/",
        "http://0251.0376.0251.0376/",
        "http://169.254.43518/",
        "http://169.16689662/",
        "http://425.510.425.510/",
        "http://99999999999999/",
        "http://example.0x7f/",
        "http://example.127/",
        // dots
        "http://127.0.0.1./",
        "http://localhost./",
        "http://a.example./",
        "http://.a.example/",
        "http://a..example/",
        "http://./",
        // brackets
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[0:0:0:0:0:ffff:7f00:1]/",
        "http://[fe80::1%25eth0]/",
        "http://[::1/",
        "http://::1/",
        "http://[127.0.0.1]/",
        "http://[a.example]/",
        "http://[v1.x]/",
        // user names
        "http://user@a.example/",
        "http://user:word@a.example/",
        "http://a.example@127.0.0.1/",
        "http://a.example:80@127.0.0.1/",
        "http://127.0.0.1:80@a.example/",
        "http://@a.example/",
        "http://a.example%40127.0.0.1/",
        // ports
        "http://a.example:/",
        "http://a.example:0/",
        "http://a.example:080/",
        "http://a.example:65536/",
        "http://a.example:99999999999/",
        "http://a.example:-1/",
        "http://a.example:+80/",
        "http://a.example:8x/",
        "http://a.example:80:90/",
        // other letters, escapes, signs
        "http://ⓛocalhost/",
        "http://127。0。0。1/",
        "http://\uFF11\uFF12\uFF17.0.0.1/",
        "http://bücher.example/",
        "http://lоcalhost/",
        "http://a\u00ADb.example/",
        "http://%31%32%37.0.0.1/",
        "http://localhost%00.a.example/",
        "http://localhost%2Ea.example/",
        "http://a.example%2f@127.0.0.1/",
        "http://a.example,127.0.0.1/",
        "http://a.example;127.0.0.1/",
        "http://a.example&127.0.0.1/",
        "http://a.example$/",
        "http://a!b.example/",
        "http://-a.example/",
        "http://a-.example/",
        "http://*/",
        "http://*.a.example/",
        // slashes and fragments
        "http:///a.png",
        "http:/a.example/",
        "http:a.example/",
        "http:\\\\a.example\\",
        "http:/\\a.example/",
        "http://a.example\\@127.0.0.1/",
        "http://127.0.0.1\\a.example/",
        "http://a.example#@127.0.0.1/",
        "http://127.0.0.1#a.example/",
        "http://a.example/p.png#x",
        "http://",
        "http://?x",
        // controls and spaces
        "http://a.example/\r\nHost: b",
        "http://a.example/\nX: y",
        "http://a.example/a b",
        "http://a.example /",
        "http:// a.example/",
        "http://a.example/\t",
        "http://a.example\u0000/",
        "http://a.example/\u007F",
        "http://a.example/ä",
        "http://a.example\r\n.b/",
        // other schemes
        "ftp://a.example/a.png",
        "file:///etc/hosts",
        "jar:http://a.example/a.jar!/b",
        "gopher://a.example/",
        "ldap://a.example/",
        "netdoc:///etc/hosts",
        "dict://a.example/",
        "ws://a.example/",
        "httpss://a.example/",
        "view-source:http://a.example/",
        "javascript:alert(1)",
        "mailto:a@a.example",
        "//a.example/a.png",
        "a.example/a.png",
        " http://a.example/",
        "",
        ":"
      })
  void everyOtherSpellingIsRefused(String text) {
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> HttpUrl.parse(text));
  }

  @Test
  void overlongAddressesAreRefused() throws IOException {
    String path = "http://a.example/" + "x".repeat(8192 - 17);
    assertThat(HttpUrl.parse(path).target()).hasSize(8192 - 16);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> HttpUrl.parse(path + "x"))
        .withMessageContaining("longer than 8192 characters");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> HttpUrl.parse("http://" + "a.".repeat(126) + "aa/"));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> HttpUrl.parse("http://" + "a".repeat(64) + ".example/"));
  }

  /** A signed query is a secret, and so is a password. */
  @Test
  void errorTextsShowNoSecrets() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> HttpUrl.parse("https://me:hunter2@a.example/p.png?signature=abc"))
        .withMessageContaining("\"https://…@a.example/p.png?…\"")
        .withMessageNotContaining("hunter2")
        .withMessageNotContaining("abc");
    assertThat(Reference.quoted("a\r\nb\u0000.png")).isEqualTo("\"a??b?.png\"");
    assertThat(Reference.quoted("x".repeat(1000)))
        .isEqualTo("\"" + "x".repeat(120) + "… (1000 characters)\"");
  }

  @ParameterizedTest
  @CsvSource({
    "/b.png, http://a.example:8080/b.png",
    "b.png?c, http://a.example:8080/deep/b.png?c",
    "//b.example/c, http://b.example/c",
    "HTTP://b.example:81/c, http://b.example:81/c",
    "https://b.example/c, https://b.example/c"
  })
  void redirectsAreResolved(String location, String expected) throws IOException {
    HttpUrl from = HttpUrl.parse("http://a.example:8080/deep/a.png?d=/e");
    assertThat(from.redirected(location)).isEqualTo(HttpUrl.parse(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://a.example/b",
        "file:///etc/hosts",
        "//user@a.example/",
        "/a b",
        "\\\\b\\c"
      })
  void redirectsToElsewhereAreRefused(String location) throws IOException {
    HttpUrl from = HttpUrl.parse("https://a.example/a.png");
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> from.redirected(location));
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example, https://a.example/x, true",
    "https://a.example, https://a.example:443/x, true",
    "https://A.Example, https://a.eXample/x, true",
    "https://a.example, http://a.example/x, false",
    "https://a.example, https://a.example:444/x, false",
    "https://a.example, https://b.a.example/x, false",
    "https://a.example, https://xa.example/x, false",
    "https://a.example, https://a.example.evil.example/x, false",
    "https://.a.example, https://b.a.example/x, true",
    "https://.a.example, https://c.b.a.example/x, true",
    "https://.a.example, https://a.example/x, false",
    "https://.a.example, https://ba.example/x, false",
    "http://a.example:8080, http://a.example:8080/x, true",
    "http://a.example:8080, http://a.example/x, false",
    "http://10.1.2.3, http://10.1.2.3/x, true"
  })
  void anOriginAllowsItsSchemeHostAndPort(String origin, String url, boolean allowed)
      throws IOException {
    assertThat(Origin.parse(origin).allows(HttpUrl.parse(url))).isEqualTo(allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.example",
        "ftp://a.example",
        "https://",
        "https://*.a.example",
        "https://a.example/",
        "https://a.example/path",
        "https://user@a.example",
        "https://a.example:0",
        "https://.10.0.0.1",
        "https://..a.example",
        "https://.",
        "https://[::1]",
        "https://127.1"
      })
  void whatIsNoOriginIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Origin.parse(text));
  }
}
