package io.muster.api.listener;

import io.muster.api.listener.ConnectionCounters.Reason;
import io.muster.api.stream.ChannelOutlet;
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
  private final Watch watch;
  private int place;
  private int sinceTick;
  private long unsent;
  private int unanswered;
  private boolean inHead = true;
  private boolean inBody;
  private boolean decoded;
  private boolean streams;
  private boolean upgraded;
  private boolean malformed;
  private boolean ended;

  ConnectionGuard(Watch watch) {
    this.watch = watch;
    this.sinceTick = watch.tick();
  }

  /** Its place among those that are watched. */
  int place() {
    return place;
  }

  void moveTo(int newPlace) {
    place = newPlace;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    watch.add(this, context);
  }

  /** The last that happens to a connection, however it ended. */
  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    watch.remove(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (malformed) {
      ReferenceCountUtil.release(message);
      return;
    }
    decoded = true;
    // The decoder's usual classes first: to look for an interface takes longer.
    if (message == LastHttpContent.EMPTY_LAST_CONTENT) {
      inBody = false;
    } else if (message instanceof DefaultHttpRequest request) {
      asked(request, context.channel());
    } else if (message instanceof LastHttpContent) {
      inBody = false;
    } else {
      moved();
    }
    context.fireChannelRead(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (!decoded) {
      movedWithoutMessage();
    }
    decoded = false;
    context.fireChannelReadComplete();
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof FullHttpResponse response) {
      answered(response.status());
    } else if (message instanceof LastHttpContent) {
      answered();
    } else if (message instanceof HttpResponse) {
      streams = context.pipeline().get(ChannelOutlet.class) != null;
    }
    context.write(message, promise);
  }

  /** Why it has to end now; asked at every tick, and answered once. */
  Optional<Reason> overdue(Channel channel) {
    if (upgraded || streams || ended) {
      return Optional.empty();
    }
    if (isTaking(channel) || isOurTurn(channel)) {
      sinceTick = watch.tick();
      return Optional.empty();
    }
    var waitsForHead = inHead && unanswered == 0 && !inBody;
    var patience = waitsForHead ? watch.headTicks() : watch.idleTicks();
    ended = watch.tick() - sinceTick > patience;
    return ended ? Optional.of(waitsForHead ? Reason.HEAD : Reason.IDLE) : Optional.empty();
  }

  private void asked(HttpRequest request, Channel channel) {
    unanswered++;
    inHead = false;
    inBody = request.getClass() != DefaultFullHttpRequest.class;
    sinceTick = watch.tick();
    if (request.decoderResult().isSuccess()) {
      HeadRules.fault(request).ifPresent(fault -> spoil(request, fault));
    }
    if (!request.decoderResult().isSuccess()) {
      malformed = true;
      if (channel.isActive()) { // Else it left in the middle of a head.
        watch.counters().refuse(Reason.MALFORMED);
      }
    }
  }

  private static void spoil(HttpRequest request, String fault) {
    request.setProtocolVersion(HttpVersion.HTTP_1_1);
    request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(fault)));
  }

  /** A head has begun, or a body goes on, with less than a message. */
  private void movedWithoutMessage() {
    if (inBody) {
      moved();
    } else if (!inHead) {
      inHead = true;
      sinceTick = watch.tick();
    }
  }

  /** A body that nobody waits for any more gets no more time. */
  private void moved() {
    if (unanswered > 0) {
      sinceTick = watch.tick();
    }
  }

  /** Informational ones come before the answer, but for the one with which HTTP ends. */
  private void answered(HttpResponseStatus status) {
    if (status.code() >= HttpResponseStatus.OK.code()) {
      answered();
    } else {
      upgraded |= status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
    }
  }

  private void answered() {
    unanswered--;
    streams = false;
    sinceTick = watch.tick();
  }

  /** Nothing is left for the client to do but wait, or we do not listen. */
  private boolean isOurTurn(Channel channel) {
    return unsent == 0 && unanswered > 0 && (!inBody || !channel.config().isAutoRead());
  }

  /** Whether it took something of what was sent since the last tick. */
  private boolean isTaking(Channel channel) {
    var buffer = channel.unsafe().outboundBuffer();
    var left = buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
    var moves = left != unsent && left != 0;
    unsent = left;
    return moves;
  }
}
