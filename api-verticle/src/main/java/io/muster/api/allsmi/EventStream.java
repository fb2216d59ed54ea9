package io.muster.api.allsmi;

import io.muster.api.fanout.Mailbox;
import io.muster.api.fanout.ReplayRing.Replay;
import io.muster.api.fanout.StreamCounters;
import io.muster.api.fanout.Subscriber;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FrameBytes.EventId;
import io.muster.api.stream.Outlet;
import io.muster.api.stream.Packet;
import io.muster.schema.frame.SectionSelection;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One subscriber of {@code /events}. It writes while the client takes more, and leaves the rest in
 * its mailbox. Confined to the event loop of its connection.
 */
final class EventStream implements Subscriber {
  /** Seconds after which a client that takes nothing at all is cut off. */
  static final int PATIENCE_SECONDS = 120;

  private static final Packet SIGN_OF_LIFE = Packet.of(": keep-alive\n\n");
  private static final Packet COMPRESSED_SIGN_OF_LIFE = Packet.compressed(": keep-alive\n\n");

  private final Outlet outlet;
  private final Wish wish;
  private final LongSupplier nanos;
  private final StreamCounters counters;
  private long writtenNanos;
  private long frameNanos;
  private long writtenBytes;
  private int stuckSeconds;
  private boolean started;
  private boolean waiting;
  private boolean resets;

  EventStream(Outlet outlet, Wish wish, LongSupplier nanos, StreamCounters counters) {
    this.outlet = outlet;
    this.wish = wish;
    this.nanos = nanos;
    this.counters = counters;
    this.waiting = wish.after().isPresent();
    this.writtenNanos = nanos.getAsLong();
  }

  @Override
  public Optional<String> host() {
    return wish.host();
  }

  @Override
  public SectionSelection include() {
    return wish.include();
  }

  /**
   * Goes on from a replay, then from the mailbox. Where the replay has a gap, the stream says so
   * and begins anew with the newest frame.
   */
  void resume(Replay replay, Optional<FleetFrame> newest, Mailbox mailbox) {
    waiting = false;
    resets = !replay.complete();
    var told = replay.frames();
    var last = told.isEmpty() ? newest : Optional.of(told.get(told.size() - 1));
    mailbox.replay(resets ? last.stream().toList() : told, told);
    drain(mailbox);
  }

  @Override
  public void drain(Mailbox mailbox) {
    while (!waiting && outlet.isWritable()) {
      if (resets) {
        write("event: reset\ndata: {\"reason\":\"the missed frames are gone\"}\n\n");
        resets = false;
        continue;
      }
      var frame = next(mailbox);
      if (frame.isEmpty()) {
        return;
      }
      var lost = mailbox.takeLost();
      if (lost > 0) {
        write("event: lag\ndata: {\"dropped\":" + lost + "}\n\n");
      }
      if (isDue(frame.get())) {
        write(frame.get().bytes(wish.include()).event(wish.ids(), outlet.isCompressed()));
        counters.delivered();
        frameNanos = writtenNanos;
        started = true;
      } else {
        counters.throttled(1);
      }
    }
  }

  @Override
  public void tick() {
    if (!outlet.isWritable()) {
      stuckSeconds = outlet.written() == writtenBytes ? stuckSeconds + 1 : 0;
      writtenBytes = outlet.written();
      if (stuckSeconds >= PATIENCE_SECONDS) {
        outlet.abort();
      }
      return;
    }
    stuckSeconds = 0;
    if (nanos.getAsLong() - writtenNanos >= wish.heartbeat().toNanos()) {
      write(outlet.isCompressed() ? COMPRESSED_SIGN_OF_LIFE : SIGN_OF_LIFE);
    }
  }

  @Override
  public void close() {
    outlet.end();
  }

  private Optional<FleetFrame> next(Mailbox mailbox) {
    return wish.throttle().isZero() ? mailbox.take() : mailbox.takeNewest();
  }

  private boolean isDue(FleetFrame frame) {
    return !started || nanos.getAsLong() - frameNanos >= wish.spacingNanos(frame.interval());
  }

  private void write(String text) {
    write(outlet.isCompressed() ? Packet.compressed(text) : Packet.of(text));
  }

  private void write(Packet packet) {
    outlet.write(packet);
    counters.written(packet.length());
    writtenNanos = nanos.getAsLong();
  }

  /**
   * What the client asked for.
   *
   * @param throttle least time between two frames; zero for every frame
   * @param heartbeat longest silence
   * @param ids what stands in the ids of events
   * @param after instant of the last frame that the client has, where it wants those behind it
   */
  record Wish(
      Optional<String> host,
      SectionSelection include,
      Duration throttle,
      Duration heartbeat,
      EventId ids,
      Optional<Instant> after) {

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
