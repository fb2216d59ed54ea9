package io.muster.runtime.cluster.member;

import static java.util.Objects.requireNonNull;

import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.InboundHandler;
import com.hazelcast.internal.networking.OutboundHandler;
import com.hazelcast.internal.nio.IOUtil;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.tcp.TcpServerConnection;
import io.muster.runtime.cluster.port.HalfOpenConnection;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The handshake of one connection, in two handlers between the socket and those of Hazelcast. They
 * remove themselves when it is complete; before that, Hazelcast reads no byte and writes none.
 *
 * <p>Safe for use by any thread: one thread reads, another writes, and a third watches the
 * deadline.
 */
final class HandshakeSession implements HalfOpenConnection {
  private final MemberHandshake handshake;
  private final Channel channel;
  private final Consumer<RejectionReason> onRejection;
  private final Consumer<HandshakeSession> onAdmission;
  private final AtomicReference<HandshakePhase> phase = new AtomicReference<>(HandshakePhase.OPEN);
  private final Queue<byte[]> messages = new ConcurrentLinkedQueue<>();

  /**
   * Creates a session that is not part of the channel yet.
   *
   * @param onRejection called once at most, before the connection is closed
   * @param onAdmission called once at most, when the handshake is complete
   */
  HandshakeSession(
      MemberHandshake handshake,
      Channel channel,
      Consumer<RejectionReason> onRejection,
      Consumer<HandshakeSession> onAdmission) {
    this.handshake = handshake;
    this.channel = channel;
    this.onRejection = onRejection;
    this.onAdmission = onAdmission;
    messages.add(handshake.openingMessage());
  }

  InboundHandler<ByteBuffer, ByteBuffer> createDecoder() {
    return new HandshakeDecoder();
  }

  OutboundHandler<ByteBuffer, ByteBuffer> createEncoder() {
    return new HandshakeEncoder();
  }

  @Override
  public InetAddress address() {
    return channel.socket().getInetAddress();
  }

  /**
   * Closes a rejected connection. Without a cause, Hazelcast neither logs a stack trace nor
   * connects again at once. The system closes the socket when the threads of both pipelines have
   * noticed it, which takes up to five seconds unless they are woken up.
   */
  static void close(ServerConnection connection) {
    connection.close("rejected", null);
    var channel = ((TcpServerConnection) connection).getChannel();
    channel.inboundPipeline().wakeup();
    channel.outboundPipeline().wakeup();
  }

  @Override
  public void giveWay() {
    reject(RejectionReason.LIMIT);
  }

  /** Closes the connection unless the handshake is complete. */
  void reject(RejectionReason reason) {
    markRejected(reason);
    if (phase.get() == HandshakePhase.REJECTED) {
      close();
    }
  }

  /** Records that the connection was closed, which is a rejection if the handshake was open. */
  void onClose() {
    markRejected(RejectionReason.CLOSED);
  }

  private void complete() {
    if (phase.compareAndSet(HandshakePhase.OPEN, HandshakePhase.ADMITTED)) {
      onAdmission.accept(this);
    }
  }

  private void markRejected(RejectionReason reason) {
    if (phase.compareAndSet(HandshakePhase.OPEN, HandshakePhase.REJECTED)) {
      onRejection.accept(reason);
    }
  }

  private void close() {
    close((ServerConnection) requireNonNull(channel.attributeMap().get(ServerConnection.class)));
  }

  private enum HandshakePhase {
    OPEN,
    ADMITTED,
    REJECTED
  }

  /** Receives the messages. Confined to the thread that reads the connection. */
  private final class HandshakeDecoder extends InboundHandler<ByteBuffer, ByteBuffer> {
    @Override
    public void handlerAdded() {
      initSrcBuffer(MemberHandshake.MAX_MESSAGE_BYTES);
      src.limit(handshake.expectedBytes());
    }

    @Override
    public HandlerStatus onRead() {
      if (phase.get() == HandshakePhase.REJECTED) {
        return HandlerStatus.BLOCKED;
      }
      if (src.hasRemaining()) {
        return HandlerStatus.CLEAN;
      }
      var message = new byte[src.flip().limit()];
      src.get(message);
      receive(message);
      // Never reads further than to the end of the message, so that nothing is left to hand over.
      src.clear().limit(handshake.expectedBytes());
      if (phase.get() == HandshakePhase.ADMITTED) {
        channel.inboundPipeline().remove(this);
      }
      return HandlerStatus.CLEAN;
    }

    private void receive(byte[] message) {
      try {
        messages.add(handshake.receive(message));
        if (handshake.expectedBytes() == 0) {
          complete();
        }
      } catch (HandshakeException e) {
        messages.add(e.lastMessage());
        markRejected(e.reason());
      }
      channel.outboundPipeline().wakeup();
    }
  }

  /** Sends the messages. Confined to the thread that writes the connection. */
  private final class HandshakeEncoder extends OutboundHandler<ByteBuffer, ByteBuffer> {
    @Override
    public void handlerAdded() {
      initDstBuffer(2 * MemberHandshake.MAX_MESSAGE_BYTES);
    }

    @Override
    public HandlerStatus onWrite() {
      IOUtil.compactOrClear(dst);
      try {
        return write();
      } finally {
        dst.flip();
      }
    }

    private HandlerStatus write() {
      // The phase is read first: its last message has then been added.
      var phaseBefore = phase.get();
      for (var next = messages.poll(); next != null; next = messages.poll()) {
        dst.put(next);
      }
      if (dst.position() > 0) {
        return phaseBefore == HandshakePhase.OPEN ? HandlerStatus.BLOCKED : HandlerStatus.DIRTY;
      }
      return switch (phaseBefore) {
        case OPEN -> HandlerStatus.BLOCKED;
        case ADMITTED -> {
          channel.outboundPipeline().remove(this);
          yield HandlerStatus.CLEAN;
        }
        case REJECTED -> {
          close();
          yield HandlerStatus.BLOCKED;
        }
      };
    }
  }
}
