package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import com.google.protobuf.Message;
import de.siegmar.fastcsv.reader.CsvReader;
import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Task;
import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The library is a module, and a program finds it on the module path and on the class path. */
@Timeout(180)
class ModulesTest {
  private static final String PROGRAM =
      """
      package app;

      import dev.amulet.format.v1.Task;
      import dev.amulet.runtime.Scorer;
      import java.nio.file.Files;
      import java.nio.file.Path;

      public final class Main {
        public static void main(String[] words) throws Exception {
          try (Scorer scorer = Scorer.open(Path.of(words[0]))) {
            byte[] picture = Files.readAllBytes(Path.of(words[1]));
            System.out.println(Scorer.class.getModule().isNamed());
            System.out.println(scorer.schema().task() == Task.REGRESSION);
            System.out.println(scorer.verify().passed());
            System.out.println(
                scorer.score(scorer.newRow().set("area", 90).setImage("photo", picture)).value());
          }
        }
      }
      """;

  @TempDir private Path folder;

  @Test
  void everyPackageThatIsNotInternalIsExported() {
    for (Class<?> type : List.of(Artifact.class, Scorer.class)) {
      ModuleDescriptor module = descriptor(location(type));
      assertThat(module.isAutomatic()).isFalse();
      Set<String> exported =
          module.exports().stream()
              .map(ModuleDescriptor.Exports::source)
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(exported).isEqualTo(publicPackages(module));
      assertThat(module.exports()).allMatch(exports -> !exports.isQualified());
      assertThat(module.isOpen()).isFalse();
    }
    assertThat(descriptor(location(Artifact.class)).name()).isEqualTo("dev.amulet.format");
    assertThat(descriptor(location(Scorer.class)).name()).isEqualTo("dev.amulet.runtime");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--module-path", "--class-path"})
  void aProgramScores(String option) throws IOException, InterruptedException, ArtifactException {
    boolean modules = option.equals("--module-path");
    AmuletBuilder amulet = GoldenAmulet.of(Task.REGRESSION);
    byte[] picture = DrawnPng.of("modules", 30, 30);
    Path file = Files.write(folder.resolve("model.amulet"), amulet.toBytes());
    Path image = Files.write(folder.resolve("photo.png"), picture);
    String path =
        Stream.of(
                Artifact.class, Scorer.class, Message.class, OrtEnvironment.class, CsvReader.class)
            .map(type -> location(type).toString())
            .collect(Collectors.joining(File.pathSeparator));
    Path classes = compile(option, path, modules);
    double expected;
    try (Scorer scorer = amulet.open()) {
      expected = scorer.score(scorer.newRow().set("area", 90).setImage("photo", picture)).value();
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(option, path + File.pathSeparator + classes));
    command.addAll(modules ? List.of("--module", "app/app.Main") : List.of("app.Main"));
    command.addAll(List.of(file.toString(), image.toString()));
    assertThat(run(command))
        .containsExactly(Boolean.toString(modules), "true", "true", Double.toString(expected));
  }

  private Path compile(String option, String path, boolean modules) throws IOException {
    Path source = Files.createDirectories(folder.resolve("src/app")).resolve("Main.java");
    Files.writeString(source, PROGRAM);
    Path classes = folder.resolve("classes");
    List<String> arguments =
        new ArrayList<>(
            List.of("-proc:none", "-d", classes.toString(), option, path, source.toString()));
    if (modules) {
      Path module = folder.resolve("src/module-info.java");
      Files.writeString(module, "module app { requires dev.amulet.runtime; }");
      arguments.add(module.toString());
    }
    int exit =
        ToolProvider.getSystemJavaCompiler()
            .run(null, System.err, System.err, arguments.toArray(String[]::new));
    assertThat(exit).isZero();
    return classes;
  }

  private List<String> run(List<String> command) throws IOException, InterruptedException {
    Path output = folder.resolve("output.txt");
    Path errors = folder.resolve("errors.txt");
    Process program =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    assertThat(program.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(program.exitValue()).as(() -> read(errors)).isZero();
    return Files.readAllLines(output);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static ModuleDescriptor descriptor(Path classes) {
    return ModuleFinder.of(classes).findAll().stream()
        .map(ModuleReference::descriptor)
        .findFirst()
        .orElseThrow();
  }

  /** Packages of the module, but for those that only the library itself uses. */
  private static Set<String> publicPackages(ModuleDescriptor module) {
    return module.packages().stream()
        .filter(name -> name.startsWith("dev.amulet.") && !name.contains(".internal"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Path location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
