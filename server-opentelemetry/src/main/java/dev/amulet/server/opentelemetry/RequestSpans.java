package dev.amulet.server.opentelemetry;

import dev.amulet.server.model.AnsweredRequest;
import dev.amulet.server.model.RequestListener;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Makes a span of each request that was scored, a child of the caller's ({@code traceparent}), with
 * one below it for each stage. Where they go is the program's affair: they are made with the global
 * OpenTelemetry, which an agent or the program sets. Safe for concurrent use.
 */
public final class RequestSpans implements RequestListener {
  private static final String NAME = "dev.amulet.server";

  /** gRPC's codes that are the server's fault, by OpenTelemetry's conventions. */
  private static final Set<Integer> GRPC_ERRORS = Set.of(2, 4, 12, 13, 14, 15);

  private final Supplier<OpenTelemetry> telemetry;

  /** With the global OpenTelemetry, asked for when it is first needed. */
  public RequestSpans() {
    this(GlobalOpenTelemetry::get);
  }

  RequestSpans(Supplier<OpenTelemetry> telemetry) {
    this.telemetry = telemetry;
  }

  @Override
  public void answered(AnsweredRequest request) {
    Tracer tracer = telemetry.get().getTracer(NAME);
    boolean http = request.protocol().equals("http");
    Span span =
        tracer
            .spanBuilder(request.protocol() + " " + request.route())
            .setSpanKind(SpanKind.SERVER)
            .setParent(caller(request.traceParent()))
            .setStartTimestamp(request.startEpochNs(), TimeUnit.NANOSECONDS)
            .setAttribute("amulet.request_id", request.id())
            .setAttribute(http ? "http.route" : "rpc.method", request.route())
            .setAttribute(
                http ? "http.response.status_code" : "rpc.grpc.status_code",
                (long) request.status())
            .startSpan();
    Context own = Context.root().with(span);
    for (AnsweredRequest.Stage stage : request.stages()) {
      SpanBuilder part =
          tracer
              .spanBuilder(stage.name())
              .setParent(own)
              .setStartTimestamp(stage.startEpochNs(), TimeUnit.NANOSECONDS);
      part.startSpan().end(stage.endEpochNs(), TimeUnit.NANOSECONDS);
    }
    if (http ? request.status() >= 500 : GRPC_ERRORS.contains(request.status())) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end(request.endEpochNs(), TimeUnit.NANOSECONDS);
  }

  /** The caller's span; none where it told of none. */
  private static Context caller(String traceParent) {
    String[] parts = traceParent.split("-", 5);
    if (parts.length < 4) {
      return Context.root();
    }
    SpanContext remote =
        SpanContext.createFromRemoteParent(
            parts[1], parts[2], TraceFlags.fromHex(parts[3], 0), TraceState.getDefault());
    return Context.root().with(Span.wrap(remote));
  }
}
