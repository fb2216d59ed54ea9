package io.muster.api.stream;

import static io.vertx.core.http.HttpVersion.HTTP_1_0;

import io.muster.api.stream.Packet.Framing;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.VoidChannelPromise;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1 connection whose response is written below the encoder: the head and the end are
 * Vert.x's, the packets between are framed already and go to the channel as they are, one write
 * each. A packet that is larger than what a connection may hold goes in slices as the client takes
 * them. Confined to the event loop of the connection.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // A write that fails closes the connection, which is reported.
public final class ChannelOutlet extends ChannelInboundHandlerAdapter implements Outlet {
  /**
   * Bytes that a connection holds at most for a client that does not read; the kernel holds as many
   * and some more.
   */
  private static final int SLICE_BYTES = 64 * 1024;

  private final HttpServerResponse response;
  private final ChannelHandlerContext encoder;
  private final Staging staging;
  private final Framing framing;
  private final VoidChannelPromise unheard;
  private final @Nullable GzipStream gzip;
  private Runnable drained = () -> {};
  private @Nullable Packet rest;
  private int restStart;
  private long written;
  private boolean writing;
  private boolean begun;

  private ChannelOutlet(
      HttpServerRequest request, ChannelHandlerContext encoder, Staging staging, boolean gzip) {
    this.response = request.response();
    this.encoder = encoder;
    this.staging = staging;
    this.framing = request.version() == HTTP_1_0 ? Framing.PLAIN : Framing.CHUNKED;
    this.unheard = new VoidChannelPromise(encoder.channel(), false);
    this.gzip = gzip ? new GzipStream() : null;
  }

  /** Sends the head of the response, which must be chunked, and goes on from there. */
  public static ChannelOutlet open(HttpServerRequest request, Staging staging, boolean gzip) {
    var connection = (HttpServerConnection) request.connection();
    var channel = connection.channelHandlerContext();
    var encoder = channel.pipeline().context(HttpResponseEncoder.class);
    var outlet = new ChannelOutlet(request, encoder, staging, gzip);
    channel.pipeline().addBefore(channel.name(), null, outlet);
    channel.channel().config().setOption(ChannelOption.SO_SNDBUF, SLICE_BYTES);
    // A connection that is gone is reported by the close handler of the response.
    outlet.writeHead().onSuccess(written -> outlet.begin());
    return outlet;
  }

  /** Called whenever the client takes packets again after it did not. */
  public void onDrain(Runnable handler) {
    drained = handler;
  }

  @Override
  public boolean isWritable() {
    return begun && rest == null && encoder.channel().isWritable();
  }

  @Override
  public long written() {
    return written;
  }

  @Override
  public boolean isCompressed() {
    return gzip != null;
  }

  @Override
  public void write(Packet packet) {
    if (gzip != null) {
      gzip.add(packet);
    }
    send(packet);
  }

  @Override
  public void end() {
    if (rest != null || (gzip != null && !begun)) {
      abort();
      return;
    }
    if (gzip != null) {
      send(gzip.end());
    }
    // The client is told by the end of the stream; that it may be gone already does not matter.
    response.end();
  }

  @Override
  public void abort() {
    encoder.close();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    context.fireChannelWritabilityChanged();
    if (!writing && encoder.channel().isWritable()) {
      sendRest();
      runDrained();
    }
  }

  /** For HTTP/1.0, which has no chunks, the server writes a head together with a body only. */
  private Future<Void> writeHead() {
    return framing == Framing.PLAIN ? response.write(Buffer.buffer()) : response.writeHead();
  }

  /** The head is out: it may have waited behind the answer to an earlier request. */
  private void begin() {
    begun = true;
    if (gzip != null) {
      send(GzipStream.head());
    }
    runDrained();
  }

  private void runDrained() {
    if (isWritable()) {
      drained.run();
    }
  }

  private void send(Packet packet) {
    if (packet.length(framing) > SLICE_BYTES) {
      rest = packet;
      restStart = 0;
      sendRest();
      return;
    }
    writing = true;
    written += packet.length(framing);
    encoder.writeAndFlush(staging.copy(packet, framing, encoder.alloc()), unheard);
    writing = false;
  }

  private void sendRest() {
    writing = true;
    while (rest != null && encoder.channel().isWritable()) {
      var length = Math.min(SLICE_BYTES, rest.length(framing) - restStart);
      var slice = encoder.alloc().directBuffer(length, length);
      rest.copyTo(slice, framing, restStart, length);
      restStart += length;
      written += length;
      rest = restStart == rest.length(framing) ? null : rest;
      encoder.writeAndFlush(slice, unheard);
    }
    writing = false;
  }
}
