package dev.amulet.server.model;

import dev.amulet.runtime.Schema;
import dev.amulet.runtime.Scorer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One loaded amulet, under the name and version it is served as. Who uses it holds a {@link Lease};
 * a version that was replaced closes when the last lease is given back, so that no request ever
 * meets a closed model.
 */
public final class ModelVersion {
  private final String name;
  private final String version;
  private final Path file;
  private final Scorer scorer;
  private final MicroBatcher batcher;
  private final ModelMetrics metrics;

  /** Leases, and one for being served. */
  private int holders = 1;

  ModelVersion(
      String name,
      String version,
      Path file,
      Scorer scorer,
      MicroBatcher batcher,
      ModelMetrics metrics) {
    this.name = name;
    this.version = version;
    this.file = file;
    this.scorer = scorer;
    this.batcher = batcher;
    this.metrics = metrics;
  }

  /** What requests call the model. */
  public String name() {
    return name;
  }

  /** What requests call this version; "1" where the folder says nothing. */
  public String version() {
    return version;
  }

  /** Where it was loaded from. */
  public Path file() {
    return file;
  }

  /** SHA-256 of the amulet. */
  public String id() {
    return scorer.id();
  }

  public Schema schema() {
    return scorer.schema();
  }

  /** To make rows with, and to ask what it can say; scoring goes through {@link #batcher}. */
  public Scorer scorer() {
    return scorer;
  }

  public MicroBatcher batcher() {
    return batcher;
  }

  public ModelMetrics metrics() {
    return metrics;
  }

  /** Holds the version open, or says that it is closed. */
  synchronized boolean hold() {
    if (holders == 0) {
      return false;
    }
    holders++;
    return true;
  }

  void release() {
    boolean last;
    synchronized (this) {
      last = --holders == 0;
    }
    if (last) {
      batcher.close();
      scorer.close();
    }
  }

  synchronized boolean closed() {
    return holders == 0;
  }

  /** The right to use a version; closing it twice does nothing. */
  public static final class Lease implements AutoCloseable {
    private final ModelVersion version;
    private @Nullable Lease shadow;
    private boolean closed;

    Lease(ModelVersion version, @Nullable Lease shadow) {
      this.version = version;
      this.shadow = shadow;
    }

    /** One more of the same version, to be given back by itself; this one is still held. */
    public Lease another() {
      if (!version.hold()) {
        throw new IllegalStateException("the lease was given back");
      }
      return new Lease(version, null);
    }

    /** The version that is to score the same, unheard, or null; the caller's to give back. */
    synchronized @Nullable Lease takeShadow() {
      Lease taken = shadow;
      shadow = null;
      return taken;
    }

    public ModelVersion model() {
      return version;
    }

    @Override
    public void close() {
      synchronized (this) {
        if (closed) {
          return;
        }
        closed = true;
      }
      version.release();
      Lease unused = takeShadow();
      if (unused != null) {
        unused.close();
      }
    }
  }
}
