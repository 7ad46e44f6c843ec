package dev.amulet.training.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.amulet.format.v1.Interpolation;
import dev.amulet.training.TrainingException;
import dev.amulet.training.download.Downloads;
import dev.amulet.training.onnx.Convolution;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights from a server that misbehaves, and from folders. */
class WeightStoreTest {
  private static final int CHANNELS = 512;
  private static final int VALUES = CHANNELS * 3 * 3 * 3;

  /** Longer than any pause that a busy machine makes. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** So short that a stall is noticed soon; what it takes for one by mistake is resumed as well. */
  private static final Duration IMPATIENCE = Duration.ofMillis(800);

  @TempDir Path folder;

  private final List<String> lines = new ArrayList<>();
  private final byte[] content = safetensors(1);
  private ScriptedServer server;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  /** One convolution of 55 kB. */
  private BackboneSpec spec(String sha256Prefix) {
    return new BackboneSpec(
        "tiny",
        "tiny_1.test",
        (net, x) -> net.conv(x, "conv", Convolution.of(CHANNELS, 3)),
        NativeInput.imagenet(16, 1, Interpolation.BILINEAR),
        CHANNELS,
        VALUES,
        "fc",
        "Apache-2.0",
        List.of(new WeightLocation(server.address("/tiny.safetensors"), sha256Prefix)));
  }

  private static byte[] safetensors(float first) {
    String header =
        String.format(
            "{\"conv.weight\":{\"dtype\":\"F32\",\"shape\":[%d,3,3,3],\"data_offsets\":[0,%d]}}",
            CHANNELS, 4 * VALUES);
    ByteBuffer file =
        ByteBuffer.allocate(8 + header.length() + 4 * VALUES).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < VALUES; i++) {
      file.putFloat(first + i);
    }
    return file.array();
  }

  private WeightStore store(Path... folders) {
    return store(PATIENCE, 4, folders);
  }

  private WeightStore store(Duration patience, int attempts, Path... folders) {
    Downloads downloads = new Downloads(folder.resolve("downloads"), 1, attempts, patience);
    return new WeightStore(
        List.of(folders), folder.resolve("imported"), downloads, false, lines::add);
  }

  private String sha256() throws IOException {
    Path file = Files.write(folder.resolve("reference"), content);
    return Downloads.sha256(file);
  }

  /** Nothing that a later run could take for weights. */
  private void assertNothingKept(BackboneSpec spec) throws IOException {
    assertThat(store().find(spec)).isEmpty();
    Path kept = folder.resolve("downloads/content");
    if (Files.exists(kept)) {
      try (Stream<Path> files = Files.walk(kept)) {
        assertThat(files.filter(Files::isRegularFile)).isEmpty();
      }
    }
  }

  private void assertHonestServerHelps(BackboneSpec spec) throws IOException {
    try (ScriptedServer honest = server) {
      honest.then(ScriptedServer.honest(content)).then(ScriptedServer.honest(content));
      // One more request than the answers that are still scripted uses these up.
      WeightFile file = retried(spec);
      assertThat(file.sha256()).isEqualTo(sha256());
    }
    assertThat(store().find(spec)).map(WeightFile::sha256).contains(sha256());
  }

  private WeightFile retried(BackboneSpec spec) {
    try {
      return store().get(spec);
    } catch (TrainingException e) {
      return store().get(spec);
    }
  }

  @Test
  void aSlowServerIsWaitedFor() throws IOException {
    server.then(
        (from, out) -> {
          ScriptedServer.head(out, from, content.length, content.length);
          for (int at = 0; at < content.length; at += 4096) {
            out.write(content, at, Math.min(4096, content.length - at));
            out.flush();
            Thread.sleep(20);
          }
        });
    WeightFile file = store().get(spec(sha256().substring(0, 8)));
    assertThat(file.path()).hasBinaryContent(content);
    assertThat(file.sha256()).isEqualTo(sha256());
    assertThat(file.weights().floats("conv.weight")).startsWith(1, 2, 3).hasSize(VALUES);
    assertThat(lines).anyMatch(line -> line.contains("MB"));
    assertThat(server.starts()).containsExactly(0);
    assertThat(store().get(spec("")).path()).isEqualTo(file.path());
    assertThat(server.starts()).hasSize(1);
  }

  @Test
  void aBrokenAndAStalledAnswerAreResumed() throws IOException {
    server
        .then(
            (from, out) -> {
              ScriptedServer.head(out, from, content.length - from, content.length);
              out.write(content, from, 20_000);
            })
        .then(
            (from, out) -> {
              ScriptedServer.head(out, from, content.length - from, content.length);
              out.write(content, from, 10_000);
              out.flush();
              Thread.sleep(PATIENCE.toMillis());
            })
        .then(ScriptedServer.honest(content));
    assertThat(store(IMPATIENCE, 100).get(spec("")).path()).hasBinaryContent(content);
    assertThat(server.starts()).startsWith(0, 20_000);
    assertThat(server.starts().get(2)).isGreaterThan(20_000);
  }

  @Test
  void aServerThatPromisesMoreThanItHasIsRefused() throws IOException {
    BackboneSpec spec = spec("");
    server.then(
        (from, out) -> {
          ScriptedServer.head(out, 0, content.length + 1000L, content.length);
          out.write(content);
        });
    assertThatThrownBy(() -> store().get(spec))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("after 4 attempts");
    assertNothingKept(spec);
    assertHonestServerHelps(spec);
  }

  @Test
  void aServerThatPromisesLessThanItHasIsRefused() throws IOException {
    BackboneSpec spec = spec("");
    server.then(
        (from, out) -> {
          ScriptedServer.head(out, 0, content.length - 1000L, content.length);
          out.write(content);
        });
    assertThatThrownBy(() -> store().get(spec))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("cut short");
    assertNothingKept(spec);
    assertHonestServerHelps(spec);
  }

  @Test
  void anotherDigestThanThePublishersIsRefused() throws IOException {
    BackboneSpec spec = spec(sha256().substring(0, 8));
    server.then(ScriptedServer.honest(safetensors(2)));
    assertThatThrownBy(() -> store().get(spec))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("its publisher says " + sha256().substring(0, 8));
    assertNothingKept(spec);
    assertHonestServerHelps(spec);
  }

  @Test
  void anotherDigestThanTheFirstIsRefused() throws IOException {
    BackboneSpec spec = spec("");
    server.then(ScriptedServer.honest(content));
    Path file = store().get(spec).path();
    byte[] damaged = content.clone();
    damaged[damaged.length - 1] ^= 1;
    Files.write(file, damaged);
    assertThat(store().find(spec)).isEmpty();
    assertThat(lines).anyMatch(line -> line.contains("damaged and thrown away"));
    server.then(ScriptedServer.honest(safetensors(2)));
    assertThatThrownBy(
            () -> {
              store().get(spec);
              // The first answer may have been the honest one again.
              Files.delete(file);
              store().get(spec);
            })
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("when it was first fetched it was " + sha256());
  }

  @Test
  void whatIsNoWeightFileIsRefused() throws IOException {
    BackboneSpec spec = spec("");
    byte[] page = "<html>Sign in to this network first</html>".getBytes(StandardCharsets.UTF_8);
    server.then(ScriptedServer.honest(page));
    assertThatThrownBy(() -> store().get(spec))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("neither safetensors nor a PyTorch file")
        .hasMessageContaining("looked for tiny.safetensors")
        .hasMessageContaining("./amulet weights import tiny FILE")
        .satisfies(e -> assertThat(e.getMessage().lines().count()).isLessThanOrEqualTo(3));
    assertNothingKept(spec);
  }

  @Test
  void aFileInAFolderIsFoundByAnyOfItsNames() throws IOException {
    BackboneSpec spec = spec("");
    for (String name : List.of("tiny.safetensors", "tiny_1.test/model.safetensors")) {
      Path place = folder.resolve("of " + name.length()).resolve(name);
      Files.createDirectories(place.getParent());
      Files.write(place, content);
      Path given = folder.resolve("of " + name.length());
      assertThat(store(given).get(spec).path()).isEqualTo(place);
    }
    assertThat(server.starts()).isEmpty();
  }

  @Test
  void aFileThatDoesNotFitIsRefusedByName() throws IOException {
    Path file = folder.resolve("tiny.safetensors");
    Files.write(
        file,
        new String(content, StandardCharsets.ISO_8859_1)
            .replace("conv.weight", "last.weight")
            .getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> store(folder).get(spec("")))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("tiny needs a tensor \"conv.weight\"");
    byte[] notFinite = content.clone();
    Arrays.fill(notFinite, content.length - 4, content.length, (byte) 0xFF);
    Files.write(file, notFinite);
    assertThatThrownBy(() -> store(folder).get(spec(""))).hasMessageContaining("NaN");
  }

  @Test
  void anImportedFileIsKeptAndCheckedWhenUsed() throws IOException {
    BackboneSpec spec = spec("");
    Path file = Files.write(folder.resolve("brought"), content);
    WeightFile kept = store().importFile(spec, file);
    Files.delete(file);
    WeightFile found = store().find(spec).orElseThrow();
    assertThat(found.path()).isEqualTo(kept.path()).hasBinaryContent(content);
    assertThat(found.origin()).isEqualTo("the imported file brought");
    Backbone backbone = Backbones.pretrained(spec, found);
    assertThat(backbone.embeddingWidth()).isEqualTo(CHANNELS);
    assertThat(backbone.graph().outputNames()).containsExactly("embedding", "feature_map");
    Files.write(folder.resolve("next"), safetensors(3));
    WeightFile next = store().importFile(spec, folder.resolve("next"));
    assertThat(kept.path()).doesNotExist();
    assertThat(store().find(spec)).map(WeightFile::sha256).contains(next.sha256());
    Files.write(next.path(), content);
    assertThatThrownBy(() -> store().find(spec)).hasMessageContaining("damaged");
  }

  @Test
  void withoutANetworkTheAutomaticChoiceSaysWhatItTook() {
    WeightStore offline =
        new WeightStore(
            List.of(),
            folder.resolve("imported"),
            new Downloads(folder.resolve("downloads"), 1, 1, PATIENCE),
            true,
            lines::add);
    Backbone backbone = Backbones.automatic(offline);
    assertThat(backbone.name()).isEqualTo("nano");
    assertThat(backbone.notes().get(0))
        .contains("the weights of mobilenetv2 are not here")
        .contains("nano is used");
  }
}
