package dev.amulet.server.net;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A port that connections are taken on. When it closes, it first takes those that already wait: the
 * system has told their clients that they are connected, and would reset them.
 */
public final class ListeningPort extends NioServerSocketChannel {
  /** Most that wait at once, so that whoever connects without end does not keep the port open. */
  public static final int BACKLOG = 1_024;

  /** What is told when an address cannot be had; the setting is the one to change. */
  public static IOException notHad(InetSocketAddress address, String setting, Throwable why) {
    String text =
        why instanceof BindException
            ? "in use, or not an address of this machine"
            : String.valueOf(why.getMessage());
    return new IOException(
        "cannot listen on "
            + address.getHostString()
            + ":"
            + address.getPort()
            + ": "
            + text
            + "; choose another "
            + setting,
        why);
  }

  @Override
  protected void doClose() throws Exception {
    List<Object> accepted = new ArrayList<>();
    try {
      int more = isActive() ? doReadMessages(accepted) : 0;
      while (more > 0 && accepted.size() < BACKLOG) {
        more = doReadMessages(accepted);
      }
    } finally {
      super.doClose();
    }
    accepted.forEach(pipeline()::fireChannelRead);
  }

  /**
   * Takes no more connections. When it returns, every connection that was taken is known to its
   * handlers, so that what they are told next reaches all.
   *
   * @param loops threads of the connections; the caller is none of them
   */
  public void refuse(EventLoopGroup loops) {
    close().awaitUninterruptibly();
    for (EventExecutor loop : loops) {
      loop.submit(() -> {}).awaitUninterruptibly(); // Behind the registration of the last one.
    }
  }
}
