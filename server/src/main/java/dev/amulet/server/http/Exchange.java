package dev.amulet.server.http;

import dev.amulet.server.model.RequestContext;
import dev.amulet.server.model.RequestException;
import dev.amulet.server.model.RequestException.Kind;
import dev.amulet.server.model.ScoringService;
import dev.amulet.server.wire.Json;
import dev.amulet.server.wire.Problems;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One request and its one answer: finds the route, lets the right thread handle it, and writes what
 * comes first, the answer or the end of the request's time.
 */
final class Exchange {
  /** What exchanges share. */
  record Shared(
      Router router, ScoringService service, Json json, Executor admin, HttpSettings settings) {}

  private final Shared shared;
  private final Channel channel;
  private final FullHttpRequest request;
  private final RequestContext context;
  private final Runnable answered;
  private final boolean keepAlive;
  private final AtomicBoolean done = new AtomicBoolean();
  private String routeName = "none";
  private Runnable leave = () -> {};

  /**
   * Takes over the request, which it releases.
   *
   * @param answered runs on the event loop when the answer is written
   */
  Exchange(
      Shared shared,
      Channel channel,
      FullHttpRequest request,
      RequestContext context,
      Runnable answered) {
    this.shared = shared;
    this.channel = channel;
    this.request = request;
    this.context = context;
    this.answered = answered;
    keepAlive = HttpUtil.isKeepAlive(request) && !shared.settings().draining().getAsBoolean();
  }

  RequestContext context() {
    return context;
  }

  /** Begins; on the event loop. */
  void start() {
    context.onEnd(this::fail);
    try {
      QueryStringDecoder uri = new QueryStringDecoder(request.uri());
      Router.Match match = shared.router().find(request.method(), uri.path());
      Route route = match.route();
      routeName = route.name();
      shared
          .settings()
          .access()
          .check(route.group(), request.headers().get(HttpHeaderNames.AUTHORIZATION));
      HttpCall call = new HttpCall(request, uri, match.variables(), context);
      switch (route.work()) {
        case LOOK -> handle(route, call);
        case ADMIN -> shared.admin().execute(() -> handle(route, call));
        case SCORE -> {
          leave = shared.service().queue().admit();
          Runnable unwatch = shared.service().watch(context);
          Runnable admitted = leave;
          leave =
              () -> {
                unwatch.run();
                admitted.run();
              };
          shared.service().queue().read(() -> handle(route, call));
        }
      }
    } catch (RuntimeException e) {
      fail(e);
      request.release();
    }
  }

  private void handle(Route route, HttpCall call) {
    try {
      context.check();
      var unused =
          route
              .handler()
              .handle(call)
              .whenComplete(
                  (reply, failure) -> {
                    if (failure == null) {
                      answer(reply);
                    } else {
                      fail(failure);
                    }
                  });
    } catch (RuntimeException | Error e) {
      fail(e);
    } finally {
      request.release();
    }
  }

  private void fail(Throwable failure) {
    RequestException problem = Problems.of(failure, context.id());
    Kind kind = problem.kind();
    int status = kind == Kind.UNAVAILABLE ? shared.settings().overloadStatus() : kind.status();
    HttpReply reply = HttpReply.json(shared.json(), status, Problems.json(problem, context.id()));
    if (kind == Kind.UNAVAILABLE || kind == Kind.TOO_MANY_REQUESTS) {
      reply = reply.with("Retry-After", Integer.toString(shared.settings().retryAfterS()));
    } else if (kind == Kind.METHOD_NOT_ALLOWED && problem.field() != null) {
      reply = reply.with("Allow", problem.field());
    } else if (kind == Kind.UNAUTHENTICATED) {
      reply = reply.with("WWW-Authenticate", "Bearer");
    }
    answer(reply);
  }

  private void answer(HttpReply reply) {
    if (!done.compareAndSet(false, true)) {
      return;
    }
    leave.run();
    shared.service().answered("http", routeName, reply.status(), context);
    if (reply.status() == Kind.CANCELLED.status()) {
      var unused = channel.close();
      return;
    }
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(reply.status()),
            request.method().equals(HttpMethod.HEAD)
                ? Unpooled.EMPTY_BUFFER
                : Unpooled.wrappedBuffer(reply.body()));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, reply.type());
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, reply.body().length);
    response.headers().set("X-Request-Id", context.id());
    response.headers().set("X-Content-Type-Options", "nosniff");
    reply.headers().forEach(response.headers()::set);
    HttpUtil.setKeepAlive(response, keepAlive);
    channel
        .eventLoop()
        .execute(
            () -> {
              var written = channel.writeAndFlush(response);
              if (!keepAlive) {
                written.addListener(ChannelFutureListener.CLOSE);
              }
              answered.run();
            });
  }
}
