package io.muster.api.listener;

import io.muster.api.listener.ConnectionMetrics.DisconnectReason;
import io.muster.api.stream.ChannelStreamWriter;
import io.muster.api.stream.VertxInternals;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;

/**
 * A handler between the HTTP codec and the server of one connection, which tracks whether the
 * server or the client has to act next; the client has a deadline. A malformed head is passed on as
 * a decoding failure, so that the server responds with 400 in order and closes; nothing after it is
 * passed on. An event stream or a WebSocket is supervised by its writer instead. Confined to the
 * event loop of the connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The promise reports to the caller.
final class ConnectionGuard extends ChannelDuplexHandler {
  private final ConnectionReaper reaper;
  private int index;
  private int lastActiveTick;
  private long pendingBytes;
  private int pendingRequests;
  private boolean inHead = true;
  private boolean inBody;
  private boolean messageDecoded;
  private boolean streaming;
  private boolean upgraded;
  private boolean malformed;
  private boolean overdueReported;

  ConnectionGuard(ConnectionReaper reaper) {
    this.reaper = reaper;
    this.lastActiveTick = reaper.tickCount();
  }

  /** Its index in the list of connections. */
  int index() {
    return index;
  }

  void setIndex(int newIndex) {
    index = newIndex;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    reaper.add(this, context);
  }

  /** Called last for each connection, however it ended. */
  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    reaper.remove(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (malformed) {
      ReferenceCountUtil.release(message);
      return;
    }
    messageDecoded = true;
    // The usual classes of the decoder are checked first: a check for an interface is slower.
    if (message == LastHttpContent.EMPTY_LAST_CONTENT) {
      inBody = false;
    } else if (message instanceof DefaultHttpRequest request) {
      onRequest(request, context.channel());
    } else if (message instanceof LastHttpContent) {
      inBody = false;
    } else {
      onProgress();
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
      streaming = context.pipeline().get(ChannelStreamWriter.class) != null;
    }
    context.write(message, promise);
  }

  /** Returns the reason for closing the connection, once. Called at every tick. */
  Optional<DisconnectReason> checkOverdue(Channel channel) {
    if (upgraded || streaming || overdueReported) {
      return Optional.empty();
    }
    if (isClientReading(channel) || isAwaitingServer(channel)) {
      lastActiveTick = reaper.tickCount();
      return Optional.empty();
    }
    var awaitsHead = inHead && pendingRequests == 0 && !inBody;
    var timeoutTicks = awaitsHead ? reaper.headerTimeoutTicks() : reaper.idleTimeoutTicks();
    overdueReported = reaper.tickCount() - lastActiveTick > timeoutTicks;
    return overdueReported
        ? Optional.of(awaitsHead ? DisconnectReason.HEAD : DisconnectReason.IDLE)
        : Optional.empty();
  }

  private void onRequest(HttpRequest request, Channel channel) {
    pendingRequests++;
    inHead = false;
    inBody = request.getClass() != DefaultFullHttpRequest.class;
    lastActiveTick = reaper.tickCount();
    if (request.decoderResult().isSuccess()) {
      RequestHeadRules.problem(request).ifPresent(problem -> markMalformed(request, problem));
    }
    if (!request.decoderResult().isSuccess()) {
      malformed = true;
      if (channel.isActive()) { // Otherwise the client disconnected within a head.
        reaper.metrics().rejected(DisconnectReason.MALFORMED).increment();
      }
    }
  }

  private static void markMalformed(HttpRequest request, String problem) {
    request.setProtocolVersion(HttpVersion.HTTP_1_1);
    request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(problem)));
  }

  /** Called after a read without a complete message: a head has begun, or a body continues. */
  private void onPartialRead() {
    if (inBody) {
      onProgress();
    } else if (!inHead) {
      inHead = true;
      lastActiveTick = reaper.tickCount();
    }
  }

  /** Extends the deadline, unless the response to the body has been sent. */
  private void onProgress() {
    if (pendingRequests > 0) {
      lastActiveTick = reaper.tickCount();
    }
  }

  /**
   * Handles a complete response. An informational one precedes the final one, except 101, with
   * which HTTP ends.
   */
  private void onResponse(HttpResponseStatus status) {
    if (status.code() >= HttpResponseStatus.OK.code()) {
      onResponseEnd();
    } else {
      upgraded |= status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
    }
  }

  private void onResponseEnd() {
    pendingRequests--;
    streaming = false;
    lastActiveTick = reaper.tickCount();
  }

  /** Returns true if the client can only wait, or the server has paused reading. */
  private boolean isAwaitingServer(Channel channel) {
    return pendingBytes == 0 && pendingRequests > 0 && (!inBody || !channel.config().isAutoRead());
  }

  /** Returns true if the client has read some of the sent bytes since the last tick. */
  private boolean isClientReading(Channel channel) {
    var unsentBytes = VertxInternals.unsentBytes(channel);
    var progressed = unsentBytes != pendingBytes && unsentBytes != 0;
    pendingBytes = unsentBytes;
    return progressed;
  }
}
