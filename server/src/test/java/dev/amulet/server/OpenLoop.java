package dev.amulet.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;

/**
 * Sends one request over and over at a fixed rate, whatever comes back and however late: what many
 * clients who know nothing of each other do. One thread, no waiting, connections as many as are
 * needed; how late it was itself is part of the outcome.
 */
final class OpenLoop implements AutoCloseable {
  /**
   * What became of one request.
   *
   * @param status of the answer, or 0 when the connection broke
   * @param lateNs how much later than due it was sent
   * @param tookNs from when it was due to the last byte of its answer
   * @param endNs when that was
   */
  record Answer(int status, long lateNs, long tookNs, long endNs) {}

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final Bootstrap bootstrap;
  private final byte[] request;
  private final Deque<Channel> idle = new ArrayDeque<>();

  OpenLoop(int port, String path, String body) {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    request =
        ("POST "
                + path
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: "
                + length
                + "\r\n\r\n"
                + body)
            .getBytes(StandardCharsets.UTF_8);
    bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .remoteAddress("127.0.0.1", port)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new HttpResponseDecoder(), new Answers());
                  }
                });
  }

  /** One request, due now. */
  CompletableFuture<Answer> one() {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    long dueNs = System.nanoTime();
    loop.execute(() -> send(dueNs, answer));
    return answer;
  }

  /** This many, evenly over time; completes when the last has its answer. */
  CompletableFuture<ConcurrentLinkedQueue<Answer>> run(double perSecond, long count) {
    ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    CompletableFuture<ConcurrentLinkedQueue<Answer>> all = new CompletableFuture<>();
    Phaser open =
        new Phaser(1) {
          @Override
          protected boolean onAdvance(int phase, int parties) {
            all.complete(answers);
            return true;
          }
        };
    loop.execute(
        () -> next(System.nanoTime(), 1e9 / perSecond, new long[] {0}, count, answers, open));
    return all;
  }

  /** Sends what is due, and looks again when the next is. */
  private void next(
      long startNs,
      double everyNs,
      long[] sent,
      long count,
      ConcurrentLinkedQueue<Answer> answers,
      Phaser open) {
    long now = System.nanoTime();
    while (sent[0] < count && startNs + (long) (sent[0] * everyNs) <= now) {
      CompletableFuture<Answer> answer = new CompletableFuture<>();
      open.register();
      var unused =
          answer.thenAccept(
              one -> {
                answers.add(one);
                open.arriveAndDeregister();
              });
      send(startNs + (long) (sent[0] * everyNs), answer);
      sent[0]++;
    }
    if (sent[0] == count) {
      open.arriveAndDeregister();
      return;
    }
    long waitNs = startNs + (long) (sent[0] * everyNs) - System.nanoTime();
    var unused =
        loop.schedule(
            () -> next(startNs, everyNs, sent, count, answers, open),
            Math.max(0, waitNs),
            TimeUnit.NANOSECONDS);
  }

  private void send(long dueNs, CompletableFuture<Answer> answer) {
    Sent one = new Sent(dueNs, System.nanoTime() - dueNs, answer);
    Channel open = idle.poll();
    while (open != null && !open.isActive()) {
      open = idle.poll();
    }
    if (open != null) {
      open.pipeline().get(Answers.class).send(open, one);
      return;
    }
    var unused =
        bootstrap
            .connect()
            .addListener(
                (ChannelFuture connected) -> {
                  if (connected.isSuccess()) {
                    connected
                        .channel()
                        .pipeline()
                        .get(Answers.class)
                        .send(connected.channel(), one);
                  } else {
                    one.end(0);
                  }
                });
  }

  private record Sent(long dueNs, long lateNs, CompletableFuture<Answer> answer) {
    void end(int status) {
      long now = System.nanoTime();
      answer.complete(new Answer(status, lateNs, now - dueNs, now));
    }
  }

  /** One connection, one request at a time. */
  private final class Answers extends SimpleChannelInboundHandler<HttpObject> {
    private Sent current;
    private int status;

    void send(Channel channel, Sent one) {
      current = one;
      channel.writeAndFlush(Unpooled.wrappedBuffer(request));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
      if (part instanceof HttpResponse head) {
        status = head.status().code();
      }
      if (part instanceof LastHttpContent && current != null) {
        Sent ended = current;
        current = null;
        idle.push(ctx.channel());
        ended.end(status);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (current != null) {
        current.end(0);
        current = null;
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close(); // Told by channelInactive.
    }
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(10_000);
  }
}
