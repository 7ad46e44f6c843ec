package dev.amulet.format;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/** The bytes of an amulet, in a file or in memory. Ranges asked for must lie inside. */
interface ByteSource {
  long size();

  /** A few bytes, read now. */
  ByteBuffer read(long offset, int length) throws IOException;

  /** A whole entry: stays valid after the source is closed. */
  ByteBuffer map(long offset, int length) throws IOException;

  record Memory(ByteBuffer bytes) implements ByteSource {
    @Override
    public long size() {
      return bytes.remaining();
    }

    @Override
    public ByteBuffer read(long offset, int length) {
      return bytes.slice(bytes.position() + Math.toIntExact(offset), length).asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer map(long offset, int length) {
      return read(offset, length);
    }
  }

  record Mapped(FileChannel channel, long size) implements ByteSource {
    @Override
    public ByteBuffer read(long offset, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(length);
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset + buffer.position()) < 0) {
          throw new EOFException("the file became shorter while it was read");
        }
      }
      return buffer.flip();
    }

    @Override
    public ByteBuffer map(long offset, int length) throws IOException {
      return channel.map(MapMode.READ_ONLY, offset, length);
    }
  }
}
