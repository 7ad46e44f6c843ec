package dev.amulet.runtime.internal.source;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** One image on its way. {@link #stop()} may come from another thread and ends it at once. */
final class HttpFetch {
  private static final int OK = 200;
  private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);

  private final HttpImageSource source;
  private final long maxBytes;
  private @Nullable Socket socket;
  private boolean stopped;
  private volatile boolean connected;

  HttpFetch(HttpImageSource source, long maxBytes) {
    this.source = source;
    this.maxBytes = maxBytes;
  }

  byte[] run(HttpUrl first) throws IOException {
    HttpUrl url = first;
    for (int hop = 0; ; hop++) {
      source.checkListed(url);
      try (Socket raw = connect(url)) {
        HttpResponse response = exchange(raw, url);
        if (response.status() == OK) {
          return response.body(maxBytes);
        }
        String location = response.location();
        if (!REDIRECTS.contains(response.status()) || location == null) {
          throw new IOException(
              url.shown() + ": the server answered " + response.status() + ", expected 200");
        }
        if (hop == source.policy().maxRedirects()) {
          throw new IOException(
              url.shown()
                  + ": the server redirects, and HttpPolicy allows "
                  + source.policy().maxRedirects()
                  + " redirects");
        }
        url = url.redirected(location);
      } catch (SSLException e) {
        throw new IOException(
            url.shown() + ": no trusted connection to " + url.authorityText() + ": " + e, e);
      }
    }
  }

  private HttpResponse exchange(Socket raw, HttpUrl url) throws IOException {
    Socket through = url.isSecure() ? secured(raw, url) : raw;
    through.getOutputStream().write(request(url));
    through.getOutputStream().flush();
    return HttpResponse.read(new BufferedInputStream(through.getInputStream()), url.shown());
  }

  private static byte[] request(HttpUrl url) {
    String text =
        "GET "
            + url.target()
            + " HTTP/1.1\r\nHost: "
            + url.authorityText()
            + "\r\nUser-Agent: amulet\r\nAccept: image/*\r\nAccept-Encoding: identity"
            + "\r\nConnection: close\r\n\r\n";
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Connects to an address that was checked, the next one of the host when the first is deaf. */
  private Socket connect(HttpUrl url) throws IOException {
    connected = false;
    for (InetAddress address : addresses(url)) {
      // Not through a proxy that a system property names: it would look the host up itself.
      Socket next = new Socket(Proxy.NO_PROXY);
      try {
        attach(next);
        next.connect(
            new InetSocketAddress(address, url.port()), source.policy().connectTimeoutMs());
        connected = true;
        return next;
      } catch (IOException e) {
        // Closed, filtered and refused must look alike: the reason is not told.
        next.close();
      }
    }
    throw unreachable(url);
  }

  /** Every address must be allowed: a host that has a forbidden one is not to be trusted at all. */
  private InetAddress[] addresses(HttpUrl url) throws IOException {
    InetAddress[] addresses;
    try {
      addresses = source.resolver().resolve(url.host());
    } catch (UnknownHostException e) {
      throw new IOException(url.shown() + ": no such host \"" + url.host() + "\"", e);
    }
    for (InetAddress address : addresses) {
      if (!source.guard().allows(address)) {
        throw new IOException(
            url.shown()
                + ": its host has an address that is not public; a network of your own is allowed"
                + " with HttpPolicy.Builder.allowNetwork");
      }
    }
    return addresses;
  }

  static IOException unreachable(HttpUrl url) {
    return new IOException(url.shown() + ": no connection to " + url.authorityText());
  }

  private Socket secured(Socket raw, HttpUrl url) throws IOException {
    SSLSocket secured = (SSLSocket) source.tls().createSocket(raw, url.host(), url.port(), false);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    if (!HostName.isAddress(url.host())) {
      parameters.setServerNames(List.of(new SNIHostName(url.host())));
    }
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
  }

  boolean isConnected() {
    return connected;
  }

  private synchronized void attach(Socket next) throws IOException {
    socket = next;
    if (stopped) {
      next.close();
    }
  }

  /** Closing the plain socket, not the TLS one, which would wait to say goodbye. */
  synchronized void stop() throws IOException {
    stopped = true;
    if (socket != null) {
      socket.close();
    }
  }
}
