package dev.amulet.runtime.internal.pipeline;

import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Network;
import dev.amulet.runtime.internal.onnx.OnnxNetwork;
import org.jspecify.annotations.Nullable;

/** The networks of an amulet, each loaded once and shared by all sessions. Thread-safe. */
final class Networks implements AutoCloseable {
  private final Artifact artifact;
  private final int intraOpThreads;
  private final @Nullable OnnxNetwork[] networks;
  private boolean closed;

  Networks(Artifact artifact, int intraOpThreads) {
    this.artifact = artifact;
    this.intraOpThreads = intraOpThreads;
    networks = new OnnxNetwork[artifact.manifest().getNetworksCount()];
  }

  synchronized OnnxNetwork get(int index) throws ArtifactException {
    if (closed) {
      throw new IllegalStateException("the scorer is closed");
    }
    OnnxNetwork network = networks[index];
    if (network == null) {
      Network spec = spec(index);
      network = OnnxNetwork.open(artifact.entry(spec.getEntry()), spec, intraOpThreads);
      networks[index] = network;
    }
    return network;
  }

  Network spec(int index) {
    return artifact.manifest().getNetworks(index);
  }

  void loadAll() throws ArtifactException {
    for (int i = 0; i < networks.length; i++) {
      get(i);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    for (OnnxNetwork network : networks) {
      if (network != null) {
        network.close();
      }
    }
  }
}
