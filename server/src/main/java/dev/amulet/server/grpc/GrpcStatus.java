package dev.amulet.server.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.RetryInfo;
import dev.amulet.server.model.RequestException;
import dev.amulet.server.wire.Problems;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/** How gRPC tells what went wrong. */
final class GrpcStatus {
  private GrpcStatus() {}

  static Status.Code code(RequestException problem) {
    return switch (problem.kind()) {
      case INVALID_REQUEST, UNPROCESSABLE_ROW -> Status.Code.INVALID_ARGUMENT;
      case UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
      case FORBIDDEN -> Status.Code.PERMISSION_DENIED;
      case NOT_FOUND -> Status.Code.NOT_FOUND;
      case METHOD_NOT_ALLOWED, UNSUPPORTED_MEDIA_TYPE, UNSUPPORTED -> Status.Code.UNIMPLEMENTED;
      case TOO_LARGE, TOO_MANY_REQUESTS -> Status.Code.RESOURCE_EXHAUSTED;
      case CANCELLED -> Status.Code.CANCELLED;
      case INTERNAL -> Status.Code.INTERNAL;
      case UNAVAILABLE -> Status.Code.UNAVAILABLE;
      case DEADLINE_EXCEEDED -> Status.Code.DEADLINE_EXCEEDED;
    };
  }

  /** The message, led by the place in the request and by the code of a row. */
  static String text(RequestException problem) {
    String text = String.valueOf(problem.getMessage());
    if (problem.row() >= 0) {
      return problem.code() + ": " + text;
    }
    return problem.field() == null ? text : problem.field() + ": " + text;
  }

  static StatusRuntimeException of(Throwable failure, String requestId, int retryAfterS) {
    RequestException problem = Problems.of(failure, requestId);
    Status.Code code = code(problem);
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder().setCode(code.value()).setMessage(text(problem));
    if (code == Status.Code.UNAVAILABLE) {
      status.addDetails(
          Any.pack(
              RetryInfo.newBuilder()
                  .setRetryDelay(Duration.newBuilder().setSeconds(retryAfterS))
                  .build()));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }
}
