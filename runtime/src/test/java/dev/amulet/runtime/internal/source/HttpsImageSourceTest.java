package dev.amulet.runtime.internal.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.amulet.runtime.HttpPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a certificate for good.example, made by the JDK's keytool. */
@Timeout(120)
class HttpsImageSourceTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbytes";
  private static final char[] WORD = "changeit".toCharArray();

  private static SSLServerSocketFactory serving;
  private static SSLSocketFactory trusting;

  @BeforeAll
  static void makeCertificate(@TempDir Path folder) throws Exception {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    assumeTrue(Files.isExecutable(keytool), "needs the JDK's keytool");
    Path file = folder.resolve("keys.p12");
    Process made =
        new ProcessBuilder(
                keytool.toString(),
                "-genkeypair",
                "-alias",
                "key",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=good.example",
                "-ext",
                "SAN=dns:good.example",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(WORD))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(made.waitFor(60, TimeUnit.SECONDS) && made.exitValue() == 0).isTrue();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, WORD);
    }
    serving = serving(keys);
    trusting = trusting(keys);
  }

  private static SSLServerSocketFactory serving(KeyStore keys) throws GeneralSecurityException {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, WORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context.getServerSocketFactory();
  }

  private static SSLSocketFactory trusting(KeyStore keys) throws GeneralSecurityException {
    try {
      KeyStore anchors = KeyStore.getInstance("PKCS12");
      anchors.load(null, null);
      anchors.setCertificateEntry("anchor", keys.getCertificate("key"));
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(anchors);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
  }

  @Test
  void theServerIsToldWhichHostIsMeantAndMustProveIt() throws IOException {
    try (HostileServer server = secure(OK)) {
      assertThat(read(server, "good.example", trusting)).isEqualTo("bytes");
      assertThat(server.requests().get(0)).contains("\nHost: good.example:" + server.port() + "\n");
      assertThat(serverNames(server.sockets().get(0)))
          .containsExactly(new SNIHostName("good.example"));
    }
  }

  private static List<SNIServerName> serverNames(Socket socket) {
    ExtendedSSLSession session = (ExtendedSSLSession) ((SSLSocket) socket).getSession();
    return session.getRequestedServerNames();
  }

  @Test
  void aCertificateForAnotherNameIsRefused() throws IOException {
    try (HostileServer server = secure(OK)) {
      refused(server, "other.example", trusting);
      refused(server, "sub.good.example", trusting);
      refused(server, "127.0.0.1", trusting);
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void aCertificateNobodyTrustsIsRefused() throws IOException {
    try (HostileServer server = secure(OK)) {
      refused(server, "good.example", (SSLSocketFactory) SSLSocketFactory.getDefault());
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void aServerWithoutTlsIsRefused() throws IOException {
    try (HostileServer server = HostileServer.startAtOnce(HttpsImageSourceTest::plain)) {
      refused(server, "good.example", trusting);
    }
  }

  private static void plain(OutputStream out) throws IOException {
    out.write(OK.getBytes(StandardCharsets.US_ASCII));
  }

  /** One byte at a time within a single TLS record, so that no read of the record ever ends. */
  @Test
  void aDrippingHandshakeRunsOutOfTime() throws IOException {
    try (HostileServer server =
        HostileServer.startAtOnce(
            out -> {
              out.write(new byte[] {22, 3, 3, 0x40, 0});
              while (true) {
                out.write(2);
                out.flush();
                Thread.sleep(200);
              }
            })) {
      HttpImageSource source = source(server, "good.example", trusting, 2_000);
      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(() -> source.read(url(server, "good.example"), 100))
          .withMessageContaining("took longer than the limit of 2000 ms");
    }
  }

  @Test
  void noRedirectLeadsFromHttpsToHttp() throws IOException {
    try (HostileServer plain = HostileServer.saying(OK);
        HostileServer server =
            secure(
                "HTTP/1.1 302 Found\r\nLocation: http://good.example:"
                    + plain.port()
                    + "/\r\n\r\n")) {
      HttpPolicy policy =
          HttpPolicy.builder()
              .allow("https://good.example:" + server.port())
              .allow("http://good.example:" + plain.port())
              .allowNetwork("127.0.0.0/8")
              .maxRedirects(5)
              .timeoutMs(60_000)
              .build();
      HttpImageSource source = new HttpImageSource(policy, host -> loopback(), trusting);
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> source.read(url(server, "good.example"), 100))
          .withMessageContaining("redirects from https to http");
      assertThat(plain.connections()).isZero();
    }
  }

  private static HostileServer secure(String response) throws IOException {
    return HostileServer.start(
        serving, out -> out.write(response.getBytes(StandardCharsets.US_ASCII)));
  }

  private static void refused(HostileServer server, String host, SSLSocketFactory tls) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> read(server, host, tls))
        .withMessageContaining("no trusted connection to " + host + ":" + server.port());
  }

  private static String read(HostileServer server, String host, SSLSocketFactory tls)
      throws IOException {
    byte[] bytes = source(server, host, tls, 60_000).read(url(server, host), 100);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static String url(HostileServer server, String host) {
    return "https://" + host + ":" + server.port() + "/a.png";
  }

  private static HttpImageSource source(
      HostileServer server, String host, SSLSocketFactory tls, int timeoutMs) {
    HttpPolicy policy =
        HttpPolicy.builder()
            .allow("https://" + host + ":" + server.port())
            .allowNetwork("127.0.0.0/8")
            .connectTimeoutMs(30_000)
            .timeoutMs(timeoutMs)
            .build();
    return new HttpImageSource(policy, name -> loopback(), tls);
  }

  private static InetAddress[] loopback() {
    return new InetAddress[] {InetAddress.getLoopbackAddress()};
  }
}
