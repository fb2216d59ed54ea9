package io.muster.api.stream;

import static io.vertx.core.http.HttpVersion.HTTP_1_0;

import io.muster.api.stream.SharedChunk.Framing;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.VoidChannelPromise;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * Writes the response of an HTTP/1 connection below the encoder: Vert.x writes the head and the
 * end, the chunks between them are already framed and are written to the channel unchanged, one
 * write each. A chunk that is larger than the buffer of a connection is written in slices as the
 * client reads them. Confined to the event loop of the connection.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // A failed write closes the connection, which is reported.
public final class ChannelStreamWriter extends ChannelInboundHandlerAdapter
    implements StreamWriter {
  /**
   * Maximum number of bytes that a connection buffers for a client that does not read; the kernel
   * buffers at least as many.
   */
  private static final int SLICE_BYTES = SendBuffer.BYTES;

  private final HttpServerResponse response;
  private final ChannelHandlerContext encoder;
  private final DirectBufferCache buffers;
  private final Framing framing;
  private final VoidChannelPromise voidPromise;
  private final @Nullable GzipStream gzip;
  private Runnable drainHandler = () -> {};
  private @Nullable SharedChunk remaining;
  private int remainingOffset;
  private long writtenBytes;
  private boolean writing;
  private boolean headWritten;

  private ChannelStreamWriter(
      HttpServerRequest request,
      ChannelHandlerContext encoder,
      DirectBufferCache buffers,
      boolean gzip) {
    this.response = request.response();
    this.encoder = encoder;
    this.buffers = buffers;
    this.framing = request.version() == HTTP_1_0 ? Framing.PLAIN : Framing.CHUNKED;
    this.voidPromise = new VoidChannelPromise(encoder.channel(), false);
    this.gzip = gzip ? new GzipStream() : null;
  }

  /** Writes the head of the response, which must be chunked, and returns the writer of its body. */
  public static ChannelStreamWriter open(
      HttpServerRequest request, DirectBufferCache buffers, boolean gzip) {
    var channel = VertxInternals.channel(request.connection());
    var encoder = VertxInternals.encoder(channel);
    var writer = new ChannelStreamWriter(request, encoder, buffers, gzip);
    VertxInternals.addHandler(channel, writer);
    SendBuffer.limit(channel);
    // A closed connection is reported by the close handler of the response.
    writer.writeHead().onSuccess(written -> writer.onHeadWritten());
    return writer;
  }

  /** Sets the handler that is called whenever the connection becomes writable again. */
  public void onDrain(Runnable handler) {
    drainHandler = handler;
  }

  @Override
  public boolean isWritable() {
    return headWritten && remaining == null && encoder.channel().isWritable();
  }

  @Override
  public long writtenBytes() {
    return writtenBytes;
  }

  @Override
  public boolean isCompressed() {
    return gzip != null;
  }

  @Override
  public void write(SharedChunk chunk) {
    if (gzip != null) {
      gzip.add(chunk);
    }
    send(chunk);
  }

  @Override
  public void end() {
    if (remaining != null || (gzip != null && !headWritten)) {
      abort();
      return;
    }
    if (gzip != null) {
      send(gzip.trailer());
    }
    // The result is ignored: the client may have disconnected already.
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
      sendRemaining();
      notifyDrained();
    }
  }

  /**
   * Writes the head. With HTTP/1.0, which has no chunks, the server writes it only together with a
   * body.
   */
  private Future<Void> writeHead() {
    return framing == Framing.PLAIN ? response.write(Buffer.buffer()) : response.writeHead();
  }

  /** Called when the head is written, which may wait for the response to an earlier request. */
  private void onHeadWritten() {
    headWritten = true;
    if (gzip != null) {
      send(GzipStream.header());
    }
    notifyDrained();
  }

  private void notifyDrained() {
    if (isWritable()) {
      drainHandler.run();
    }
  }

  private void send(SharedChunk chunk) {
    if (chunk.length(framing) > SLICE_BYTES) {
      remaining = chunk;
      remainingOffset = 0;
      sendRemaining();
      return;
    }
    writing = true;
    writtenBytes += chunk.length(framing);
    encoder.writeAndFlush(buffers.copy(chunk, framing, encoder.alloc()), voidPromise);
    writing = false;
  }

  private void sendRemaining() {
    writing = true;
    while (remaining != null && encoder.channel().isWritable()) {
      var length = Math.min(SLICE_BYTES, remaining.length(framing) - remainingOffset);
      var slice = encoder.alloc().directBuffer(length, length);
      remaining.copyTo(slice, framing, remainingOffset, length);
      remainingOffset += length;
      writtenBytes += length;
      remaining = remainingOffset == remaining.length(framing) ? null : remaining;
      encoder.writeAndFlush(slice, voidPromise);
    }
    writing = false;
  }
}
