package dev.amulet.training.vision;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a run of fine-tuning needs to go on from the end of an epoch.
 *
 * @param fingerprint of the settings, the rows and the network it belongs to
 * @param learningRate the peak
 * @param epochs passes planned
 * @param done passes finished
 * @param log one line per pass
 * @param best pass with the lowest held-out loss, 0 for the start
 * @param startLoss held-out loss before the first step
 * @param now parameters
 * @param moments the optimiser's
 * @param kept parameters of the best pass
 */
record TuningState(
    String fingerprint,
    double learningRate,
    int epochs,
    int done,
    List<TunedNetwork.Epoch> log,
    int best,
    double startLoss,
    Map<String, float[]> now,
    Map<String, float[]> moments,
    Map<String, float[]> kept) {
  private static final int MAGIC = 0x414D5431;

  /** Written beside the file first, so that a crash leaves the state before. */
  void save(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(part), 1 << 16))) {
      out.writeInt(MAGIC);
      out.writeUTF(fingerprint);
      out.writeDouble(learningRate);
      out.writeInt(epochs);
      out.writeInt(done);
      out.writeInt(best);
      out.writeDouble(startLoss);
      out.writeInt(log.size());
      for (TunedNetwork.Epoch epoch : log) {
        out.writeInt(epoch.number());
        out.writeDouble(epoch.trainLoss());
        out.writeDouble(epoch.heldLoss());
        out.writeDouble(epoch.seconds());
        out.writeDouble(epoch.picturesPerSecond());
        out.writeDouble(epoch.waitingShare());
      }
      write(out, now);
      write(out, moments);
      write(out, kept);
      out.writeInt(MAGIC);
    }
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The state in a file; empty when there is none, or it belongs to something else. */
  static Optional<TuningState> load(Path file, String fingerprint) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      if (in.readInt() != MAGIC || !in.readUTF().equals(fingerprint)) {
        return Optional.empty();
      }
      double learningRate = in.readDouble();
      int epochs = in.readInt();
      int done = in.readInt();
      int best = in.readInt();
      double startLoss = in.readDouble();
      List<TunedNetwork.Epoch> log = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        log.add(
            new TunedNetwork.Epoch(
                in.readInt(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble()));
      }
      Map<String, float[]> now = read(in);
      Map<String, float[]> moments = read(in);
      Map<String, float[]> kept = read(in);
      if (in.readInt() != MAGIC) {
        throw new IOException(file + ": the file does not end as a checkpoint does");
      }
      return Optional.of(
          new TuningState(
              fingerprint, learningRate, epochs, done, log, best, startLoss, now, moments, kept));
    }
  }

  private static void write(DataOutputStream out, Map<String, float[]> values) throws IOException {
    out.writeInt(values.size());
    for (Map.Entry<String, float[]> entry : values.entrySet()) {
      out.writeUTF(entry.getKey());
      out.writeInt(entry.getValue().length);
      for (float value : entry.getValue()) {
        out.writeFloat(value);
      }
    }
  }

  private static Map<String, float[]> read(DataInputStream in) throws IOException {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      String name = in.readUTF();
      int length = in.readInt();
      float[] array = new float[length];
      for (int i = 0; i < length; i++) {
        array[i] = in.readFloat();
      }
      values.put(name, array);
    }
    return values;
  }
}
