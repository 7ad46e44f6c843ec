package dev.amulet.server.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.server.ScoringServer;
import dev.amulet.server.ServerConfig;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The server finds the module by itself, and requests become spans of their caller's trace. */
class RequestSpansTest {
  private static final Path MODEL =
      Path.of("..", "format", "src", "test", "resources", "golden", "0.1", "regression.amulet");
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";

  /** Keeps what it gets. */
  private static final class Kept implements SpanExporter {
    private final List<SpanData> spans = new CopyOnWriteArrayList<>();

    @Override
    public CompletableResultCode export(Collection<SpanData> ended) {
      spans.addAll(ended);
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  @Test
  void aRequestIsASpanOfItsCallersTraceWithAStageForEachStep() throws Exception {
    Kept kept = new Kept();
    SdkTracerProvider provider =
        SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(kept)).build();
    GlobalOpenTelemetry.set(
        new OpenTelemetry() {
          @Override
          public TracerProvider getTracerProvider() {
            return provider;
          }

          @Override
          public ContextPropagators getPropagators() {
            return ContextPropagators.noop();
          }
        });
    ServerConfig config = ServerConfig.builder().httpPort(0).grpcPort(-1).build();
    try (ScoringServer server = ScoringServer.start(MODEL, config)) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + server.httpPort() + "/invocations"))
              .header("traceparent", "00-" + TRACE + "-" + PARENT + "-01")
              .header("X-Request-Id", "r-1")
              .POST(HttpRequest.BodyPublishers.ofString("{\"instances\":[{\"area\":1}]}"))
              .build();
      var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
    SpanData span =
        kept.spans.stream()
            .filter(one -> one.getKind() == SpanKind.SERVER)
            .findFirst()
            .orElseThrow();
    assertThat(span.getName()).isEqualTo("http /invocations");
    assertThat(span.getTraceId()).isEqualTo(TRACE);
    assertThat(span.getParentSpanId()).isEqualTo(PARENT);
    assertThat(span.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .isEqualTo(200);
    assertThat(span.getAttributes().get(AttributeKey.stringKey("amulet.request_id")))
        .isEqualTo("r-1");
    List<SpanData> stages = kept.spans.stream().filter(one -> one != span).toList();
    assertThat(stages).extracting(SpanData::getName).containsExactly("queue", "prepare", "score");
    for (SpanData stage : stages) {
      assertThat(stage.getParentSpanId()).isEqualTo(span.getSpanId());
      assertThat(stage.getStartEpochNanos())
          .isBetween(span.getStartEpochNanos(), stage.getEndEpochNanos());
      assertThat(stage.getEndEpochNanos()).isLessThanOrEqualTo(span.getEndEpochNanos());
    }
  }
}
