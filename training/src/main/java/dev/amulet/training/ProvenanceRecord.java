package dev.amulet.training;

import com.google.protobuf.ByteString;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Provenance;
import dev.amulet.format.v1.Setting;
import dev.amulet.format.v1.Version;
import dev.amulet.format.v1.WeightLineage;
import dev.amulet.runtime.ImageSource;
import dev.amulet.training.data.ColumnProfile;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.TableProfile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where a model comes from, for its manifest. Holds no user name and no folder of this machine. */
final class ProvenanceRecord {
  private ProvenanceRecord() {}

  static Provenance of(
      ExperimentConfig config,
      ExperimentData data,
      Scores scores,
      int components,
      List<WeightLineage> weights) {
    Provenance.Builder provenance =
        Provenance.newBuilder()
            .setCreatedEpochMs(System.currentTimeMillis())
            .addVersions(version("amulet", amuletVersion()))
            .addVersions(version("java", Runtime.version().toString()))
            .setDataName(data.table().name())
            .setDataSha256(fingerprint(data.profile()))
            .setTrainingRows(data.table().rows())
            .addAllMetrics(scores.manifestValues())
            .setScorer(scores.scorer().name())
            .addSettings(setting(SettingKey.SEED, Long.toString(config.seed())))
            .addSettings(setting(SettingKey.OUTPUT_DIMENSION, Integer.toString(components)));
    return provenance.addAllWeights(weights).build();
  }

  private static Version version(String component, String version) {
    return Version.newBuilder().setComponent(component).setVersion(version).build();
  }

  private static Setting setting(SettingKey key, String value) {
    return Setting.newBuilder().setKey(key.key()).setValue(value).build();
  }

  /** Version of the training jar; "development" when classes run outside a jar. */
  static String amuletVersion() {
    String version = ProvenanceRecord.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** SHA-256 over header, cells and the bytes of every image. */
  private static ByteString fingerprint(TableProfile profile) {
    Dataset table = profile.dataset();
    Set<String> images =
        profile.inputs(ColumnType.IMAGE).stream()
            .map(ColumnProfile::name)
            .collect(Collectors.toSet());
    MessageDigest sha256 = sha256();
    for (int c = 0; c < table.columnNames().size(); c++) {
      String name = table.columnNames().get(c);
      add(sha256, name);
      for (int r = 0; r < table.rows(); r++) {
        String cell = table.cell(r, c);
        add(sha256, cell);
        if (cell != null && images.contains(name)) {
          addImage(sha256, table.images(), cell);
        }
      }
    }
    return ByteString.copyFrom(sha256.digest());
  }

  /** Length first, so that no two tables give the same bytes; a missing cell has length -1. */
  private static void add(MessageDigest digest, @Nullable String text) {
    byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    int length = text == null ? -1 : bytes.length;
    for (int shift = 24; shift >= 0; shift -= 8) {
      digest.update((byte) (length >> shift));
    }
    digest.update(bytes);
  }

  /** Adds the bytes of an image; of a missing one the cell's text alone must do. */
  private static void addImage(MessageDigest digest, ImageSource images, String cell) {
    try {
      digest.update(images.read(cell, Integer.MAX_VALUE));
    } catch (IOException e) {
      // No such image: the profile has said so, and the cell's text is in the digest.
      return;
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
