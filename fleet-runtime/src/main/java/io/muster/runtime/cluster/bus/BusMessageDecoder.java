package io.muster.runtime.cluster.bus;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Composes the messages of one connection. A message that is not complete occupies what it
 * announces, of a limit that all connections share: many connections could otherwise occupy the
 * heap with parts of large messages. Confined to the event loop of the connection.
 */
final class BusMessageDecoder extends LengthFieldBasedFrameDecoder {
  /**
   * The maximum size of a message, bytes. The largest one of a member is a frame with a process
   * table, of less than 700 bytes for each process.
   */
  static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

  private final AtomicLong freeBytes;
  private int claimedBytes;

  /**
   * Creates a decoder.
   *
   * @param freeBytes what incomplete messages of all connections may still occupy
   */
  BusMessageDecoder(AtomicLong freeBytes) {
    super(MAX_MESSAGE_BYTES, 0, Integer.BYTES);
    this.freeBytes = freeBytes;
  }

  @Override
  protected @Nullable Object decode(ChannelHandlerContext context, ByteBuf received)
      throws Exception {
    var message = super.decode(context, received);
    if (message != null) {
      release();
    } else if (claimedBytes == 0 && received.readableBytes() >= Integer.BYTES) {
      claim(Math.max(0, received.getInt(received.readerIndex())));
    }
    return message;
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) throws Exception {
    release();
    super.handlerRemoved0(context);
  }

  private void claim(int bytes) {
    claimedBytes = bytes;
    if (freeBytes.addAndGet(-bytes) < 0) {
      release();
      throw new BusMemoryException("incomplete messages occupy too much memory");
    }
  }

  private void release() {
    freeBytes.addAndGet(claimedBytes);
    claimedBytes = 0;
  }

  /** The incomplete messages of all connections would occupy too much memory. */
  static final class BusMemoryException extends DecoderException {
    private static final long serialVersionUID = 1;

    BusMemoryException(String message) {
      super(message);
    }
  }
}
