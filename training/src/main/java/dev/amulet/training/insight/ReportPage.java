package dev.amulet.training.insight;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The frame that a report is put into: style, charting library, script and data in one file. The
 * page forbids itself every request. What comes from the data is inside a JSON text that cannot end
 * the element it is in, and the script on the page puts it into text nodes only.
 */
final class ReportPage {
  private static final String POLICY =
      "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

  private ReportPage() {}

  static String html(String title, ObjectNode report) {
    return """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width,initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="%s">
    <title>%s</title>
    <style>
    %s</style></head>
    <body><header id="head"></header><nav id="nav"></nav>
    <main id="report"><noscript>This report is drawn by a script within the page; allow it to run.\
    </noscript></main>
    <script type="application/json" id="report-data">%s</script>
    <script>%s</script>
    <script>
    %s</script></body></html>
    """
        .formatted(
            POLICY,
            escaped(title),
            resource("report.css"),
            json(report),
            resource("echarts-6.1.0.common.min.js"),
            resource("report.js"));
  }

  /** JSON that may stand in a script element, whatever its texts are. */
  static String json(ObjectNode report) {
    try {
      return new ObjectMapper()
          .writeValueAsString(report)
          .replace("&", "\\u0026")
          .replace("<", "\\u003c")
          .replace(">", "\\u003e")
          .replace("\u2028", "\\u2028")
          .replace("\u2029", "\\u2029");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain values have a JSON form", e);
    }
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String resource(String name) {
    try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the training jar lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
