package dev.amulet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compiles the Java of the documents, so that it is never about another version. */
class DocumentedCodeTest {
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  /** What the documents' code may use without saying where it comes from. */
  private static final String AROUND =
      """
      import dev.amulet.format.*;
      import dev.amulet.runtime.*;
      import dev.amulet.runtime.csv.*;
      import java.nio.file.Path;
      import java.time.Instant;
      import java.util.*;
      @SuppressWarnings("all")
      abstract class Snippet%d {
        Scorer scorer;
        ScoringSession session;
        Row row;
        List<Row> rows;
        CsvRows csv;
        byte[] photoBytes;
        Path amulet;
        void run() throws Exception {
      %s
        }
      }
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/runtime.md"})
  void theJavaOfADocumentCompiles(String document) throws Exception {
    String text = Files.readString(Path.of("..").resolve(document));
    List<Path> sources = new ArrayList<>();
    for (Matcher block = JAVA.matcher(text); block.find(); ) {
      Path source = folder.resolve("Snippet" + sources.size() + ".java");
      sources.add(Files.writeString(source, AROUND.formatted(sources.size(), block.group(1))));
    }
    assertThat(sources).isNotEmpty();
    assertThat(problems(sources)).isEmpty();
  }

  private List<String> problems(List<Path> sources) throws Exception {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, null)) {
      compiler
          .getTask(
              null,
              files,
              problems,
              List.of("-proc:none", "-d", folder.toString(), "-cp", classPath),
              null,
              files.getJavaFileObjectsFromPaths(sources))
          .call();
    }
    return problems.getDiagnostics().stream()
        .filter(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
        .map(Object::toString)
        .toList();
  }
}
