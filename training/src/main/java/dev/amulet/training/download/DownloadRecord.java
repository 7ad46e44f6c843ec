package dev.amulet.training.download;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What is known of an address: the digest of its content, and what the server calls this version.
 *
 * @param sha256 in hexadecimal; "" while the content is not complete
 * @param tag the server's ETag, or ""
 * @param modified the server's Last-Modified, or ""
 */
record DownloadRecord(String sha256, String tag, String modified) {
  private static final int LINES = 3;

  static DownloadRecord of(String sha256, HttpHeaders headers) {
    return new DownloadRecord(
        sha256,
        headers.firstValue("etag").orElse(""),
        headers.firstValue("last-modified").orElse(""));
  }

  static Optional<DownloadRecord> read(Path file) throws IOException {
    try {
      List<String> lines = Files.readAllLines(file);
      return lines.size() < LINES
          ? Optional.empty()
          : Optional.of(new DownloadRecord(lines.get(0), lines.get(1), lines.get(2)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Path written = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID());
    Files.write(written, List.of(sha256, tag, modified));
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  void askIfChanged(HttpRequest.Builder request) {
    if (!tag.isEmpty()) {
      request.header("If-None-Match", tag);
    } else if (!modified.isEmpty()) {
      request.header("If-Modified-Since", modified);
    }
  }

  /** Only where the server can say whether it still has the same version; else from the start. */
  void askForRest(HttpRequest.Builder request, long from) {
    boolean strong = !tag.isEmpty() && !tag.startsWith("W/");
    if (strong || !modified.isEmpty()) {
      request.header("Range", "bytes=" + from + "-").header("If-Range", strong ? tag : modified);
    }
  }
}
