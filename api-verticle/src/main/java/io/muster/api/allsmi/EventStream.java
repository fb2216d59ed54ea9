package io.muster.api.allsmi;

import io.muster.api.fanout.Mailbox;
import io.muster.api.fanout.ReplayRing.Replay;
import io.muster.api.fanout.StreamMetrics;
import io.muster.api.fanout.Subscriber;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FrameBytes.EventIdFormat;
import io.muster.api.stream.StreamWriter;
import io.muster.schema.frame.SectionSelection;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One subscriber of {@code /events}. Writes frames while the connection is writable, and leaves the
 * rest in the mailbox. Confined to the event loop of its connection.
 */
final class EventStream implements Subscriber {
  private final EventWriter writer;
  private final StreamOptions options;
  private final LongSupplier nanoTime;
  private final StreamMetrics metrics;
  private long lastFrameNanos;
  private boolean frameSent;
  private boolean awaitingReplay;
  private boolean resetPending;

  EventStream(
      StreamWriter writer, StreamOptions options, LongSupplier nanoTime, StreamMetrics metrics) {
    this.writer =
        new EventWriter(writer, options.timing().keepAlive(), nanoTime, metrics.writtenBytes());
    this.options = options;
    this.nanoTime = nanoTime;
    this.metrics = metrics;
    this.awaitingReplay = options.lastEventAt().isPresent();
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
    mailbox.replay(resetPending ? last.stream().toList() : replayed);
    drain(mailbox);
  }

  @Override
  public void drain(Mailbox mailbox) {
    while (!awaitingReplay && writer.isWritable()) {
      if (resetPending) {
        writer.write(
            "event: reset\ndata: {\"reason\":\"the missed frames are no longer stored\"}\n\n");
        resetPending = false;
        continue;
      }
      var frame = takeNext(mailbox);
      if (frame.isEmpty()) {
        return;
      }
      var lost = mailbox.takeLost();
      if (lost > 0) {
        writer.write("event: lag\ndata: {\"dropped\":" + lost + "}\n\n");
      }
      if (isDue(frame.get())) {
        writer.write(
            frame.get().bytes(options.include()).event(options.idFormat(), writer.isCompressed()));
        metrics.delivered().increment();
        lastFrameNanos = writer.lastWriteNanos();
        frameSent = true;
      } else {
        metrics.throttled().increment();
      }
    }
  }

  @Override
  public void onSecondElapsed() {
    writer.onSecondElapsed();
  }

  @Override
  public void close() {
    writer.end();
  }

  private Optional<FleetFrame> takeNext(Mailbox mailbox) {
    return options.timing().throttle().isZero() ? mailbox.take() : mailbox.takeNewest();
  }

  private boolean isDue(FleetFrame frame) {
    return !frameSent
        || nanoTime.getAsLong() - lastFrameNanos
            >= options.timing().minSpacingNanos(frame.interval());
  }

  /**
   * Options that the client requested.
   *
   * @param idFormat format of event ids
   * @param lastEventAt instant of the last frame that the client received; empty without a replay
   */
  record StreamOptions(
      Optional<String> host,
      SectionSelection include,
      StreamTiming timing,
      EventIdFormat idFormat,
      Optional<Instant> lastEventAt) {}
}
