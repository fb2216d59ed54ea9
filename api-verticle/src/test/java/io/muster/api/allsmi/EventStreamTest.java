package io.muster.api.allsmi;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.api.fanout.LoopBroadcaster;
import io.muster.api.fanout.Mailbox;
import io.muster.api.fanout.ReplayRing.Replay;
import io.muster.api.fanout.StreamMetrics;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.FrameBytes.EventIdFormat;
import io.muster.api.fleet.ManualNanos;
import io.muster.api.fleet.TestFrame;
import io.muster.api.stream.ChunkText;
import io.muster.api.stream.SharedChunk;
import io.muster.api.stream.StreamWriter;
import io.muster.bus.DemandTopic;
import io.muster.bus.metrics.MeterFactory;
import io.muster.schema.frame.SectionSelection;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private static final Duration NO_KEEP_ALIVE = Duration.ofDays(1);

  private final Vertx vertx = Vertx.vertx();
  private final ManualNanos nanos = new ManualNanos();
  private final FleetView view =
      new FleetView(
          "fleet-1",
          TestFrame.FLEET_LIMITS,
          nanos,
          new MeterFactory(new SimpleMeterRegistry(), "muster.api."));
  private final StreamMetrics metrics =
      StreamMetrics.create(new MeterFactory(new SimpleMeterRegistry(), "muster.api."));
  private final LoopBroadcaster broadcaster =
      new LoopBroadcaster(vertx, view, DemandTopic.on(vertx), metrics);
  private final FakeStreamWriter writer = new FakeStreamWriter();
  private final List<FleetFrame> published = new ArrayList<>();
  private long sequence;

  @AfterEach
  void closeVertx() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @Test
  void drain_noThrottle_writesEachFrame() {
    open(Duration.ZERO, NO_KEEP_ALIVE);

    publishFrame();
    publishFrame();

    assertThat(writer.ids()).containsExactly("12:34:56Z", "12:34:59Z");
  }

  @Test
  void drain_throttleUpToTheInterval_writesEachFrame() {
    open(Duration.ofSeconds(3), NO_KEEP_ALIVE);

    publishFrame();
    nanos.advance(Duration.ofMillis(2_600)); // A late frame, then an early one.
    publishFrame();
    nanos.advance(Duration.ofMillis(1_500));
    publishFrame();

    assertThat(writer.ids()).hasSize(3);
  }

  @Test
  void drain_throttle_skipsFramesWithinATenthOfAnInterval() {
    open(Duration.ofSeconds(6), NO_KEEP_ALIVE);

    publishFrame(); // The first is never throttled.
    nanos.advance(Duration.ofSeconds(3));
    publishFrame();
    nanos.advance(Duration.ofMillis(2_700).minusNanos(1));
    publishFrame();
    assertThat(writer.ids()).as("too early").containsExactly("12:34:56Z");
    nanos.advanceNanos(1);
    publishFrame();
    assertThat(writer.ids()).as("0.3 s early is not too early").hasSize(2);
  }

  @Test
  void drain_subscribedBeforeTheFirstFrame_stillToleratesEarlyFrames() {
    open(Duration.ofSeconds(6), NO_KEEP_ALIVE); // The interval is still unknown.

    for (int i = 0; i < 5; i++) {
      publishFrame();
      nanos.advance(Duration.ofMillis(2_990));
    }

    assertThat(writer.ids()).containsExactly("12:34:56Z", "12:35:02Z", "12:35:08Z");
  }

  @Test
  void drain_stuckClient_reportsTheLossAndContinuesWithTheNewest() {
    var mailbox = open(Duration.ZERO, NO_KEEP_ALIVE);
    writer.full = true;

    for (int i = 0; i < 18; i++) {
      publishFrame();
    }
    assertThat(writer.chunks).isEmpty();
    writer.full = false;
    broadcaster.resume(mailbox);

    assertThat(writer.chunks).hasSize(2);
    assertThat(writer.chunks.get(0)).isEqualTo("event: lag\ndata: {\"dropped\":17}\n\n");
    assertThat(writer.ids()).as("the newest").containsExactly("12:35:47Z");
    publishFrame();
    assertThat(writer.lags()).as("the loss is reported once").isEqualTo(1);
  }

  @Test
  void drain_writeQueueFillsUp_keepsTheRest() {
    var mailbox = open(Duration.ZERO, NO_KEEP_ALIVE);
    writer.full = true;
    publishFrame();
    publishFrame();
    publishFrame();

    writer.full = false;
    writer.fullAfter = 1;
    broadcaster.resume(mailbox);
    assertThat(writer.ids()).containsExactly("12:34:56Z");
    writer.fullAfter = Integer.MAX_VALUE;
    writer.full = false;
    broadcaster.resume(mailbox);
    assertThat(writer.ids()).containsExactly("12:34:56Z", "12:34:59Z", "12:35:02Z");
    assertThat(writer.lags()).isZero();
  }

  @Test
  void onSecondElapsed_afterSilence_writesAComment() {
    var stream = open(Duration.ZERO, Duration.ofSeconds(5));

    nanos.advance(Duration.ofSeconds(5).minusNanos(1));
    stream.subscriber().onSecondElapsed();
    assertThat(writer.chunks).isEmpty();
    nanos.advanceNanos(1);
    stream.subscriber().onSecondElapsed();
    stream.subscriber().onSecondElapsed();
    assertThat(writer.chunks).as("once").containsExactly(": keep-alive\n\n");

    nanos.advance(Duration.ofSeconds(4));
    publishFrame();
    nanos.advance(Duration.ofSeconds(4));
    stream.subscriber().onSecondElapsed();
    assertThat(writer.chunks).as("a frame replaces the keep-alive").hasSize(2);
    nanos.advance(Duration.ofSeconds(1));
    stream.subscriber().onSecondElapsed();
    assertThat(writer.chunks).hasSize(3).last().isEqualTo(": keep-alive\n\n");
  }

  @Test
  void onSecondElapsed_writeQueueFull_writesNothing() {
    var stream = open(Duration.ZERO, Duration.ofSeconds(5));
    writer.full = true;
    nanos.advance(Duration.ofMinutes(1));

    stream.subscriber().onSecondElapsed();

    assertThat(writer.chunks).isEmpty();
  }

  @Test
  void drain_throttledClientThatWasStuck_getsTheNewest() {
    var mailbox = open(Duration.ofSeconds(6), NO_KEEP_ALIVE);
    writer.full = true;
    for (int i = 0; i < 5; i++) {
      publishFrame();
    }
    writer.full = false;

    broadcaster.resume(mailbox);

    assertThat(writer.ids()).containsExactly("12:35:08Z");
    assertThat(writer.lags()).isZero();
    assertThat(metrics.throttled().count()).isEqualTo(4);
    assertThat(metrics.heldFrames()).isZero();
  }

  @Test
  void onSecondElapsed_clientStuckForTwoMinutes_isDisconnected() {
    var stream = open(Duration.ZERO, NO_KEEP_ALIVE);
    writer.full = true;

    elapseSeconds(stream, EventWriter.STUCK_TIMEOUT_SECONDS - 1);
    assertThat(writer.aborts).isZero();
    writer.writtenBytes = 1; // A slow client is not stuck.
    elapseSeconds(stream, EventWriter.STUCK_TIMEOUT_SECONDS);
    assertThat(writer.aborts).isZero();
    elapseSeconds(stream, 1);
    assertThat(writer.aborts).isEqualTo(1);
  }

  @Test
  void resume_completeReplay_continuesWithoutGapOrDuplicate() {
    publishFrame();
    publishFrame();
    publishFrame();
    var stream = openAfter("2026-08-08T12:34:56.789Z");
    publishFrame(); // Published during the replay, and part of it.

    resume(stream, new Replay(published.subList(1, 4), true));

    assertThat(writer.ids())
        .containsExactly("12:34:59.789000Z", "12:35:02.789000Z", "12:35:05.789000Z");
    assertThat(metrics.delivered().count()).isEqualTo(3);
    assertThat(metrics.heldFrames()).isZero();
    publishFrame();
    assertThat(writer.ids()).hasSize(4);
  }

  @Test
  void resume_replayWithAGap_sendsResetAndTheNewest() {
    publishFrame();
    publishFrame();
    var stream = openAfter("2026-08-08T11:00:00Z");

    resume(stream, new Replay(published, false));

    assertThat(writer.chunks.get(0)).startsWith("event: reset\ndata: {\"reason\":");
    assertThat(writer.ids()).containsExactly("12:34:59.789000Z");
    publishFrame();
    assertThat(writer.ids()).hasSize(2);
  }

  @Test
  void resume_clientStopsReading_keepsTheRestOfTheReplay() {
    publishFrame();
    publishFrame();
    publishFrame();
    var stream = openAfter("2026-08-08T12:34:56.789Z");
    writer.fullAfter = 1;

    resume(stream, new Replay(published.subList(1, 3), true));
    assertThat(writer.ids()).containsExactly("12:34:59.789000Z");
    writer.fullAfter = Integer.MAX_VALUE;
    writer.full = false;
    broadcaster.resume(stream);

    assertThat(writer.ids()).containsExactly("12:34:59.789000Z", "12:35:02.789000Z");
  }

  @Test
  void drain_include_writesTheRequestedSectionsOnly() {
    open(SectionSelection.parse("disk"), Duration.ZERO, NO_KEEP_ALIVE);

    publishFrame();

    assertThat(writer.chunks.get(0)).contains("data: {\"hostname\":\"a\",\"schema\":1,");
  }

  @Test
  void close_endsTheResponse() {
    open(Duration.ZERO, NO_KEEP_ALIVE);

    broadcaster.close();

    assertThat(writer.ends).isEqualTo(1);
  }

  private Mailbox open(Duration throttle, Duration keepAlive) {
    return open(SectionSelection.DEFAULT, throttle, keepAlive);
  }

  private Mailbox open(SectionSelection include, Duration throttle, Duration keepAlive) {
    var options =
        new EventStream.StreamOptions(
            Optional.empty(),
            include,
            new StreamTiming(throttle, keepAlive),
            EventIdFormat.TIMESTAMP,
            Optional.empty());
    return broadcaster.subscribe(new EventStream(writer, options, nanos, metrics));
  }

  private Mailbox openAfter(String instant) {
    var options =
        new EventStream.StreamOptions(
            Optional.empty(),
            SectionSelection.DEFAULT,
            new StreamTiming(Duration.ZERO, NO_KEEP_ALIVE),
            EventIdFormat.INSTANT,
            Optional.of(Instant.parse(instant)));
    return broadcaster.subscribe(new EventStream(writer, options, nanos, metrics));
  }

  private void resume(Mailbox mailbox, Replay replay) {
    ((EventStream) mailbox.subscriber())
        .resume(replay, view.currentFrame(Optional.empty()), mailbox);
  }

  private static void elapseSeconds(Mailbox mailbox, int seconds) {
    for (int second = 0; second < seconds; second++) {
      mailbox.subscriber().onSecondElapsed();
    }
  }

  private void publishFrame() {
    sequence++;
    view.offer(TestFrame.of("a").sequence(sequence).build());
    published.add(view.currentFrame(Optional.empty()).orElseThrow());
    broadcaster.broadcast(Optional.empty(), published.get(published.size() - 1));
  }

  /** A stream writer that records its chunks, and that the test can make unwritable. */
  private static final class FakeStreamWriter implements StreamWriter {
    private final List<String> chunks = new ArrayList<>();
    private boolean full;
    private int fullAfter = Integer.MAX_VALUE;
    private long writtenBytes;
    private int ends;
    private int aborts;

    /** Times of the snapshot events. */
    List<String> ids() {
      return chunks.stream()
          .filter(event -> event.startsWith("event: snapshot\n"))
          .map(event -> event.substring(event.indexOf("T") + 1, event.indexOf("\ndata")))
          .toList();
    }

    long lags() {
      return chunks.stream().filter(event -> event.startsWith("event: lag\n")).count();
    }

    @Override
    public boolean isWritable() {
      return !full;
    }

    @Override
    public long writtenBytes() {
      return writtenBytes;
    }

    @Override
    public void write(SharedChunk chunk) {
      assertThat(full).as("written while not writable").isFalse();
      chunks.add(ChunkText.of(chunk));
      fullAfter--;
      full = fullAfter <= 0;
    }

    @Override
    public boolean isCompressed() {
      return false;
    }

    @Override
    public void end() {
      ends++;
    }

    @Override
    public void abort() {
      aborts++;
    }
  }
}
