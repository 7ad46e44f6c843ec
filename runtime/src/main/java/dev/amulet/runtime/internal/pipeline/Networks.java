package dev.amulet.runtime.internal.pipeline;

import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Network;
import dev.amulet.runtime.Device;
import dev.amulet.runtime.internal.onnx.OnnxDevices;
import dev.amulet.runtime.internal.onnx.OnnxNetwork;
import org.jspecify.annotations.Nullable;

/** The networks of an amulet, each loaded once and shared by all sessions. Thread-safe. */
final class Networks implements AutoCloseable {
  private final Artifact artifact;
  private final int intraOpThreads;
  private final Device wish;
  private @Nullable Device device;
  private final @Nullable OnnxNetwork[] networks;
  private boolean closed;

  /**
   * @throws IllegalStateException when the device is named and cannot be used
   */
  Networks(Artifact artifact, int intraOpThreads, Device wish) {
    this.artifact = artifact;
    this.intraOpThreads = intraOpThreads;
    this.wish = wish;
    // Otherwise found out when needed: a table needs no ONNX Runtime.
    device = wish.kind() == Device.Kind.AUTO ? null : OnnxDevices.resolve(wish);
    networks = new OnnxNetwork[artifact.manifest().getNetworksCount()];
  }

  synchronized OnnxNetwork get(int index) throws ArtifactException {
    if (closed) {
      throw new IllegalStateException("the scorer is closed");
    }
    OnnxNetwork network = networks[index];
    if (network == null) {
      Network spec = spec(index);
      network = OnnxNetwork.open(artifact.entry(spec.getEntry()), spec, intraOpThreads, device());
      networks[index] = network;
    }
    return network;
  }

  /** Where the networks run. */
  synchronized Device device() {
    Device known = device;
    if (known == null) {
      known = OnnxDevices.resolve(wish);
      device = known;
    }
    return known;
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
