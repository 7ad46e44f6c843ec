package dev.amulet.runtime.internal.source;

import dev.amulet.runtime.HttpPolicy;
import dev.amulet.runtime.ImageSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Fetches images by HTTP/1.1, one connection each, as the OWASP notes on request forgery advise:
 * the address must be on the list, its host is looked up once, every address it has must be public,
 * and the connection goes to that very address, whatever the name server says later.
 *
 * <p>A fetch runs on a thread of its own while the caller waits, because only so does one time
 * limit hold for name look-up, connection, TLS and a server that sends a byte a second. Connections
 * are not kept. No proxy, cookie, credential or compression takes part. Thread-safe.
 */
public final class HttpImageSource implements ImageSource {
  /** Fetches under way at once, those that hang in a name look-up included. */
  private static final int MOST_FETCHES = 64;

  private final List<Origin> origins;
  private final AddressGuard guard;
  private final HttpPolicy policy;
  private final HostResolver resolver;
  private final SSLSocketFactory tls;
  private final Semaphore places = new Semaphore(MOST_FETCHES);

  public HttpImageSource(HttpPolicy policy) {
    this(policy, InetAddress::getAllByName, (SSLSocketFactory) SSLSocketFactory.getDefault());
  }

  HttpImageSource(HttpPolicy policy, HostResolver resolver, SSLSocketFactory tls) {
    this.policy = policy;
    this.resolver = resolver;
    this.tls = tls;
    origins = policy.origins().stream().map(Origin::parse).toList();
    guard = new AddressGuard(policy.networks().stream().map(AddressRange::parse).toList());
  }

  @Override
  public byte[] read(String reference, long maxBytes) throws IOException {
    HttpUrl url = HttpUrl.parse(reference);
    checkListed(url);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(policy.timeoutMs());
    HttpFetch fetch = new HttpFetch(this, maxBytes);
    try {
      if (!places.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw new SocketTimeoutException(
            url.shown() + ": " + MOST_FETCHES + " other images were being fetched all the time");
      }
      FutureTask<byte[]> task =
          new FutureTask<>(
              () -> {
                try {
                  return fetch.run(url);
                } finally {
                  places.release();
                }
              });
      start(task);
      return task.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw failed(url, e.getCause());
    } catch (TimeoutException e) {
      throw fetch.isConnected()
          ? new SocketTimeoutException(url.shown() + took())
          : HttpFetch.unreachable(url);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(url.shown() + ": interrupted while it was fetched");
    } finally {
      fetch.stop();
    }
  }

  private void start(FutureTask<byte[]> task) {
    Thread thread = new Thread(null, task, "amulet-image-fetch", 0, false);
    thread.setDaemon(true);
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      places.release();
      throw e;
    }
  }

  private String took() {
    return " took longer than the limit of " + policy.timeoutMs() + " ms";
  }

  private static IOException failed(HttpUrl url, @Nullable Throwable cause) {
    // The exception of the other thread says what, this one where it was wanted.
    return cause instanceof IOException
        ? new IOException(cause.getMessage(), cause)
        : new IOException(url.shown() + " cannot be fetched: " + cause, cause);
  }

  void checkListed(HttpUrl url) throws IOException {
    if (origins.stream().noneMatch(origin -> origin.allows(url))) {
      throw new IOException(
          url.shown()
              + ": "
              + url.scheme()
              + "://"
              + url.authorityText()
              + " is not among the origins allowed by HttpPolicy");
    }
  }

  HttpPolicy policy() {
    return policy;
  }

  AddressGuard guard() {
    return guard;
  }

  HostResolver resolver() {
    return resolver;
  }

  SSLSocketFactory tls() {
    return tls;
  }
}
