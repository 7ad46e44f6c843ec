package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @Test
  void compressedBodiesAreReadAndBombsAreRefused() throws Exception {
    try (Served served = Served.golden()) {
      String body = "{\"instances\":[{\"area\":1}]}";
      Served.Answer plain = served.json("/invocations?model=regression", body);
      Served.Answer packed =
          served.post(
              "/invocations?model=regression",
              "application/json",
              gzip(body.getBytes(StandardCharsets.UTF_8)),
              "Content-Encoding",
              "gzip");
      assertThat(packed.status()).as(packed.text()).isEqualTo(200);
      assertThat(packed.json()).isEqualTo(plain.json());
      Served.Answer bomb =
          served.post(
              "/invocations?model=regression",
              "application/json",
              gzip(new byte[8 << 20]),
              "Content-Encoding",
              "gzip");
      assertThat(bomb.status()).isEqualTo(413);
      assertThat(served.get("/livez").status()).isEqualTo(200);
    }
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void clientsThatDripAreCutOffAndIdleOnesClosed() throws Exception {
    try (Served served =
        Served.of(
            Served.GOLDEN,
            config -> config.headerTimeoutMs(300).bodyTimeoutMs(300).idleTimeoutMs(600))) {
      for (String start :
          List.of(
              "POST /invocations HTTP/1.1\r\nHost: x\r\nX: ",
              "POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")) {
        try (Socket socket = new Socket("127.0.0.1", served.server.httpPort())) {
          socket.setSoTimeout(30_000);
          OutputStream out = socket.getOutputStream();
          out.write(start.getBytes(StandardCharsets.US_ASCII));
          out.flush();
          assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
      }
      try (Socket socket = new Socket("127.0.0.1", served.server.httpPort())) {
        socket.setSoTimeout(30_000);
        socket
            .getOutputStream()
            .write("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII)).contains("200 OK");
      }
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    try (Served served = Served.golden();
        Socket socket = new Socket("127.0.0.1", served.server.httpPort())) {
      socket.setSoTimeout(30_000);
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 20; i++) {
        requests.append("GET /v2/models/binary HTTP/1.1\r\nHost: x\r\nX-Request-Id: r").append(i);
        requests.append(i == 19 ? "\r\nConnection: close\r\n\r\n" : "\r\n\r\n");
      }
      socket.getOutputStream().write(requests.toString().getBytes(StandardCharsets.US_ASCII));
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int at = -1;
      for (int i = 0; i < 20; i++) {
        int next = all.indexOf("X-Request-Id: r" + i + "\r\n", at);
        assertThat(next).as("answer %d", i).isGreaterThan(at);
        at = next;
      }
    }
  }

  @Test
  void http2IsSpokenWithTlsAndClientsWithoutACertificateAreTurnedAway(@TempDir Path folder)
      throws Exception {
    KeyStore store = keyStore(folder);
    Path certificate = folder.resolve("server.crt");
    Path key = folder.resolve("server.key");
    Certificate own = store.getCertificate("server");
    Files.writeString(certificate, pem("CERTIFICATE", own.getEncoded()));
    Files.writeString(key, pem("PRIVATE KEY", store.getKey("server", PASSWORD).getEncoded()));
    SSLContext trusting = trusting(own);
    HttpClient client = HttpClient.newBuilder().sslContext(trusting).build();
    try (Served served = Served.of(Served.GOLDEN, config -> config.tls(certificate, key))) {
      HttpResponse<String> answer = get(client, served);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
    }
    try (Served served =
        Served.of(Served.GOLDEN, config -> config.tls(certificate, key).tlsClientCa(certificate))) {
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> get(client, served))
          .isInstanceOf(IOException.class);
    }
  }

  private static HttpResponse<String> get(HttpClient client, Served served) throws Exception {
    URI uri = URI.create("https://localhost:" + served.server.httpPort() + "/v2");
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static SSLContext trusting(Certificate certificate) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", certificate);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN "
        + kind
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + kind
        + "-----\n";
  }

  /** A key of its own, made by the JDK's keytool. */
  private static KeyStore keyStore(Path folder) throws Exception {
    Path file = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-validity",
                "2",
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD))
            .inheritIO()
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  @Test
  void http2WithoutTlsIsSpokenToWhoMeansIt() throws Exception {
    try (Served served = Served.golden()) {
      Process curl;
      try {
        curl =
            new ProcessBuilder(
                    "curl",
                    "-s",
                    "--http2-prior-knowledge",
                    "-w",
                    "%{http_version}",
                    served.uri("/livez").toString())
                .start();
      } catch (IOException e) {
        org.junit.jupiter.api.Assumptions.abort("no curl here: " + e.getMessage());
        return;
      }
      String out = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(out).isEqualTo("ok\n2");
    }
  }
}
