package dev.amulet.training.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.amulet.format.v1.Task;
import dev.amulet.training.ProgressListener;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, headless; skipped where there is no Chromium on the path. */
class ReportBrowserTest {
  private static final String HOSTILE = "</script><img src=x onerror=alert(1)>'\"&";

  /** Hears of errors, of what the page's own policy stopped, and of what was fetched. */
  private static final String PROBE =
      """
      <script>(function () {
        const root = document.documentElement, heard = [];
        const say = text => { heard.push(text); root.setAttribute('data-heard', heard.join(' | ')); };
        root.setAttribute('data-heard', '');
        addEventListener('error', e => say('error ' + (e.message || e.target.tagName)), true);
        addEventListener('unhandledrejection', e => say('rejection ' + e.reason));
        document.addEventListener('securitypolicyviolation', e => say('refused ' + e.blockedURI));
        for (const level of ['error', 'warn']) console[level] = text => say(level + ' ' + text);
        window.alert = text => say('alert ' + text);
        addEventListener('load', () => performance.getEntriesByType('resource')
          .filter(r => !r.name.startsWith('data:')).forEach(r => say('fetched ' + r.name)));
      })();</script>
      """;

  @TempDir Path folder;

  @Test
  void aRegressionShowsEveryChart() throws Exception {
    assertThat(shown(SampleInsights.of(folder, Task.REGRESSION, List.of())))
        .containsExactlyInAnyOrder(
            "chart-comparison",
            "chart-learning",
            "chart-predicted",
            "chart-residuals",
            "chart-residual-sizes",
            "chart-importance",
            "chart-shap",
            "chart-map",
            "chart-target");
  }

  @Test
  void twoClassesShowEveryChart() throws Exception {
    assertThat(shown(SampleInsights.of(folder, Task.BINARY, List.of("no", "yes"))))
        .containsExactlyInAnyOrder(
            "chart-comparison",
            "chart-learning",
            "chart-roc",
            "chart-pr",
            "chart-gains",
            "chart-lift",
            "chart-calibration",
            "chart-probabilities",
            "chart-importance",
            "chart-shap",
            "chart-map",
            "chart-target");
  }

  @Test
  void hostileNamesAreTextAndSeveralClassesShowEveryChart() throws Exception {
    List<String> classes = List.of("a" + HOSTILE, "b" + HOSTILE, "c\u2028\\u003c/script>");

    assertThat(shown(SampleInsights.named("name", folder, Task.MULTICLASS, classes)))
        .containsExactlyInAnyOrder(
            "chart-comparison",
            "chart-learning",
            "chart-calibration",
            "chart-probabilities",
            "chart-importance",
            "chart-map",
            "chart-target");
  }

  @Test
  void whatTheProbeIsForWouldBeHeard() throws Exception {
    String page =
        "<!doctype html><html><head><meta http-equiv=\"Content-Security-Policy\""
            + " content=\"default-src 'none'; script-src 'unsafe-inline'\"></head><body>"
            + PROBE
            + "<img src=\"http://localhost:1/x.png\"><script>nothing.at.all</script></body></html>";

    assertThat(heard(dom(page))).contains("refused http://localhost:1/x.png").contains("error ");
  }

  /** Ids of the charts that are drawn; checks that nothing else happened. */
  private List<String> shown(InsightData data) throws Exception {
    String page =
        InsightReport.html(data, ProgressListener.silent())
            .replaceFirst("<body>", Matcher.quoteReplacement("<body>" + PROBE));
    String dom = dom(page);
    assertThat(heard(dom)).isEmpty();
    return Pattern.compile("id=\"(chart-[a-z-]+)\"[^>]*>(?:<div[^>]*>)*<svg[^>]*>")
        .matcher(dom)
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  private static String heard(String dom) {
    Matcher heard = Pattern.compile("data-heard=\"([^\"]*)\"").matcher(dom);
    assertThat(heard.find()).as("the probe ran").isTrue();
    return heard.group(1);
  }

  /** The page's elements after its scripts have run. */
  private String dom(String page) throws IOException, InterruptedException {
    Optional<Path> browser = browser();
    assumeTrue(browser.isPresent(), "no chromium on the path: the page was not opened");
    Path file = Files.writeString(folder.resolve("page.html"), page);
    Path out = folder.resolve("dom.html");
    Process process =
        new ProcessBuilder(
                browser.orElseThrow().toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--user-data-dir=" + folder.resolve("browser"),
                "--window-size=1200,900",
                "--virtual-time-budget=3000",
                "--dump-dom",
                file.toUri().toString())
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("log.txt").toFile())
            .start();
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("the browser ends").isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  private static Optional<Path> browser() {
    String path = System.getenv("PATH");
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .flatMap(
            name ->
                Arrays.stream((path == null ? "" : path).split(File.pathSeparator))
                    .map(directory -> Path.of(directory, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
