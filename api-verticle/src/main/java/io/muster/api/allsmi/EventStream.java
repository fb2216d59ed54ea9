package io.muster.api.allsmi;

import io.muster.api.fanout.Mailbox;
import io.muster.api.fanout.ReplayRing.Replay;
import io.muster.api.fanout.StreamMetrics;
import io.muster.api.fanout.Subscriber;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FrameBytes.EventIdFormat;
import io.muster.api.stream.SharedChunk;
import io.muster.api.stream.StreamWriter;
import io.muster.schema.frame.SectionSelection;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One subscriber of {@code /events}. Writes frames while the connection is writable, and leaves the
 * rest in the mailbox. Confined to the event loop of its connection.
 */
final class EventStream implements Subscriber {
  /** Seconds after which a client that reads nothing is disconnected. */
  static final int STUCK_TIMEOUT_SECONDS = 120;

  private static final SharedChunk KEEP_ALIVE = SharedChunk.of(": keep-alive\n\n");
  private static final SharedChunk COMPRESSED_KEEP_ALIVE =
      SharedChunk.compressed(": keep-alive\n\n");

  private final StreamWriter writer;
  private final StreamOptions options;
  private final LongSupplier nanoTime;
  private final StreamMetrics metrics;
  private long lastWriteNanos;
  private long lastFrameNanos;
  private long lastWrittenBytes;
  private int stuckSeconds;
  private boolean frameSent;
  private boolean awaitingReplay;
  private boolean resetPending;

  EventStream(
      StreamWriter writer, StreamOptions options, LongSupplier nanoTime, StreamMetrics metrics) {
    this.writer = writer;
    this.options = options;
    this.nanoTime = nanoTime;
    this.metrics = metrics;
    this.awaitingReplay = options.lastEventAt().isPresent();
    this.lastWriteNanos = nanoTime.getAsLong();
  }

  @Override
  public Optional<String> host() {
    return options.host();
  }

  @Override
  public SectionSelection include() {
    return options.include();
  }

  /**
   * Continues with the frames of a replay, then with the mailbox. If the replay is incomplete,
   * writes a reset event and continues with the newest frame.
   */
  void resume(Replay replay, Optional<FleetFrame> newest, Mailbox mailbox) {
    awaitingReplay = false;
    resetPending = !replay.complete();
    var replayed = replay.frames();
    var last = replayed.isEmpty() ? newest : Optional.of(replayed.get(replayed.size() - 1));
    mailbox.replay(resetPending ? last.stream().toList() : replayed, replayed);
    drain(mailbox);
  }

  @Override
  public void drain(Mailbox mailbox) {
    while (!awaitingReplay && writer.isWritable()) {
      if (resetPending) {
        write("event: reset\ndata: {\"reason\":\"the missed frames are no longer stored\"}\n\n");
        resetPending = false;
        continue;
      }
      var frame = takeNext(mailbox);
      if (frame.isEmpty()) {
        return;
      }
      var lost = mailbox.takeLost();
      if (lost > 0) {
        write("event: lag\ndata: {\"dropped\":" + lost + "}\n\n");
      }
      if (isDue(frame.get())) {
        write(
            frame.get().bytes(options.include()).event(options.idFormat(), writer.isCompressed()));
        metrics.delivered().increment();
        lastFrameNanos = lastWriteNanos;
        frameSent = true;
      } else {
        metrics.throttled().increment();
      }
    }
  }

  @Override
  public void onSecondElapsed() {
    if (!writer.isWritable()) {
      stuckSeconds = writer.writtenBytes() == lastWrittenBytes ? stuckSeconds + 1 : 0;
      lastWrittenBytes = writer.writtenBytes();
      if (stuckSeconds >= STUCK_TIMEOUT_SECONDS) {
        writer.abort();
      }
      return;
    }
    stuckSeconds = 0;
    if (nanoTime.getAsLong() - lastWriteNanos >= options.keepAlive().toNanos()) {
      write(writer.isCompressed() ? COMPRESSED_KEEP_ALIVE : KEEP_ALIVE);
    }
  }

  @Override
  public void close() {
    writer.end();
  }

  private Optional<FleetFrame> takeNext(Mailbox mailbox) {
    return options.throttle().isZero() ? mailbox.take() : mailbox.takeNewest();
  }

  private boolean isDue(FleetFrame frame) {
    return !frameSent
        || nanoTime.getAsLong() - lastFrameNanos >= options.minSpacingNanos(frame.interval());
  }

  private void write(String text) {
    write(writer.isCompressed() ? SharedChunk.compressed(text) : SharedChunk.of(text));
  }

  private void write(SharedChunk chunk) {
    writer.write(chunk);
    metrics.writtenBytes().increment(chunk.length());
    lastWriteNanos = nanoTime.getAsLong();
  }

  /**
   * Options that the client requested.
   *
   * @param throttle minimum time between two frames; zero for every frame
   * @param keepAlive maximum time without a write
   * @param idFormat format of event ids
   * @param lastEventAt instant of the last frame that the client received; empty without a replay
   */
  record StreamOptions(
      Optional<String> host,
      SectionSelection include,
      Duration throttle,
      Duration keepAlive,
      EventIdFormat idFormat,
      Optional<Instant> lastEventAt) {

    /**
     * The throttle less a tenth of the frames' interval, ns, so that a frame that arrives slightly
     * early is not skipped; zero if the throttle does not exceed the interval.
     */
    long minSpacingNanos(Duration interval) {
      return throttle.compareTo(interval) <= 0
          ? 0
          : throttle.minus(interval.dividedBy(10)).toNanos();
    }
  }
}
