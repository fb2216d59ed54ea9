package io.muster.api.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.muster.api.limit.TokenBucket;
import io.muster.api.websocket.WebSocketMetrics.WebSocketRejectionReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A channel handler between the frame decoder and the handler of Vert.x. Forwards whole messages
 * within the limits, texts in valid UTF-8; answers pings while the client reads, performs the
 * closing handshake, and closes a connection that breaks a rule with the close code of that rule.
 * Confined to the event loop of the connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes the connection.
final class WebSocketFrameHandler extends ChannelDuplexHandler {
  /** Time within which the client must answer a close frame. */
  private static final int CLOSE_TIMEOUT_SECONDS = 5;

  private final WebSocketAdmission admission;
  private final List<Object> earlyEvents = new ArrayList<>(0); // frames, failures of the decoder
  private Runnable writableCallback = () -> {};
  private State state = State.UPGRADING;
  private TokenBucket rate;
  private @Nullable ChannelHandlerContext ownContext;
  private @Nullable ByteBuf partialMessage;
  private boolean isTextMessage;
  private int idleSeconds;

  WebSocketFrameHandler(WebSocketAdmission admission, int messagesPerSecond) {
    this.admission = admission;
    this.rate =
        TokenBucket.full(
            messagesPerSecond,
            messagesPerSecond * WebSocketLimits.BURST_SECONDS,
            admission.nowNanos());
  }

  /**
   * Begins to handle frames, first those that arrived before the upgrade was complete.
   *
   * @param newWritableCallback called whenever the channel becomes writable again
   */
  void open(Runnable newWritableCallback) {
    writableCallback = newWritableCallback;
    state = state == State.UPGRADING ? State.OPEN : state;
    var context = context();
    var events = List.copyOf(earlyEvents);
    earlyEvents.clear();
    for (var event : events) {
      if (event instanceof Throwable failure) {
        exceptionCaught(context, failure);
      } else {
        channelRead(context, event);
      }
    }
  }

  /** Removes this handler after a failed upgrade, unless the connection was closed already. */
  void remove() {
    if (!context().isRemoved()) {
      context().pipeline().remove(this);
    }
  }

  /** Counts one more second; returns the number since the last frame of the client. */
  int addIdleSecond() {
    return ++idleSeconds;
  }

  boolean isClosing() {
    return state == State.CLOSING;
  }

  void ping() {
    send(new PingWebSocketFrame());
  }

  /** Sends a frame, unless a close frame was sent or received. */
  void send(WebSocketFrame frame) {
    if (isClosing()) {
      frame.release();
    } else {
      context().writeAndFlush(frame);
    }
  }

  /** Sends a close frame and waits a limited time for that of the client, ignoring other frames. */
  void close(CloseCode code, String reason) {
    close(
        code == CloseCode.NONE
            ? new CloseWebSocketFrame()
            : new CloseWebSocketFrame(code.number(), reason));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ownContext = context;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    earlyEvents.forEach(ReferenceCountUtil::release);
    earlyEvents.clear();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof WebSocketFrame frame)) {
      context.fireChannelRead(message);
      return;
    }
    if (state == State.UPGRADING) {
      earlyEvents.add(frame);
      return;
    }
    try {
      if (isClosing()) {
        awaitCloseFrame(context, frame);
      } else {
        idleSeconds = 0;
        handleFrame(context, frame);
      }
    } finally {
      frame.release();
    }
  }

  /**
   * Not passed on while closing, since that would keep a paused connection from reading the close
   * frame.
   */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (!isClosing()) {
      context.fireChannelReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    context.fireChannelWritabilityChanged();
    if (context.channel().isWritable()) {
      writableCallback.run();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    releasePartialMessage();
    context.fireChannelInactive();
  }

  /**
   * Receives only what Vert.x writes, at the stop of the server a close frame: closes the
   * connection in place of a second one.
   */
  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (isClosing() && message instanceof CloseWebSocketFrame closeFrame) {
      closeFrame.release();
      context.close(promise);
    } else {
      context.write(message, promise);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof CorruptedWebSocketFrameException corrupted)) {
      context.fireExceptionCaught(cause);
    } else if (state == State.UPGRADING) {
      earlyEvents.add(corrupted);
    } else {
      closeForViolation(
          corrupted.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)
              ? WebSocketRejectionReason.SIZE
              : WebSocketRejectionReason.PROTOCOL,
          new CloseWebSocketFrame(corrupted.closeStatus()));
    }
  }

  private void handleFrame(ChannelHandlerContext context, WebSocketFrame frame) {
    if (frame instanceof CloseWebSocketFrame closeFrame) {
      state = State.CLOSING;
      context.writeAndFlush(new CloseWebSocketFrame(true, 0, closeFrame.content().retain()));
      context.close();
      return;
    }
    rate = rate.take(admission.nowNanos());
    if (!rate.granted()) {
      closeForViolation(
          WebSocketRejectionReason.MESSAGES, CloseCode.POLICY_VIOLATION, "too many messages");
      return;
    }
    if (frame instanceof PingWebSocketFrame && context.channel().isWritable()) {
      context.writeAndFlush(new PongWebSocketFrame(frame.content().retain()));
    } else if (!(frame instanceof PingWebSocketFrame || frame instanceof PongWebSocketFrame)) {
      appendFragment(context, frame);
    }
  }

  private void appendFragment(ChannelHandlerContext context, WebSocketFrame frame) {
    var partial = partialMessage;
    if (partial == null) {
      isTextMessage = frame instanceof TextWebSocketFrame;
    }
    var length = (partial == null ? 0 : partial.readableBytes()) + frame.content().readableBytes();
    if (length > admission.limits().maxMessageBytes()) {
      closeForViolation(
          WebSocketRejectionReason.SIZE,
          CloseCode.TOO_BIG,
          "message exceeds " + admission.limits().maxMessageBytes() + " bytes");
    } else {
      // Heap memory needs no release: messages of a paused client that disconnects are dropped.
      var collected = partial == null ? Unpooled.buffer(length) : partial;
      partialMessage = collected.writeBytes(frame.content());
      if (frame.isFinalFragment()) {
        partialMessage = null;
        forwardMessage(context, collected);
      }
    }
  }

  private void forwardMessage(ChannelHandlerContext context, ByteBuf message) {
    admission.metrics().received().increment();
    if (!isTextMessage) {
      context.fireChannelRead(new BinaryWebSocketFrame());
    } else if (isUtf8(message)) {
      context.fireChannelRead(new TextWebSocketFrame(true, 0, message));
    } else {
      closeForViolation(
          WebSocketRejectionReason.PROTOCOL, CloseCode.INVALID_PAYLOAD, "text is not valid UTF-8");
    }
  }

  private static boolean isUtf8(ByteBuf message) {
    try {
      return UTF_8.newDecoder().decode(message.nioBuffer()).hasArray();
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private void closeForViolation(
      WebSocketRejectionReason rejectionReason, CloseCode code, String reason) {
    closeForViolation(rejectionReason, new CloseWebSocketFrame(code.number(), reason));
  }

  private void closeForViolation(
      WebSocketRejectionReason rejectionReason, CloseWebSocketFrame closeFrame) {
    if (!isClosing()) {
      admission.metrics().rejected(rejectionReason).increment();
    }
    close(closeFrame);
  }

  private void close(CloseWebSocketFrame closeFrame) {
    if (isClosing()) {
      closeFrame.release();
      return;
    }
    state = State.CLOSING;
    releasePartialMessage();
    var channel = context().channel();
    context().writeAndFlush(closeFrame);
    channel.config().setAutoRead(true);
    // Not from the end of the pipeline, where Vert.x would begin a closing handshake of its own.
    channel.eventLoop().schedule(() -> context().close(), CLOSE_TIMEOUT_SECONDS, SECONDS);
  }

  private static void awaitCloseFrame(ChannelHandlerContext context, WebSocketFrame frame) {
    if (frame instanceof CloseWebSocketFrame) {
      context.close();
    }
  }

  private void releasePartialMessage() {
    ReferenceCountUtil.release(partialMessage);
    partialMessage = null;
  }

  private ChannelHandlerContext context() {
    return requireNonNull(ownContext);
  }

  private enum State {
    /**
     * The handshake is not answered. Frames are buffered: while the connection changes from HTTP,
     * Vert.x would lose them and never release their memory.
     */
    UPGRADING,
    OPEN,
    /** A close frame was sent or received; only that of the client is awaited. */
    CLOSING
  }
}
