package io.muster.api.listener;

import io.muster.api.listener.ConnectionCounters.DisconnectReason;
import io.muster.api.stream.ChannelStreamWriter;
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
 * Stands between the HTTP codec and the server on one connection, and knows whose turn it is: ours,
 * or the client's, which has a deadline. A malformed head is passed on as one that could not be
 * decoded, so that the server answers it with 400 in its turn and closes; nothing behind it is. An
 * event stream or a WebSocket is left to whoever writes it. Confined to the event loop of the
 * connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The promise tells whoever wrote.
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

  /** Its place among those that are watched. */
  int index() {
    return index;
  }

  void moveTo(int newIndex) {
    index = newIndex;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    reaper.add(this, context);
  }

  /** The last that happens to a connection, however it ended. */
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
    // The decoder's usual classes first: to look for an interface takes longer.
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

  /** Why it has to end now; asked at every tick, and answered once. */
  Optional<DisconnectReason> checkOverdue(Channel channel) {
    if (upgraded || streaming || overdueReported) {
      return Optional.empty();
    }
    if (isClientReading(channel) || isServerTurn(channel)) {
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
      if (channel.isActive()) { // Else it left in the middle of a head.
        reaper.counters().countRejected(DisconnectReason.MALFORMED);
      }
    }
  }

  private static void markMalformed(HttpRequest request, String problem) {
    request.setProtocolVersion(HttpVersion.HTTP_1_1);
    request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(problem)));
  }

  /** A head has begun, or a body goes on, with less than a message. */
  private void onPartialRead() {
    if (inBody) {
      onProgress();
    } else if (!inHead) {
      inHead = true;
      lastActiveTick = reaper.tickCount();
    }
  }

  /** A body that nobody waits for any more gets no more time. */
  private void onProgress() {
    if (pendingRequests > 0) {
      lastActiveTick = reaper.tickCount();
    }
  }

  /** Informational ones come before the answer, but for the one with which HTTP ends. */
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

  /** Nothing is left for the client to do but wait, or we do not listen. */
  private boolean isServerTurn(Channel channel) {
    return pendingBytes == 0 && pendingRequests > 0 && (!inBody || !channel.config().isAutoRead());
  }

  /** Whether it took something of what was sent since the last tick. */
  private boolean isClientReading(Channel channel) {
    var buffer = channel.unsafe().outboundBuffer();
    var remainingBytes =
        buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
    var progressed = remainingBytes != pendingBytes && remainingBytes != 0;
    pendingBytes = remainingBytes;
    return progressed;
  }
}
