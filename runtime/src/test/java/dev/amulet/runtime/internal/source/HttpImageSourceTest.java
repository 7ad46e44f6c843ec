package dev.amulet.runtime.internal.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.amulet.runtime.HttpPolicy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class HttpImageSourceTest {
  private static final int LIMIT = 1000;
  private static final int PATIENT_MS = 30_000;
  private static final int HASTY_MS = 500;

  @Test
  void anImageIsFetchedWithOnePlainRequest() throws IOException {
    try (HostileServer server = HostileServer.saying(ok("Content-Length: 5\r\n", "bytes"))) {
      String found = read(server, "/a/b.png?size=1&x=/../");
      assertThat(found).isEqualTo("bytes");
      assertThat(server.requests())
          .containsExactly(
              "GET /a/b.png?size=1&x=/../ HTTP/1.1\nHost: 127.0.0.1:"
                  + server.port()
                  + "\nUser-Agent: amulet\nAccept: image/*\nAccept-Encoding: identity\n"
                  + "Connection: close\n");
    }
  }

  private static String ok(String headers, String body) {
    return "HTTP/1.1 200 OK\r\n" + headers + "\r\n" + body;
  }

  @Test
  void aSlowNameServerRunsOutOfTime() {
    CountDownLatch never = new CountDownLatch(1);
    HostResolver slow =
        host -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            throw new UnknownHostException(host);
          }
          return new InetAddress[0];
        };
    HttpPolicy policy =
        HttpPolicy.builder().allow("http://slow.example").timeoutMs(HASTY_MS).build();
    try {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> source(policy, slow).read("http://slow.example/a.png", LIMIT))
          .withMessageContaining("no connection to slow.example");
    } finally {
      never.countDown();
    }
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    try (HostileServer server = HostileServer.dripping("")) {
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread caller =
          new Thread(
              () -> {
                try {
                  server.client(PATIENT_MS).read(server.url("/"), LIMIT);
                } catch (IOException e) {
                  thrown.set(Thread.currentThread().isInterrupted() ? e : null);
                }
              });
      caller.start();
      while (server.requests().isEmpty()) {
        Thread.sleep(10);
      }
      caller.interrupt();
      caller.join(30_000);
      assertThat(thrown.get()).isExactlyInstanceOf(InterruptedIOException.class);
    }
  }

  /** The answer of a second look-up is never used: the address that was checked is connected to. */
  @Test
  void aNameIsLookedUpOnce() throws IOException {
    AtomicInteger lookups = new AtomicInteger();
    HostResolver rebinding =
        host ->
            new InetAddress[] {
              InetAddress.getByName(lookups.getAndIncrement() == 0 ? "127.0.0.2" : "127.0.0.1")
            };
    try (HostileServer server = HostileServer.saying(ok("", "secret"))) {
      HttpPolicy policy =
          HttpPolicy.builder()
              .allow("http://.rebind.example:" + server.port())
              .allowNetwork("127.0.0.2")
              .build();
      HttpImageSource source = source(policy, rebinding);
      String url = "http://a.rebind.example:" + server.port() + "/";
      assertThatExceptionOfType(IOException.class)
          .as("nothing listens at the first address")
          .isThrownBy(() -> source.read(url, LIMIT))
          .withMessageContaining("no connection");
      assertThat(lookups).hasValue(1);
      assertThatExceptionOfType(IOException.class)
          .as("the second is not allowed")
          .isThrownBy(() -> source.read(url, LIMIT))
          .withMessageContaining("not public");
      assertThat(lookups).hasValue(2);
      assertThat(server.connections()).isZero();
    }
  }

  @Test
  void oneForbiddenAddressAmongSeveralIsEnoughToRefuse() throws IOException {
    try (HostileServer server = HostileServer.saying(ok("", "bytes"))) {
      HostResolver both =
          host ->
              new InetAddress[] {
                InetAddress.getByName("127.0.0.1"), InetAddress.getByName("169.254.169.254")
              };
      HttpPolicy policy =
          HttpPolicy.builder()
              .allow("http://two.example:" + server.port())
              .allowNetwork("127.0.0.0/8")
              .build();
      String url = "http://two.example:" + server.port() + "/";
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> source(policy, both).read(url, LIMIT))
          .withMessageContaining("not public");
      assertThat(server.connections()).isZero();
    }
  }

  /** A host that is up on its second address only. */
  @Test
  void theNextAddressIsTriedAndTheHostHeaderKept() throws IOException {
    try (HostileServer server = HostileServer.saying(ok("", "bytes"))) {
      HostResolver two =
          host ->
              new InetAddress[] {
                InetAddress.getByName("127.0.0.3"), InetAddress.getByName("127.0.0.1")
              };
      String origin = "http://two.example:" + server.port();
      HttpPolicy policy = HttpPolicy.builder().allow(origin).allowNetwork("127.0.0.0/8").build();
      assertThat(source(policy, two).read(origin + "/", LIMIT)).asString().isEqualTo("bytes");
      assertThat(server.requests().get(0)).contains("\nHost: two.example:" + server.port() + "\n");
    }
  }

  @Test
  void loopbackIsRefusedUnlessAllowed() throws IOException {
    try (HostileServer server = HostileServer.saying(ok("", "bytes"))) {
      HttpPolicy policy = HttpPolicy.builder().allow(server.url("")).build();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> new HttpImageSource(policy).read(server.url("/"), LIMIT))
          .withMessageContaining("not public")
          .withMessageContaining("allowNetwork");
      assertThat(server.connections()).isZero();
    }
  }

  @Test
  void onlyListedOriginsAreAsked() throws IOException {
    try (HostileServer server = HostileServer.saying(ok("", "bytes"))) {
      HttpPolicy policy =
          HttpPolicy.builder()
              .allow("http://127.0.0.1:" + (server.port() == 1 ? 2 : 1))
              .allow("https://127.0.0.1:" + server.port())
              .allowNetwork("127.0.0.0/8")
              .build();
      for (String url : new String[] {server.url("/"), "http://localhost/", "http://a.example/"}) {
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(() -> new HttpImageSource(policy).read(url, LIMIT))
            .withMessageContaining("is not among the origins allowed by HttpPolicy");
      }
      assertThat(server.connections()).isZero();
    }
  }

  /** Metadata services, other ports, other hosts: each hop is checked like the first address. */
  @ParameterizedTest
  @CsvSource({
    "http://169.254.169.254/latest/meta-data/, not among the origins",
    "http://127.0.0.1:1/, not among the origins",
    "//evil.example/x, not among the origins",
    "http://metadata.example/, not public",
    "http://2852039166/, names no host",
    "file:///etc/hosts, no web address",
    "gopher://127.0.0.1/x, no web address",
    "/again, redirects"
  })
  void redirectsAreCheckedAgain(String location, String message) throws IOException {
    String found = "HTTP/1.1 302 Found\r\nLocation: " + location + "\r\n\r\n";
    try (HostileServer server = HostileServer.saying(found)) {
      HttpPolicy policy =
          HttpPolicy.builder()
              .allow(server.url(""))
              .allow("http://metadata.example")
              .allowNetwork("127.0.0.0/8")
              .maxRedirects(3)
              .build();
      HostResolver resolver =
          host ->
              new InetAddress[] {
                InetAddress.getByName(host.startsWith("meta") ? "169.254.169.254" : host)
              };
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> source(policy, resolver).read(server.url("/"), LIMIT))
          .withMessageContaining(message);
      assertThat(server.connections()).isEqualTo(location.equals("/again") ? 4 : 1);
    }
  }

  @Test
  void redirectsAreFollowedOnlyWhenAllowed() throws IOException {
    try (HostileServer target = HostileServer.saying(ok("", "bytes"));
        HostileServer first =
            HostileServer.saying(
                "HTTP/1.1 307 Moved\r\nLocation: " + target.url("/b.png") + "\r\n\r\n")) {
      HttpPolicy.Builder policy =
          HttpPolicy.builder()
              .allow(first.url(""))
              .allow(target.url(""))
              .allowNetwork("127.0.0.0/8");
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> new HttpImageSource(policy.build()).read(first.url("/"), LIMIT))
          .withMessageContaining("HttpPolicy allows 0 redirects");
      assertThat(target.connections()).isZero();
      HttpImageSource source = new HttpImageSource(policy.maxRedirects(1).build());
      assertThat(source.read(first.url("/"), LIMIT)).asString().isEqualTo("bytes");
    }
  }

  /** A port that refuses and one that never answers tell the same. */
  @Test
  void closedAndFilteredPortsLookAlike() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      closed = socket.getLocalPort();
    }
    String refused = failure("http://127.0.0.1:" + closed, PATIENT_MS);
    assertThat(refused)
        .isEqualTo(
            "image \"http://127.0.0.1:1/\": no connection to 127.0.0.1:1"
                .replace(":1", ":" + closed));
    List<Socket> waiting = new ArrayList<>();
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assumeTrue(becomesDeaf(deaf, waiting), "a full queue does not silence a port here");
      String filtered = failure("http://127.0.0.1:" + deaf.getLocalPort(), HASTY_MS);
      assertThat(filtered).isEqualTo(refused.replace(":" + closed, ":" + deaf.getLocalPort()));
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  /** Fills the queue of a listener that accepts nobody. */
  private static boolean becomesDeaf(ServerSocket listener, List<Socket> waiting)
      throws IOException {
    for (int i = 0; i < 20; i++) {
      Socket socket = new Socket();
      waiting.add(socket);
      try {
        socket.connect(listener.getLocalSocketAddress(), 1_000);
      } catch (SocketTimeoutException e) {
        return true;
      }
    }
    return false;
  }

  private static String failure(String origin, int timeoutMs) {
    HttpPolicy policy =
        HttpPolicy.builder()
            .allow(origin)
            .allowNetwork("127.0.0.0/8")
            .connectTimeoutMs(PATIENT_MS)
            .timeoutMs(timeoutMs)
            .build();
    try {
      new HttpImageSource(policy).read(origin + "/", LIMIT);
    } catch (IOException e) {
      assertThat(e).isNotInstanceOf(InterruptedIOException.class);
      return String.valueOf(e.getMessage());
    }
    throw new AssertionError("connected to " + origin);
  }

  @Test
  void anUnknownHostIsNamed() {
    HttpPolicy policy = HttpPolicy.builder().allow("http://a.example").build();
    HostResolver none =
        host -> {
          throw new UnknownHostException(host);
        };
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> source(policy, none).read("http://a.example/a.png?token=1", LIMIT))
        .withMessage("image \"http://a.example/a.png?…\": no such host \"a.example\"");
  }

  /** Threads end with their fetches, those that ran out of time too. */
  @Test
  void noThreadIsLeftBehind() throws Exception {
    try (HostileServer server = HostileServer.dripping("")) {
      for (int i = 0; i < 5; i++) {
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(() -> server.client(100).read(server.url("/"), LIMIT));
      }
      for (Thread thread : fetching()) {
        thread.join(30_000);
      }
      assertThat(fetching()).isEmpty();
    }
  }

  private static Thread[] fetching() {
    Thread[] all = new Thread[Thread.activeCount() + 100];
    int count = Thread.enumerate(all);
    return Arrays.stream(all, 0, count)
        .filter(thread -> thread.getName().equals("amulet-image-fetch"))
        .toArray(Thread[]::new);
  }

  private static String read(HostileServer server, String path) throws IOException {
    byte[] bytes = server.client(PATIENT_MS).read(server.url(path), LIMIT);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static HttpImageSource source(HttpPolicy policy, HostResolver resolver) {
    return new HttpImageSource(policy, resolver, (SSLSocketFactory) SSLSocketFactory.getDefault());
  }
}
