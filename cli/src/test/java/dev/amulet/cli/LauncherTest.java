package dev.amulet.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs a copy of the {@code amulet} script with a Java that only says how it was called. */
class LauncherTest {
  @TempDir Path folder;
  private Path root;

  @BeforeEach
  void copyTheScript() throws IOException {
    root = folder.resolve("with space/amulet");
    executable(root.resolve("amulet"), Files.readString(Path.of("..", "amulet")));
    java("17.0.15", "echo \"omp=$OMP_WAIT_POLICY cp=$CLASSPATH java $*\"");
  }

  @Test
  void runsTheJarsOfTheUnpackedDistribution() throws Exception {
    Files.createDirectories(root.resolve("lib"));

    Result result = amulet("score", "a b.amulet", "rows.csv");

    assertThat(result.exit()).isZero();
    assertThat(result.output())
        .startsWith("omp=passive cp=" + root.toRealPath() + "/lib/* java ")
        .contains("-Dai.djl.offline=true")
        .contains(" dev.amulet.cli.Main ")
        .endsWith(" score a b.amulet rows.csv\n");
  }

  @Test
  void worksThroughASymbolicLink() throws Exception {
    Files.createDirectories(root.resolve("lib"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), root.resolve("amulet"));

    assertThat(run(List.of(link.toString(), "inspect")).output())
        .contains("cp=" + root.toRealPath() + "/lib/* ");
  }

  @Test
  void handsOnTheExitCode() throws Exception {
    Files.createDirectories(root.resolve("lib"));
    java("17.0.15", "exit 3");

    assertThat(amulet("verify").exit()).isEqualTo(3);
  }

  @Test
  void handsOnManyArgumentsInAFile() throws Exception {
    Files.createDirectories(root.resolve("lib"));
    java(
        "17.0.15",
        "for a; do case $a in -Damulet.arguments=*) tr '\\0' '|' <\"${a#*=}\"; rm \"${a#*=}\"; esac; done;"
            + " echo; echo \"$#\"");
    String[] many = new String[100];
    Arrays.fill(many, "a picture with a rather long name.jpg");

    Result result = amulet(many);

    assertThat(result.output())
        .startsWith("a picture with a rather long name.jpg|a picture")
        .satisfies(output -> assertThat(output.split("\\|")).hasSize(101))
        .satisfies(output -> assertThat(output.lines().reduce("", (a, b) -> b)).hasSizeLessThan(4));
  }

  @Test
  void argumentsInAFileAreReadOnce() throws IOException {
    Path list = Files.writeString(folder.resolve("list"), "score\0a b.amulet\0line\nbreak\0\0");

    assertThat(Main.arguments(new String[0], list.toString()))
        .containsExactly("score", "a b.amulet", "line\nbreak", "");
    assertThat(list).doesNotExist();
    assertThat(Main.arguments(new String[] {"help"}, null)).containsExactly("help");
  }

  @Test
  void saysThatJavaIsTooOld() throws Exception {
    Files.createDirectories(root.resolve("lib"));
    java("11.0.2", "echo never");

    Result result = amulet("demo");

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.output())
        .isEqualTo("amulet: found Java 11; install Java 17 or newer, or set JAVA_HOME\n");
  }

  @Test
  void buildsTheSourceTreeOnceAndAgainWhenASourceIsNewer() throws Exception {
    sourceTree(
        "echo jar > cli/target/amulet-cli.jar; echo a.jar:b.jar > cli/target/amulet.classpath");

    Result first = amulet("inspect");
    assertThat(first.output())
        .startsWith("building Amulet")
        .contains("/amulet-cli.jar:a.jar:b.jar ");
    assertThat(first.exit()).isZero();
    assertThat(amulet("inspect").output()).doesNotContain("building Amulet");

    Path source = root.resolve("runtime/src/main/Row.java");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(amulet("inspect").output()).startsWith("building Amulet");
  }

  @Test
  void showsWhatFailedWhenTheBuildFails() throws Exception {
    sourceTree("echo '[INFO] much else'; echo '[ERROR] Row.java: cannot find symbol'; exit 1");

    Result result = amulet("inspect");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.output())
        .contains("[ERROR] Row.java: cannot find symbol", "the build failed; all it said is in")
        .doesNotContain("much else", "omp=");
  }

  /** A source tree whose Maven is the given shell script. */
  private void sourceTree(String maven) throws IOException {
    Files.createDirectories(root);
    Files.writeString(root.resolve("pom.xml"), "");
    for (String module : List.of("format", "runtime", "server", "training", "cli")) {
      Files.createDirectories(root.resolve(module).resolve("src/main"));
      Files.writeString(root.resolve(module).resolve("pom.xml"), "");
      Files.writeString(root.resolve(module).resolve("src/main/Row.java"), "");
    }
    executable(root.resolve("mvnw"), "#!/bin/sh\n" + maven + "\n");
  }

  private void java(String version, String action) throws IOException {
    executable(
        folder.resolve("jdk/bin/java"),
        """
        #!/bin/sh
        if [ "$1" = -version ]; then echo 'openjdk version "%s"' >&2; exit 0; fi
        %s
        """
            .formatted(version, action));
  }

  private static void executable(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Result amulet(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(root.resolve("amulet").toString()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private Result run(List<String> command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().remove("OMP_WAIT_POLICY");
    builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("amulet ends").isTrue();
    return new Result(process.exitValue(), output);
  }

  private record Result(int exit, String output) {}
}
