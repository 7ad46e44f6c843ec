package dev.amulet.training.data;

import dev.amulet.training.ProgressListener;
import dev.amulet.training.download.Downloads;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Images at http and https addresses, each fetched once and kept on disk. */
final class RemoteImages implements ImageCollection {
  static final long MOST_BYTES = 20L << 20;

  private static final int PARALLEL = 8;
  private static final int ENOUGH_LOST = 8;

  private final Downloads downloads;
  private final ProgressListener progress;
  private final Map<String, String> failures = new ConcurrentHashMap<>();

  /** Addresses of each host that stayed out of reach since the last that did not. */
  private final Map<String, Integer> lost = new ConcurrentHashMap<>();

  RemoteImages(Downloads downloads, ProgressListener progress) {
    this.downloads = downloads;
    this.progress = progress;
  }

  /** Fetches what is not there yet, several at a time. */
  @Override
  public void prepare(Collection<String> addresses) {
    List<String> wanted = new ArrayList<>();
    for (String address : addresses) {
      if (!failures.containsKey(address) && !isKept(address)) {
        wanted.add(address);
      }
    }
    if (wanted.isEmpty()) {
      return;
    }
    int failed = failures.size();
    ExecutorService workers = Executors.newFixedThreadPool(Math.min(PARALLEL, wanted.size()));
    try {
      List<Future<Optional<Path>>> fetched = new ArrayList<>();
      wanted.forEach(address -> fetched.add(workers.submit(() -> fetch(address))));
      for (int i = 0; i < fetched.size(); i++) {
        fetched.get(i).get();
        progress.progress("downloading images", i + 1, fetched.size());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while downloading images", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("downloading images failed", e.getCause());
    } finally {
      workers.shutdownNow();
    }
    int missed = failures.size() - failed;
    progress.message(
        "downloaded %d of %d images into %s"
            .formatted(wanted.size() - missed, wanted.size(), downloads.folder()));
  }

  private boolean isKept(String address) {
    try {
      return downloads.kept(address).isPresent();
    } catch (IOException e) {
      // Fetching it says what is wrong with the folder.
      return false;
    }
  }

  private Optional<Path> fetch(String address) {
    if (failures.containsKey(address)) {
      return Optional.empty();
    }
    String host = host(address);
    try {
      Optional<Path> kept = downloads.kept(address);
      if (kept.isEmpty() && lost.getOrDefault(host, 0) >= ENOUGH_LOST) {
        throw new IOException(host + " was not reached before and is not asked again");
      }
      Path file = kept.isPresent() ? kept.get() : downloads.get(address, MOST_BYTES);
      lost.remove(host);
      return Optional.of(file);
    } catch (Downloads.Passing e) {
      lost.merge(host, 1, Integer::sum);
      failures.put(address, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      failures.put(address, String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  private static String host(String address) {
    return address.replaceFirst("(?i)^(https?://[^/?#]*).*", "$1");
  }

  @Override
  public Optional<String> find(String cell) {
    return fetch(cell).map(file -> cell);
  }

  @Override
  public Optional<ImageHeader> header(String reference) {
    try {
      Optional<Path> file = fetch(reference);
      return file.isEmpty() ? Optional.empty() : ImageHeader.read(file.get());
    } catch (IOException e) {
      // A file that cannot be read is counted and named like one that is no image.
      return Optional.empty();
    }
  }

  @Override
  public byte[] read(String reference, long maxBytes) throws IOException {
    Optional<Path> file = fetch(reference);
    if (file.isEmpty()) {
      throw new IOException(
          "image \"" + reference + "\" cannot be downloaded: " + failures.get(reference));
    }
    long size = Files.size(file.get());
    if (size > maxBytes) {
      throw new IOException(
          "image \"%s\" has %d bytes, the limit is %d".formatted(reference, size, maxBytes));
    }
    try (InputStream in = Files.newInputStream(file.get())) {
      return in.readAllBytes();
    }
  }

  @Override
  public String place() {
    return "at their addresses";
  }

  @Override
  public String advice(String cell) {
    return String.valueOf(failures.getOrDefault(cell, "the server did not send it"))
        + "; check the addresses and the network, or download them and give their paths";
  }
}
