package dev.amulet.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs a copy of {@code mvnw} whose pinned digest is that of a small archive served from this
 * process. The archive's {@code mvn} only says that it ran, and with which arguments.
 */
class MavenWrapperTest {
  private static final String FETCHED = "fetched maven ran: ";

  @TempDir Path folder;
  private HttpServer server;
  private byte[] archive;
  private Path script;
  private volatile byte[] served;
  private final AtomicInteger requests = new AtomicInteger();

  @BeforeEach
  void serveAnArchive() throws Exception {
    Path tree = folder.resolve("apache-maven-3.9.12");
    executable(tree.resolve("bin/mvn"), "#!/bin/sh\necho \"" + FETCHED + "$*\"\n");
    // Ballast that does not compress, so that cutting the archive short cuts a file short.
    byte[] ballast = new byte[100_000];
    new Random(7).nextBytes(ballast);
    Files.write(tree.resolve("ballast"), ballast);
    Path packed = folder.resolve("maven.tar.gz");
    Result tar =
        run(
            List.of(
                "tar", "-czf", packed.toString(), "-C", folder.toString(), tree.toFile().getName()),
            Map.of());
    assertThat(tar.exit()).as(tar.output()).isZero();
    archive = Files.readAllBytes(packed);
    served = archive;
    script = withDigestOf(archive);

    executable(folder.resolve("bin/mvn"), "#!/bin/sh\necho 'Apache Maven 3.6.3'\n");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/mirror/apache-maven-3.9.12-bin.tar.gz",
        exchange -> {
          requests.incrementAndGet();
          exchange.sendResponseHeaders(200, served.length);
          exchange.getResponseBody().write(served);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stopServing() {
    server.stop(0);
  }

  @Test
  void fetchesMavenWhenTheInstalledOneIsTooOldAndReusesItAfterwards() throws Exception {
    Result first = mvnw("verify", "-q");
    assertThat(first.output()).contains(FETCHED + "verify -q");
    assertThat(first.exit()).isZero();

    Result second = mvnw("test");
    assertThat(second.output()).isEqualTo(FETCHED + "test\n");
    assertThat(requests).hasValue(1);
    assertThat(cached()).hasSize(1);
  }

  @Test
  void usesAnInstalledMavenThatIsNewEnough() throws Exception {
    executable(
        folder.resolve("bin/mvn"),
        "#!/bin/sh\necho 'Apache Maven 3.8.7'\necho \"omp=$OMP_WAIT_POLICY args=$*\"\n");

    Result result = mvnw("verify");

    assertThat(result.output()).contains("omp=passive args=verify");
    assertThat(requests).hasValue(0);
  }

  @Test
  void leavesOutAnInstalledMavenFour() throws Exception {
    executable(folder.resolve("bin/mvn"), "#!/bin/sh\necho 'Apache Maven 4.0.0'\n");

    assertThat(mvnw("verify").output()).contains(FETCHED + "verify");
  }

  @Test
  void refusesAnArchiveWithAnotherDigest() throws Exception {
    served = archive.clone();
    served[served.length / 2] ^= 1;

    assertRefused(mvnw("verify"), "is not the expected file; nothing of it was run");
  }

  @Test
  void refusesATruncatedArchive() throws Exception {
    served = Arrays.copyOf(archive, archive.length - 1_000);

    assertRefused(mvnw("verify"), "is not the expected file; nothing of it was run");
  }

  @Test
  void saysWhatToDoWhenTheArchiveCannotBeFetched() throws Exception {
    server.removeContext("/mirror/apache-maven-3.9.12-bin.tar.gz");

    assertRefused(mvnw("verify"), "could not be fetched", "install Maven, or set AMULET_MAVEN_URL");
  }

  @Test
  void runsAtTheSameTimeShareOneMaven() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      processes.add(start(List.of(script.toString(), "run-" + i), environment()));
    }
    for (int i = 0; i < processes.size(); i++) {
      Result result = finish(processes.get(i));
      assertThat(result.output()).contains(FETCHED + "run-" + i);
      assertThat(result.exit()).isZero();
    }
    assertThat(cached()).hasSize(1);
    assertThat(cached().get(0).toFile().list())
        .contains("bin")
        .noneMatch(name -> name.startsWith("fetch."));
  }

  @Test
  void asksForAJdkWhenJavaIsTooOld() throws Exception {
    executable(
        folder.resolve("old/bin/java"), "#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n");
    Map<String, String> environment =
        Map.of("PATH", System.getenv("PATH"), "JAVA_HOME", folder.resolve("old").toString());

    Result result = run(List.of(script.toString(), "verify"), environment);

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.output()).contains("found Java 11; install a JDK 17 or newer");
  }

  private void assertRefused(Result result, String... texts) throws IOException {
    assertThat(result.exit()).as(result.output()).isEqualTo(1);
    assertThat(result.output()).contains(texts).doesNotContain(FETCHED);
    assertThat(cached()).isEmpty();
  }

  /** Everything in the cache, left-overs of a failed fetch included. */
  private List<Path> cached() throws IOException {
    Path cache = folder.resolve("cache/amulet");
    if (!Files.exists(cache)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(cache)) {
      return entries.toList();
    }
  }

  private Result mvnw(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    return run(command, environment());
  }

  private Map<String, String> environment() {
    return Map.of(
        "PATH",
        folder.resolve("bin") + ":" + System.getenv("PATH"),
        "JAVA_HOME",
        System.getProperty("java.home"),
        "XDG_CACHE_HOME",
        folder.resolve("cache").toString(),
        "AMULET_MAVEN_URL",
        "http://" + server.getAddress().getHostString() + ":" + port() + "/mirror");
  }

  private int port() {
    return server.getAddress().getPort();
  }

  private Path withDigestOf(byte[] archive) throws Exception {
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(archive));
    String original = Files.readString(Path.of("..", "mvnw"));
    String patched = original.replaceFirst("MAVEN_SHA512=[0-9a-f]{128}", "MAVEN_SHA512=" + digest);
    assertThat(patched).isNotEqualTo(original);
    return executable(folder.resolve("mvnw"), patched);
  }

  private static Path executable(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  private Result run(List<String> command, Map<String, String> environment) throws Exception {
    return finish(start(command, environment));
  }

  private Process start(List<String> command, Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeAll(List.of("MAVEN_HOME", "JAVA_HOME", "OMP_WAIT_POLICY"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static Result finish(Process process) throws Exception {
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("mvnw ends").isTrue();
    return new Result(process.exitValue(), output);
  }

  private record Result(int exit, String output) {}
}
