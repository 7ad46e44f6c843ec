package dev.amulet.server.grpc;

import dev.amulet.server.model.RequestContext;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A stream of requests, answered one by one in order: the next is read when the one before has its
 * answer, so that a client that sends faster than it is answered waits.
 */
abstract class InOrder<Q, A> implements StreamObserver<Q> {
  private final GrpcCalls calls;
  private final String method;
  private final ServerCallStreamObserver<A> observer;
  private volatile @Nullable RequestContext current;
  private boolean busy;
  private boolean completed;
  private boolean closed;

  InOrder(GrpcCalls calls, String method, StreamObserver<A> observer) {
    this.calls = calls;
    this.method = method;
    this.observer = (ServerCallStreamObserver<A>) observer;
    this.observer.disableAutoRequest();
    this.observer.setOnReadyHandler(() -> {});
    this.observer.setOnCancelHandler(this::cancel);
    this.observer.request(1);
  }

  abstract CompletableFuture<A> answer(RequestContext context, Q request);

  /** The answer to a request that failed, or null where that ends the stream. */
  abstract @Nullable A failed(Throwable failure, RequestContext context);

  @Override
  public void onNext(Q request) {
    RequestContext context = calls.context();
    current = context;
    synchronized (this) {
      busy = true;
    }
    calls.run(
        method,
        context,
        own -> answer(own, request),
        (answer, failure) -> {
          A next = failure == null ? answer : failed(failure, context);
          ended(next, failure, context);
        });
  }

  private synchronized void ended(
      @Nullable A answer, @Nullable Throwable failure, RequestContext context) {
    busy = false;
    if (closed || observer.isCancelled()) {
      return;
    }
    if (answer == null) {
      closed = true;
      observer.onError(
          calls.status(
              failure == null ? new IllegalStateException("no answer") : failure, context));
      return;
    }
    observer.onNext(answer);
    if (completed) {
      closed = true;
      observer.onCompleted();
    } else {
      observer.request(1);
    }
  }

  @Override
  public void onError(Throwable gone) {
    cancel();
  }

  private void cancel() {
    RequestContext context = current;
    if (context != null) {
      context.cancel();
    }
  }

  @Override
  public synchronized void onCompleted() {
    completed = true;
    if (!busy && !closed) {
      closed = true;
      observer.onCompleted();
    }
  }
}
