package io.muster.api.allsmi;

import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.Mailbox;
import io.muster.api.fleet.Subscriber;
import io.muster.schema.frame.Include;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One subscriber of {@code /events}. It writes while the socket takes more, and leaves the rest in
 * its mailbox. Confined to the context of its hub.
 */
final class EventStream implements Subscriber {
  private static final Buffer SIGN_OF_LIFE = Buffer.buffer(": keep-alive\n\n");

  private final HttpServerResponse response;
  private final Wish wish;
  private final LongSupplier nanos;
  private long writtenNanos;
  private long frameNanos;
  private boolean started;

  EventStream(HttpServerResponse response, Wish wish, LongSupplier nanos) {
    this.response = response;
    this.wish = wish;
    this.nanos = nanos;
    this.writtenNanos = nanos.getAsLong();
  }

  @Override
  public Optional<String> host() {
    return wish.host();
  }

  @Override
  public Include include() {
    return wish.include();
  }

  @Override
  public void drain(Mailbox mailbox) {
    while (!response.writeQueueFull()) {
      var frame = mailbox.take();
      if (frame.isEmpty()) {
        return;
      }
      var dropped = mailbox.takeDropped();
      if (dropped > 0) {
        write(Buffer.buffer("event: lag\ndata: {\"dropped\":" + dropped + "}\n\n"));
      }
      if (isDue(frame.get())) {
        write(frame.get().event(wish.include()));
        frameNanos = writtenNanos;
        started = true;
      }
    }
  }

  @Override
  public void tick() {
    if (nanos.getAsLong() - writtenNanos >= wish.heartbeat().toNanos()
        && !response.writeQueueFull()) {
      write(SIGN_OF_LIFE);
    }
  }

  @Override
  public void close() {
    // The client is told by the end of the stream; that it may be gone already does not matter.
    response.end();
  }

  private boolean isDue(FleetFrame frame) {
    return !started || nanos.getAsLong() - frameNanos >= wish.spacingNanos(frame.interval());
  }

  private void write(Buffer bytes) {
    writtenNanos = nanos.getAsLong();
    // A failed write is reported by the close handler.
    response.write(bytes);
  }

  /**
   * What the client asked for.
   *
   * @param throttle least time between two frames; zero for every frame
   * @param heartbeat longest silence
   */
  record Wish(Optional<String> host, Include include, Duration throttle, Duration heartbeat) {

    /**
     * A tenth of the frames' interval less than asked, so that a frame that comes a little early is
     * not skipped.
     */
    long spacingNanos(Duration interval) {
      return throttle.compareTo(interval) <= 0
          ? 0
          : throttle.minus(interval.dividedBy(10)).toNanos();
    }
  }
}
