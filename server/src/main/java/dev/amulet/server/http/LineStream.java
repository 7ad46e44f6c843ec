package dev.amulet.server.http;

import dev.amulet.runtime.ScoreOptions;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.server.model.ModelVersion;
import dev.amulet.server.model.RequestContext;
import dev.amulet.server.model.RequestException;
import dev.amulet.server.model.RequestException.Kind;
import dev.amulet.server.wire.JsonLines;
import dev.amulet.server.wire.Problems;
import dev.amulet.server.wire.RowBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lines of JSON that are scored while more of them come: a batch of whole lines at a time, results
 * in the same order. However long the body, memory holds no more than a batch, the lines that came
 * meanwhile, and the results that the client has not read; who sends or reads too slowly waits or
 * is cut off by the clock. On the event loop, but for the scoring.
 */
final class LineStream {
  static final String TYPE = "application/x-ndjson";

  /** Rows scored together at most. */
  private static final int BATCH_ROWS = 256;

  /** When so much waits to be scored, no more is read. */
  private static final int MOST_WAITING_BYTES = 1 << 20;

  /**
   * Results that a client has not read; one that reads only when it has sent all may have these.
   */
  static final int MOST_UNREAD_BYTES = 8 << 20;

  private final Exchange.Shared shared;
  private final ChannelHandlerContext ctx;
  private final ModelVersion.Lease lease;
  private final RequestContext request;
  private final Runnable ended;
  private final boolean keepAlive;
  private final ByteBuf waiting = Unpooled.buffer();
  private @Nullable RequestContext current;
  private boolean begun;
  private boolean whole;
  private boolean over;
  private int lines;

  /**
   * Takes over the lease.
   *
   * @param ended runs when the last result is written or the stream is broken off
   */
  LineStream(
      Exchange.Shared shared,
      ChannelHandlerContext ctx,
      ModelVersion.Lease lease,
      RequestContext request,
      boolean keepAlive,
      Runnable ended) {
    this.shared = shared;
    this.ctx = ctx;
    this.lease = lease;
    this.request = request;
    this.keepAlive = keepAlive;
    this.ended = ended;
  }

  /** More of the body; stays the caller's. */
  void add(ByteBuf part, boolean last) {
    if (over) {
      return;
    }
    waiting.discardReadBytes().writeBytes(part);
    whole = last;
    next();
  }

  /** Scores what there is, unless it is at it; reads on, unless too much waits. */
  void next() {
    if (over || current != null) {
      readOn();
      return;
    }
    int bytes = ctx.channel().isWritable() ? wholeLines() : 0;
    if (firstLine() > shared.settings().maxBodyBytes()) {
      breakOff();
    } else if (bytes > 0) {
      score(ByteBufUtil.getBytes(waiting.readSlice(bytes)));
    } else if (whole && !waiting.isReadable()) {
      end(200);
    }
    readOn();
  }

  private void readOn() {
    boolean room = over || waiting.readableBytes() < MOST_WAITING_BYTES || current == null;
    ctx.channel().config().setAutoRead(room && (over || ctx.channel().isWritable()));
  }

  /** Bytes of the first line, as far as it is there. */
  private int firstLine() {
    int end = waiting.indexOf(waiting.readerIndex(), waiting.writerIndex(), (byte) '\n');
    return (end < 0 ? waiting.writerIndex() : end) - waiting.readerIndex();
  }

  /** Bytes of a batch of lines; the last line of a body may end without a line break. */
  private int wholeLines() {
    int end = waiting.readerIndex();
    for (int i = 0; i < BATCH_ROWS; i++) {
      int next = waiting.indexOf(end, waiting.writerIndex(), (byte) '\n');
      if (next < 0) {
        return (whole ? waiting.writerIndex() : end) - waiting.readerIndex();
      }
      end = next + 1;
    }
    return end - waiting.readerIndex();
  }

  private void score(byte[] text) {
    RequestContext context =
        new RequestContext(
            request.id(),
            TimeUnit.MILLISECONDS.toNanos(shared.settings().requestTimeoutMs()),
            request.traceParent());
    current = context;
    Runnable unwatch = shared.service().watch(context);
    shared
        .service()
        .queue()
        .read(
            () -> {
              RowBatch batch = new RowBatch(lease.model(), BATCH_ROWS);
              try {
                JsonLines.fill(shared.json(), text, batch, lines);
                if (batch.rows().isEmpty()) {
                  scored(unwatch, batch, List.of(), null);
                  return;
                }
                var unused =
                    shared
                        .service()
                        .score(
                            context,
                            lease.another(),
                            batch.rows(),
                            batch.errors(),
                            ScoreOptions.none())
                        .whenComplete((rows, failure) -> scored(unwatch, batch, rows, failure));
              } catch (RuntimeException | Error e) {
                scored(unwatch, batch, null, e);
              }
            });
  }

  /** By a worker: the answers of a batch; where it failed as a whole, that of each of its rows. */
  private void scored(
      Runnable unwatch,
      RowBatch batch,
      @Nullable List<ScoredRow> rows,
      @Nullable Throwable failure) {
    unwatch.run();
    byte[] answer =
        rows == null
            ? JsonLines.failed(
                shared.json(),
                Problems.of(
                    failure == null ? new IllegalStateException("no answer") : failure,
                    request.id()),
                Math.max(1, batch.rows().size()))
            : JsonLines.write(shared.json(), lease.model(), rows);
    int count = batch.rows().size();
    ctx.executor()
        .execute(
            () -> {
              current = null;
              lines += count;
              if (!over) {
                begin();
                ctx.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(answer)))
                    .addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
              }
              next();
            });
  }

  private void begin() {
    if (begun) {
      return;
    }
    begun = true;
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers().set(HttpHeaderNames.CONTENT_TYPE, TYPE);
    head.headers().set("X-Request-Id", request.id());
    head.headers().set("X-Content-Type-Options", "nosniff");
    HttpUtil.setTransferEncodingChunked(head, true);
    HttpUtil.setKeepAlive(head, keepAlive);
    var unused = ctx.write(head);
  }

  private void end(int status) {
    over = true;
    begin();
    var written = ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    if (!keepAlive) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
    release(status);
  }

  /**
   * A line too long for us: none behind it is read. The connection stays, as the client was told;
   * the rest of the body is let go as it comes, for as long as a body may take.
   */
  private void breakOff() {
    RequestException problem =
        new RequestException(
            Kind.TOO_LARGE,
            "line "
                + (lines + 1)
                + " is larger than "
                + shared.settings().maxBodyBytes()
                + " bytes");
    begin();
    byte[] answer = JsonLines.failed(shared.json(), problem, 1);
    var unused = ctx.write(new DefaultHttpContent(Unpooled.wrappedBuffer(answer)));
    end(problem.kind().status());
  }

  /** The client is gone. */
  void cancel() {
    if (!over) {
      over = true;
      RequestContext running = current;
      if (running != null) {
        running.cancel();
      }
      release(Kind.CANCELLED.status());
    }
  }

  private void release(int status) {
    waiting.release();
    lease.close();
    shared.service().answered("http", "/invocations", status, request);
    ended.run();
  }
}
