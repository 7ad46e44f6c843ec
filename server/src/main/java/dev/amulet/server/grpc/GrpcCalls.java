package dev.amulet.server.grpc;

import dev.amulet.server.model.AccessRules;
import dev.amulet.server.model.RequestContext;
import dev.amulet.server.model.RequestException;
import dev.amulet.server.model.ScoringService;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What all calls have in common: who calls, how long there is, admission to the queue, one answer.
 * Safe for concurrent use.
 */
final class GrpcCalls {
  /** What gRPC's side needs to know. */
  record Settings(AccessRules access, int maxRows, int requestTimeoutMs, int retryAfterS) {}

  static final Context.Key<Metadata> HEADERS = Context.key("headers");
  private static final Metadata.Key<String> AUTHORIZATION = text("authorization");
  private static final Metadata.Key<String> REQUEST_ID = text("x-request-id");
  private static final Metadata.Key<String> TRACE_PARENT = text("traceparent");

  /** Calls of one message that are scored. */
  private static final Set<String> SCORING = Set.of("Score", "ModelInfer");

  private final ScoringService service;
  private final Settings settings;
  private final AtomicInteger open = new AtomicInteger();

  GrpcCalls(ScoringService service, Settings settings) {
    this.service = service;
    this.settings = settings;
  }

  private static Metadata.Key<String> text(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  ScoringService service() {
    return service;
  }

  Settings settings() {
    return settings;
  }

  /** Calls whose head was read and that have not ended. */
  int open() {
    return open.get();
  }

  /** Keeps the headers of a call where its handler finds them. */
  ServerInterceptor headers() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        open.incrementAndGet();
        return new CountedEnd<>(
            Contexts.interceptCall(
                Context.current().withValue(HEADERS, headers), call, headers, next));
      }
    };
  }

  /** Of each call one of the two is told once. */
  private final class CountedEnd<Q> extends SimpleForwardingServerCallListener<Q> {
    CountedEnd(ServerCall.Listener<Q> next) {
      super(next);
    }

    @Override
    public void onComplete() {
      open.decrementAndGet();
      super.onComplete();
    }

    @Override
    public void onCancel() {
      open.decrementAndGet();
      super.onCancel();
    }
  }

  /**
   * Refuses a scoring call by its head when there is too much to do: its message is then neither
   * collected nor read. Streams are decided message by message.
   */
  ServerInterceptor gate() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String method = String.valueOf(call.getMethodDescriptor().getBareMethodName());
        if (SCORING.contains(method)) {
          RequestContext context = context();
          try {
            service.queue().requireRoom();
          } catch (RequestException e) {
            count(method, e, context);
            StatusRuntimeException told = status(e, context);
            Metadata trailers = told.getTrailers();
            call.close(told.getStatus(), trailers == null ? new Metadata() : trailers);
            return new ServerCall.Listener<>() {};
          }
        }
        return next.startCall(call, headers);
      }
    };
  }

  private static @Nullable String header(Metadata.Key<String> key) {
    Metadata headers = HEADERS.get();
    return headers == null ? null : headers.get(key);
  }

  /** Checks the token of the call under way. */
  void check(AccessRules.Group group) {
    settings.access().check(group, header(AUTHORIZATION));
  }

  /** The request that a call under way makes. */
  RequestContext context() {
    long timeoutNs = TimeUnit.MILLISECONDS.toNanos(settings.requestTimeoutMs());
    Deadline deadline = Context.current().getDeadline();
    if (deadline != null) {
      timeoutNs = Math.min(timeoutNs, Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS)));
    }
    String id = header(REQUEST_ID);
    return new RequestContext(
        id == null || !RequestContext.isPlainId(id) ? UUID.randomUUID().toString() : id,
        timeoutNs,
        header(TRACE_PARENT));
  }

  StatusRuntimeException status(Throwable failure, RequestContext context) {
    return GrpcStatus.of(failure, context.id(), settings.retryAfterS());
  }

  /** Answers from what is in memory. */
  <T> void look(
      StreamObserver<T> observer, AccessRules.Group group, Function<RequestContext, T> answer) {
    RequestContext context = context();
    try {
      check(group);
      observer.onNext(answer.apply(context));
      observer.onCompleted();
    } catch (RuntimeException e) {
      observer.onError(status(e, context));
    }
  }

  /** Answers once with what a worker has scored. */
  <T> void score(
      String method,
      StreamObserver<T> observer,
      Function<RequestContext, CompletableFuture<T>> work) {
    RequestContext context = context();
    ((ServerCallStreamObserver<T>) observer).setOnCancelHandler(context::cancel);
    run(
        method,
        context,
        work,
        (answer, failure) -> {
          if (failure != null) {
            observer.onError(status(failure, context));
          } else {
            observer.onNext(answer);
            observer.onCompleted();
          }
        });
  }

  /** Hears one answer or one failure. */
  @FunctionalInterface
  interface Outcome<T> {
    void ended(@Nullable T answer, @Nullable Throwable failure);
  }

  /** Lets a request in, has a worker do its work, and tells what comes first. */
  <T> void run(
      String method,
      RequestContext context,
      Function<RequestContext, CompletableFuture<T>> work,
      Outcome<T> outcome) {
    AtomicBoolean once = new AtomicBoolean();
    Runnable[] leave = {() -> {}};
    Outcome<T> end =
        (answer, failure) -> {
          if (once.compareAndSet(false, true)) {
            leave[0].run();
            count(method, failure, context);
            outcome.ended(answer, failure);
          }
        };
    try {
      check(AccessRules.Group.INFER);
      Runnable admitted = service.queue().admit();
      Runnable unwatch = service.watch(context);
      leave[0] =
          () -> {
            unwatch.run();
            admitted.run();
          };
      context.onEnd(why -> end.ended(null, why));
      service.queue().read(() -> read(context, work, end));
    } catch (RuntimeException e) {
      end.ended(null, e);
    }
  }

  private static <T> void read(
      RequestContext context, Function<RequestContext, CompletableFuture<T>> work, Outcome<T> end) {
    try {
      context.check();
      var unused = work.apply(context).whenComplete(end::ended);
    } catch (RuntimeException | Error e) {
      end.ended(null, e);
    }
  }

  private void count(String method, @Nullable Throwable failure, RequestContext context) {
    int code = failure == null ? 0 : status(failure, context).getStatus().getCode().value();
    service.answered("grpc", method, code, context);
  }
}
