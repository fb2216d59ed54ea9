package io.muster.api.websocket;

import static java.util.Objects.requireNonNull;

import io.muster.api.websocket.SocketCounters.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A WebSocket over a connection of Vert.x. Confined to the event loop of its connection. */
final class OpenSocket implements Socket {
  /** Vert.x's own handler: of requests, then of frames. */
  static final String BEHIND = "handler";

  private static final int PING_SECONDS = 30;
  private static final int MISSED_PINGS = 2;
  private static final int SEND_BUFFER_BYTES = 64 * 1024;

  private final ServerWebSocket webSocket;
  private final SocketCounters counters;
  private final Terms terms;
  private final Channel channel;
  private final FrameGuard guard;
  private final Promise<Void> gone = Promise.promise();
  private @Nullable Session session;

  OpenSocket(
      ServerWebSocket webSocket,
      Channel channel,
      Admission admission,
      Terms terms,
      Context context) {
    this.webSocket = webSocket;
    this.counters = admission.counters();
    this.terms = terms;
    this.channel = channel;
    this.guard =
        new FrameGuard(
            admission,
            terms.messagesPerSecond(),
            channel.pipeline().context(BEHIND),
            () -> context.runOnContext(drained -> session().drained()));
  }

  /** Hands what comes over the connection to the door. */
  void open(Function<Socket, Session> door) {
    guard.install();
    if (channel.isOpen()) { // Else it left before it had the answer.
      // A client that does not read is noticed when this and its own buffer are full.
      channel.config().setOption(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES);
    }
    counters.countOpened();
    var opened = door.apply(this);
    session = opened;
    webSocket.textMessageHandler(message -> hear(() -> opened.text(message)));
    webSocket.binaryMessageHandler(message -> hear(opened::binary));
    webSocket.closeHandler(closed -> closed(opened));
  }

  /** Completes when the connection is gone. */
  Future<Void> gone() {
    return gone.future();
  }

  /** The node stops. */
  void leave() {
    close(CloseCode.GOING_AWAY, "the node stops");
  }

  /** A second has passed. */
  void tick() {
    if (guard.isEnding()) {
      return;
    }
    var silentSeconds = guard.anotherSilentSecond();
    if (terms.pings()) {
      askForSign(silentSeconds);
    } else if (!terms.idle().isZero() && silentSeconds >= terms.idle().toSeconds()) {
      silent();
    }
    session().tick();
  }

  @Override
  public void text(Buffer message) {
    counters.countSent();
    guard.send(new TextWebSocketFrame(true, 0, shared(message)));
  }

  @Override
  public void binary(Buffer message) {
    counters.countSent();
    guard.send(new BinaryWebSocketFrame(true, 0, shared(message)));
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable();
  }

  @Override
  public void pause() {
    webSocket.pause();
  }

  @Override
  public void resume() {
    if (!guard.isEnding()) {
      webSocket.resume();
    }
  }

  @Override
  public void close(CloseCode code, String reason) {
    guard.end(code, reason);
  }

  private void hear(Runnable message) {
    if (!guard.isEnding()) {
      message.run();
    }
  }

  private void closed(Session of) {
    counters.countClosed();
    of.closed();
    gone.tryComplete();
  }

  private void askForSign(int silentSeconds) {
    if (silentSeconds >= PING_SECONDS * (MISSED_PINGS + 1)) {
      silent();
    } else if (silentSeconds % PING_SECONDS == 0) {
      guard.ping();
    }
  }

  private void silent() {
    counters.count(Refused.SILENCE);
    close(CloseCode.GOING_AWAY, "no sign of life");
  }

  private Session session() {
    return requireNonNull(session);
  }

  /** The same bytes, which this message gives back when it is written. */
  private static ByteBuf shared(Buffer message) {
    return ((BufferInternal) message).getByteBuf().retainedDuplicate();
  }
}
