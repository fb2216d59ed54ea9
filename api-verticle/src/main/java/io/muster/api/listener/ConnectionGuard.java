package io.muster.api.listener;

import io.muster.api.listener.ConnectionMetrics.DisconnectReason;
import io.muster.api.stream.ChannelStreamWriter;
import io.muster.api.stream.VertxInternals;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/**
 * A handler between the HTTP codec and the server of one connection, which tracks whether the
 * server or the client has to act next; the client has a deadline. A malformed head or body is
 * passed on as a decoding failure, so that the server responds with 400 in order and closes;
 * nothing after it is passed on. Confined to the event loop of the connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The promise reports to the caller.
final class ConnectionGuard extends ChannelDuplexHandler {
  private final Channel channel;
  private final ConnectionReaper reaper;
  private Supervision supervision = Supervision.DEADLINE;
  private Input input = Input.HEAD;
  private boolean messageDecoded;
  private int pendingRequests;
  private long unsentBytes;
  private int lastActiveTick;

  ConnectionGuard(Channel channel, ConnectionReaper reaper) {
    this.channel = channel;
    this.reaper = reaper;
    this.lastActiveTick = reaper.tickCount();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    reaper.add(this);
  }

  /** Called last for each connection, however it ended. */
  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    reaper.remove(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (input == Input.DISCARDED) {
      ReferenceCountUtil.release(message);
      return;
    }
    messageDecoded = true;
    // The usual classes of the decoder are checked first: a check for an interface is slower.
    if (message == LastHttpContent.EMPTY_LAST_CONTENT) {
      input = Input.NEXT_REQUEST;
    } else if (message instanceof DefaultHttpRequest request) {
      onRequest(request);
    } else if (message instanceof LastHttpContent end) {
      onBodyEnd(end);
    } else {
      onBody();
    }
    context.fireChannelRead(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (!messageDecoded) {
      onPartialRead();
    }
    messageDecoded = false;
    context.fireChannelReadComplete();
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof FullHttpResponse response) {
      onResponse(response.status());
    } else if (message instanceof LastHttpContent) {
      onResponseEnd();
    } else if (message instanceof HttpResponse) {
      onResponseHead();
    }
    context.write(message, promise);
  }

  /** Sends the response to a malformed body first, which Vert.x has written but not sent. */
  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    if (input == Input.DISCARDED) {
      context.flush();
    }
    context.close(promise);
  }

  /**
   * Closes the connection if the client is overdue, without a response, which the client may not
   * read either. Called at every tick.
   */
  void closeIfOverdue() {
    if (supervision != Supervision.DEADLINE) {
      return;
    }
    if (isClientReading() || isAwaitingServer()) {
      lastActiveTick = reaper.tickCount();
      return;
    }
    var awaitsHead = input == Input.HEAD && pendingRequests == 0;
    var timeoutTicks = awaitsHead ? reaper.headerTimeoutTicks() : reaper.idleTimeoutTicks();
    if (reaper.tickCount() - lastActiveTick > timeoutTicks) {
      supervision = Supervision.CLOSING;
      reject(awaitsHead ? DisconnectReason.HEAD : DisconnectReason.IDLE);
      channel.pipeline().context(this).close();
    }
  }

  private void onRequest(HttpRequest request) {
    pendingRequests++;
    lastActiveTick = reaper.tickCount();
    input = request.getClass() == DefaultFullHttpRequest.class ? Input.NEXT_REQUEST : Input.BODY;
    if (request.decoderResult().isSuccess()) {
      RequestHeadRules.apply(request);
    }
    if (!request.decoderResult().isSuccess()) {
      rejectMalformed();
    }
  }

  /** Extends the deadline, unless the response to the body has been sent. */
  private void onBody() {
    if (pendingRequests > 0) {
      lastActiveTick = reaper.tickCount();
    }
  }

  /** The decoder reports malformed chunks as the end of the body. */
  private void onBodyEnd(LastHttpContent end) {
    input = Input.NEXT_REQUEST;
    if (!end.decoderResult().isSuccess()) {
      rejectMalformed();
    }
  }

  /** Called after a read without a complete message: a body continues, or a head has begun. */
  private void onPartialRead() {
    if (input == Input.BODY) {
      onBody();
    } else if (input == Input.NEXT_REQUEST) {
      input = Input.HEAD;
      lastActiveTick = reaper.tickCount();
    }
  }

  private void onResponseHead() {
    if (supervision == Supervision.DEADLINE
        && channel.pipeline().get(ChannelStreamWriter.class) != null) {
      supervision = Supervision.STREAM;
    }
  }

  /**
   * Handles a complete response. An informational one precedes the final one, except 101, with
   * which HTTP ends.
   */
  private void onResponse(HttpResponseStatus status) {
    if (status.code() >= HttpResponseStatus.OK.code()) {
      onResponseEnd();
    } else if (status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      supervision = Supervision.WEBSOCKET;
    }
  }

  private void onResponseEnd() {
    pendingRequests--;
    lastActiveTick = reaper.tickCount();
    if (supervision == Supervision.STREAM) {
      supervision = Supervision.DEADLINE;
    }
  }

  private void rejectMalformed() {
    input = Input.DISCARDED;
    if (channel.isActive()) { // Otherwise the client disconnected within a request.
      reject(DisconnectReason.MALFORMED);
    }
  }

  private void reject(DisconnectReason reason) {
    reaper.metrics().rejected(reason).increment();
  }

  /** Returns true if the client can only wait, or the server has paused reading. */
  private boolean isAwaitingServer() {
    return unsentBytes == 0
        && pendingRequests > 0
        && (input != Input.BODY || !channel.config().isAutoRead());
  }

  /** Returns true if the client has read some of the sent bytes since the last tick. */
  private boolean isClientReading() {
    var unsentBefore = unsentBytes;
    unsentBytes = VertxInternals.unsentBytes(channel);
    return unsentBytes != unsentBefore && unsentBytes != 0;
  }

  /** The part of a request that the client sends next, or is sending. */
  private enum Input {
    /** A head that has begun, or the first one, for which the client has connected. */
    HEAD,
    BODY,
    /** The head of the next request, which has not begun. */
    NEXT_REQUEST,
    /** Anything after a malformed head or body. */
    DISCARDED
  }

  /** The rule by which a client that does not act is disconnected. */
  private enum Supervision {
    /** The deadlines of this guard. */
    DEADLINE,
    /** Those of the writer of an event stream, until its response ends. */
    STREAM,
    /** Those of a WebSocket, from the upgrade on. */
    WEBSOCKET,
    /** None: the guard has closed the connection. */
    CLOSING
  }
}
