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
import java.nio.file.attribute.FileTime;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ConnectionsTest {
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
    Path certificate = folder.resolve("server.crt");
    Path key = folder.resolve("server.key");
    SSLContext trusting = Certificates.trusting(Certificates.write(certificate, key));
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

  @Test
  @Timeout(120)
  void aCertificateThatIsReplacedIsShownToNewConnectionsWithoutARestart(@TempDir Path folder)
      throws Exception {
    Path certificate = folder.resolve("server.crt");
    Path key = folder.resolve("server.key");
    Certificate first = Certificates.write(certificate, key);
    try (Served served =
        Served.of(Served.GOLDEN, config -> config.tls(certificate, key).pollMs(20))) {
      assertThat(shown(served.server.httpPort())).isEqualTo(first);
      assertThat(shown(served.server.grpcPort())).isEqualTo(first);
      Certificate second = Certificates.write(certificate, key);
      assertThat(second).isNotEqualTo(first);
      FileTime later = FileTime.from(Instant.now().plusSeconds(60));
      Files.setLastModifiedTime(certificate, later);
      Files.setLastModifiedTime(key, later);
      while (!shown(served.server.httpPort()).equals(second)
          || !shown(served.server.grpcPort()).equals(second)) {
        Thread.sleep(20);
      }
    }
  }

  /** The certificate that a new connection is shown. */
  private static Certificate shown(int port) throws Exception {
    try (SSLSocket socket =
        (SSLSocket) Certificates.trustingAny().getSocketFactory().createSocket("127.0.0.1", port)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket.getSession().getPeerCertificates()[0];
    }
  }

  private static HttpResponse<String> get(HttpClient client, Served served) throws Exception {
    URI uri = URI.create("https://localhost:" + served.server.httpPort() + "/v2");
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
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
