package dev.amulet.training.download;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Files fetched by http and https into a folder, each content kept once under its SHA-256. An
 * address fetched before is not asked again, unless the caller wants to know whether it changed.
 * What fails for a passing reason is tried again after a pause that doubles. Thread-safe, also
 * between processes.
 */
public final class Downloads {
  private static final int ATTEMPTS = 4;
  private static final long LONGEST_PAUSE_MS = 30_000;
  private static final Duration CONNECT = Duration.ofSeconds(15);
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int NOT_MODIFIED = 304;
  private static final int STEP_BYTES = 1 << 16;

  private final Path folder;
  private final long firstPauseMs;
  private final int attempts;
  private final Duration patience;
  private final HttpClient client;

  /**
   * @param folder where contents are kept; made when the first comes
   * @param firstPauseMs before the second attempt
   */
  public Downloads(Path folder, long firstPauseMs) {
    this(folder, firstPauseMs, ATTEMPTS, ANSWER);
  }

  /**
   * The same.
   *
   * @param attempts before giving up
   * @param patience how long an answer may keep still
   */
  public Downloads(Path folder, long firstPauseMs, int attempts, Duration patience) {
    this.folder = folder;
    this.firstPauseMs = firstPauseMs;
    this.attempts = attempts;
    this.patience = patience;
    client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
  }

  /** In the user's cache folder. */
  public static Downloads ofUser() {
    return new Downloads(UserCache.folder("downloads"), 500);
  }

  /** The same, giving up at the first failure. */
  public Downloads impatient() {
    return new Downloads(folder, firstPauseMs, 1, patience);
  }

  /** The same, where an answer may keep still for so long. */
  public Downloads waiting(Duration answer) {
    return new Downloads(folder, firstPauseMs, attempts, answer);
  }

  public Path folder() {
    return folder;
  }

  /** Hears how many bytes are there; of how many, or of more than that where nobody knows. */
  @FunctionalInterface
  public interface ByteProgress {
    void at(long done, long total);
  }

  /** Looks at a complete file before it is kept; what it throws at is thrown away. */
  @FunctionalInterface
  public interface ContentCheck {
    /**
     * Checks a file.
     *
     * @param sha256 of the file, hexadecimal
     * @throws IOException when the file is not what was asked for
     */
    void check(Path file, String sha256) throws IOException;
  }

  private static final ContentCheck ANY = (file, sha256) -> {};

  /** The content of an address fetched before. */
  public Optional<Path> kept(String address) throws IOException {
    return DownloadRecord.read(record(address))
        .map(record -> content(record.sha256()))
        .filter(Files::exists);
  }

  /** Digest, in hexadecimal, that the content of an address had when it was fetched. */
  public Optional<String> sha256Of(String address) throws IOException {
    return DownloadRecord.read(record(address)).map(DownloadRecord::sha256);
  }

  /** Forgets the content of an address, so that it is fetched anew; its digest stays known. */
  public void discard(String address) throws IOException {
    Optional<Path> kept = kept(address);
    if (kept.isPresent()) {
      Files.delete(kept.get());
    }
  }

  /**
   * The content of an address, from the folder if it is there.
   *
   * @throws IOException when it cannot be had; the message says why, without the address
   */
  public Path get(String address, long maxBytes) throws IOException {
    Optional<Path> kept = kept(address);
    return kept.isPresent()
        ? kept.get()
        : fetch(address, maxBytes, false, (done, total) -> {}, ANY);
  }

  /**
   * The content of an address, from the folder if it is there; else fetched, going on where an
   * earlier attempt stopped, if the server can.
   *
   * @param progress hears how many bytes are there
   * @param check looks at what came before it is kept
   */
  public Path get(String address, long maxBytes, ByteProgress progress, ContentCheck check)
      throws IOException {
    Optional<Path> kept = kept(address);
    return kept.isPresent() ? kept.get() : fetch(address, maxBytes, true, progress, check);
  }

  /**
   * The content of an address as it is now: asked whether it changed, fetched if so, and going on
   * where an earlier attempt stopped, if the server can.
   *
   * @param progress hears how many bytes are there
   */
  public Path current(String address, long maxBytes, ByteProgress progress) throws IOException {
    return fetch(address, maxBytes, true, progress, ANY);
  }

  private Path fetch(
      String address, long maxBytes, boolean resumable, ByteProgress progress, ContentCheck check)
      throws IOException {
    Path partial =
        folder
            .resolve("partial")
            .resolve(resumable ? sha256(address) : sha256(address) + "." + UUID.randomUUID());
    Files.createDirectories(partial.getParent());
    long pauseMs = firstPauseMs;
    for (int attempt = 1; ; attempt++) {
      try {
        return attempt(address, partial, maxBytes, progress, check);
      } catch (Passing e) {
        if (attempt >= attempts) {
          String times = attempts == 1 ? "" : ", after " + attempts + " attempts";
          throw new Passing(e.getMessage() + times, 0, e);
        }
        pause(Math.min(LONGEST_PAUSE_MS, Math.max(pauseMs, e.waitMs)));
        pauseMs *= 2;
      } finally {
        if (!resumable) {
          Files.deleteIfExists(partial);
        }
      }
    }
  }

  /** A failure that may be over soon. */
  public static final class Passing extends IOException {
    @java.io.Serial private static final long serialVersionUID = 1L;

    private final long waitMs;

    Passing(String message, long waitMs, @Nullable Throwable cause) {
      super(message, cause);
      this.waitMs = waitMs;
    }
  }

  private Path attempt(
      String address, Path partial, long maxBytes, ByteProgress progress, ContentCheck check)
      throws IOException {
    Optional<DownloadRecord> known = DownloadRecord.read(record(address));
    boolean kept = known.isPresent() && Files.exists(content(known.get().sha256()));
    Path partialRecord = partial.resolveSibling(partial.getFileName() + ".record");
    Optional<DownloadRecord> begun = DownloadRecord.read(partialRecord);
    long have = begun.isPresent() && Files.exists(partial) ? Files.size(partial) : 0;
    HttpRequest.Builder request = request(address);
    if (kept) {
      known.get().askIfChanged(request);
    } else if (have > 0) {
      begun.get().askForRest(request, have);
    }
    HttpResponse<InputStream> response = send(request.build());
    try (InputStream body = response.body()) {
      int status = response.statusCode();
      if (status == NOT_MODIFIED && kept) {
        return content(known.get().sha256());
      }
      if (PASSING.contains(status)) {
        long seconds = response.headers().firstValueAsLong("retry-after").orElse(0);
        throw new Passing("the server answers " + status, seconds * 1000, null);
      }
      boolean goesOn = status == PARTIAL && have > 0 && startsAt(response, have);
      if (have > 0 && !goesOn && status != OK) {
        Files.deleteIfExists(partial);
        throw new Passing("the server answers " + status + " to going on", 0, null);
      }
      if (status != OK && !goesOn) {
        Files.deleteIfExists(partial);
        throw new IOException("the server answers " + status);
      }
      long from = status == PARTIAL ? have : 0;
      OptionalLong length = response.headers().firstValueAsLong("content-length");
      requireSize(from + length.orElse(0), maxBytes);
      DownloadRecord.of("", response.headers()).write(partialRecord);
      receive(body, partial, from, length, maxBytes, progress);
      Path content = keep(partial, partialRecord, check);
      DownloadRecord.of(String.valueOf(content.getFileName()), response.headers())
          .write(record(address));
      Files.deleteIfExists(partialRecord);
      return content;
    }
  }

  /** Whether a partial answer starts where it was asked to. */
  private static boolean startsAt(HttpResponse<InputStream> response, long from) {
    return response
        .headers()
        .firstValue("content-range")
        .filter(range -> range.startsWith("bytes " + from + "-"))
        .isPresent();
  }

  private HttpRequest.Builder request(String address) throws IOException {
    try {
      return HttpRequest.newBuilder(URI.create(address.replace(" ", "%20")))
          .timeout(patience)
          .header("User-Agent", "amulet");
    } catch (IllegalArgumentException e) {
      throw new IOException("it is no valid address: " + e.getMessage(), e);
    }
  }

  private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted();
    } catch (IOException e) {
      String message = e.getMessage();
      throw new Passing(
          "the server cannot be reached (" + (message == null ? e : message) + ")", 0, e);
    }
  }

  private static void requireSize(long bytes, long maxBytes) throws IOException {
    if (bytes > maxBytes) {
      throw new IOException("it has %d bytes, the limit is %d".formatted(bytes, maxBytes));
    }
  }

  private void receive(
      InputStream body,
      Path partial,
      long from,
      OptionalLong length,
      long maxBytes,
      ByteProgress progress)
      throws IOException {
    long done = from;
    try (StallGuard guard = StallGuard.on(body, patience);
        OutputStream out =
            from > 0
                ? Files.newOutputStream(partial, StandardOpenOption.APPEND)
                : Files.newOutputStream(partial)) {
      byte[] step = new byte[STEP_BYTES];
      for (int read = read(body, step); read >= 0; read = read(body, step)) {
        guard.moved();
        done += read;
        requireSize(done, maxBytes);
        out.write(step, 0, read);
        progress.at(done, length.isPresent() ? from + length.getAsLong() : done + 1);
      }
    }
    if (length.isPresent() && done < from + length.getAsLong()) {
      throw new Passing("the answer ended after " + done + " bytes", 0, null);
    }
  }

  private static int read(InputStream body, byte[] step) throws IOException {
    try {
      return body.read(step);
    } catch (IOException e) {
      throw new Passing("the answer broke off (" + e.getMessage() + ")", 0, e);
    }
  }

  /** Moves a complete file under its digest. */
  private Path keep(Path partial, Path partialRecord, ContentCheck check) throws IOException {
    String sha256 = sha256(partial);
    try {
      check.check(partial, sha256);
    } catch (IOException e) {
      Files.deleteIfExists(partial);
      Files.deleteIfExists(partialRecord);
      throw e;
    }
    Path content = content(sha256);
    Files.createDirectories(content.getParent());
    Files.move(
        partial, content, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return content;
  }

  /** SHA-256 of a file, hexadecimal. */
  public static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      Files.copy(file, sink);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private Path content(String sha256) {
    return folder.resolve("content").resolve(sha256.substring(0, 2)).resolve(sha256);
  }

  private Path record(String address) {
    return folder.resolve("addresses").resolve(sha256(address));
  }

  private static String sha256(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void pause(long milliseconds) throws IOException {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted();
    }
  }

  private static InterruptedIOException interrupted() {
    return new InterruptedIOException("interrupted");
  }
}
