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
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * One request and its one answer: finds the route, lets the right thread handle it, and writes what
 * comes first, the answer or the end of the request's time.
 */
final class Exchange {
  /** What exchanges share. */
  record Shared(
      Router router, ScoringService service, Json json, Executor admin, HttpSettings settings) {
    /**
     * Checks what a request's head tells.
     *
     * @throws RequestException when it is refused whatever its body is
     */
    void requireTaken(HttpRequest head) {
      Route route = router.find(head.method(), new QueryStringDecoder(head.uri()).path()).route();
      requireAllowed(route, head);
      if (route.work() == Route.Work.SCORE) {
        service.queue().requireRoom();
      }
    }

    void requireAllowed(Route route, HttpRequest head) {
      settings.access().check(route.group(), head.headers().get(HttpHeaderNames.AUTHORIZATION));
    }
  }

  private final Shared shared;
  private final Channel channel;
  private final FullHttpRequest request;
  private final RequestContext context;
  private final BooleanSupplier more;
  private final Runnable answered;
  private final AtomicBoolean done = new AtomicBoolean();
  private String routeName = "none";
  private Runnable leave = () -> {};

  /**
   * Takes over the request, which it releases.
   *
   * @param more whether the connection has another request already
   * @param answered runs on the event loop when the answer is written
   */
  Exchange(
      Shared shared,
      Channel channel,
      FullHttpRequest request,
      RequestContext context,
      BooleanSupplier more,
      Runnable answered) {
    this.shared = shared;
    this.channel = channel;
    this.request = request;
    this.context = context;
    this.more = more;
    this.answered = answered;
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
      if (request instanceof RefusedRequest refused) {
        throw refused.why();
      }
      shared.requireAllowed(route, request);
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
    channel.eventLoop().execute(() -> write(response));
  }

  /**
   * The last answer of a connection says so. Where the server is about to stop, that is the one
   * behind which nothing has come yet.
   */
  private void write(FullHttpResponse response) {
    boolean keepAlive =
        HttpUtil.isKeepAlive(request)
            && (!shared.settings().draining().getAsBoolean() || more.getAsBoolean());
    HttpUtil.setKeepAlive(response, keepAlive);
    var written = channel.writeAndFlush(response);
    if (!keepAlive) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
    answered.run();
  }
}
