package io.muster.api.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.muster.api.websocket.SocketCounters.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the decoder of frames and everything behind it. What passes are whole messages
 * within the limits, texts in valid UTF-8; it answers pings while the client reads, keeps to the
 * closing handshake, and ends who breaks a rule with the number of that rule. Confined to the event
 * loop of its connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes the connection.
final class FrameGuard extends ChannelInboundHandlerAdapter {
  /** How long the client may take to say goodbye. */
  private static final int GOODBYE_SECONDS = 5;

  private final Admission admission;
  private final ChannelHandlerContext behind;
  private final Runnable drained;
  private TokenBucket rate;
  private @Nullable ByteBuf begun;
  private boolean text;
  private boolean ending;
  private int silentSeconds;

  /**
   * A guard.
   *
   * @param behind what it stands before
   * @param drained called whenever the client takes more again
   */
  FrameGuard(
      Admission admission, int messagesPerSecond, ChannelHandlerContext behind, Runnable drained) {
    this.admission = admission;
    this.behind = behind;
    this.drained = drained;
    this.rate = TokenBucket.full(messagesPerSecond, admission.nowNanos());
  }

  /** Takes its place. */
  void install() {
    behind.pipeline().addBefore(behind.name(), null, this);
  }

  /** A second has passed: how many have, since the last frame of the client. */
  int anotherSilentSecond() {
    return ++silentSeconds;
  }

  boolean isEnding() {
    return ending;
  }

  void ping() {
    send(new PingWebSocketFrame());
  }

  /** Sends a frame, unless goodbye was said. */
  void send(WebSocketFrame frame) {
    if (ending) {
      frame.release();
    } else {
      behind.writeAndFlush(frame);
    }
  }

  /** Says goodbye, and waits a while for the answer; what comes until then is not heard. */
  void end(CloseCode code, String reason) {
    end(
        code == CloseCode.NONE
            ? new CloseWebSocketFrame()
            : new CloseWebSocketFrame(code.number(), reason));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (!(message instanceof WebSocketFrame frame)) {
        context.fireChannelRead(ReferenceCountUtil.retain(message));
      } else if (ending) {
        awaitGoodbye(context, frame);
      } else {
        silentSeconds = 0;
        hear(context, frame);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  /** Who was paused would not be read any more, and the answer to our goodbye must be heard. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (!ending) {
      context.fireChannelReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    context.fireChannelWritabilityChanged();
    if (context.channel().isWritable()) {
      drained.run();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    forget();
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof CorruptedWebSocketFrameException corrupted) {
      broken(
          corrupted.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)
              ? Refused.SIZE
              : Refused.PROTOCOL,
          new CloseWebSocketFrame(corrupted.closeStatus()));
    } else {
      context.fireExceptionCaught(cause);
    }
  }

  private void hear(ChannelHandlerContext context, WebSocketFrame frame) {
    if (frame instanceof CloseWebSocketFrame close) {
      ending = true;
      context.writeAndFlush(new CloseWebSocketFrame(true, 0, close.content().retain()));
      context.close();
      return;
    }
    rate = rate.filled(admission.nowNanos());
    if (!rate.hasOne()) {
      broken(Refused.MESSAGES, CloseCode.POLICY_VIOLATION, "too many messages");
      return;
    }
    rate = rate.withoutOne();
    if (frame instanceof PingWebSocketFrame && context.channel().isWritable()) {
      context.writeAndFlush(new PongWebSocketFrame(frame.content().retain()));
    } else if (!(frame instanceof PingWebSocketFrame || frame instanceof PongWebSocketFrame)) {
      collect(context, frame);
    }
  }

  private void collect(ChannelHandlerContext context, WebSocketFrame frame) {
    var before = begun;
    if (before == null) {
      text = frame instanceof TextWebSocketFrame;
    }
    var length = (before == null ? 0 : before.readableBytes()) + frame.content().readableBytes();
    if (length > admission.limits().messageBytes()) {
      broken(
          Refused.SIZE,
          CloseCode.TOO_BIG,
          "a message has " + admission.limits().messageBytes() + " bytes at most");
    } else {
      // On the heap, where it may be forgotten: so is what a client sent that was paused and left.
      var collected = before == null ? Unpooled.buffer(length) : before;
      begun = collected.writeBytes(frame.content());
      if (frame.isFinalFragment()) {
        begun = null;
        handOn(context, collected);
      }
    }
  }

  private void handOn(ChannelHandlerContext context, ByteBuf message) {
    admission.counters().countReceived();
    if (!text) {
      context.fireChannelRead(new BinaryWebSocketFrame());
    } else if (isUtf8(message)) {
      context.fireChannelRead(new TextWebSocketFrame(true, 0, message));
    } else {
      broken(Refused.PROTOCOL, CloseCode.INVALID_PAYLOAD, "a text is in UTF-8");
    }
  }

  private static boolean isUtf8(ByteBuf message) {
    try {
      return UTF_8.newDecoder().decode(message.nioBuffer()).hasArray();
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private void broken(Refused rule, CloseCode code, String reason) {
    broken(rule, new CloseWebSocketFrame(code.number(), reason));
  }

  private void broken(Refused rule, CloseWebSocketFrame goodbye) {
    if (!ending) {
      admission.counters().count(rule);
    }
    end(goodbye);
  }

  private void end(CloseWebSocketFrame goodbye) {
    if (ending) {
      goodbye.release();
      return;
    }
    ending = true;
    forget();
    var channel = behind.channel();
    behind.writeAndFlush(goodbye);
    channel.config().setAutoRead(true);
    channel.eventLoop().schedule(() -> channel.close(), GOODBYE_SECONDS, SECONDS);
  }

  private static void awaitGoodbye(ChannelHandlerContext context, WebSocketFrame frame) {
    if (frame instanceof CloseWebSocketFrame) {
      context.close();
    }
  }

  private void forget() {
    ReferenceCountUtil.release(begun);
    begun = null;
  }
}
