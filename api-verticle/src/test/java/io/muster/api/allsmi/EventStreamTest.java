package io.muster.api.allsmi;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.fanout.FanOut;
import io.muster.api.fanout.Mailbox;
import io.muster.api.fanout.ReplayRing.Replay;
import io.muster.api.fanout.StreamCounters;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.FrameBytes.EventId;
import io.muster.api.fleet.ManualNanos;
import io.muster.api.fleet.TestFrame;
import io.muster.api.stream.Outlet;
import io.muster.api.stream.Packet;
import io.muster.api.stream.PacketText;
import io.muster.bus.DemandTopic;
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
  private static final Duration NO_HEARTBEAT = Duration.ofDays(1);

  private final Vertx vertx = Vertx.vertx();
  private final ManualNanos nanos = new ManualNanos();
  private final FleetView view = new FleetView("fleet-1", nanos);
  private final StreamCounters counters = new StreamCounters();
  private final FanOut fanOut = new FanOut(vertx, view, DemandTopic.on(vertx), counters);
  private final FakeOutlet outlet = new FakeOutlet();
  private final List<FleetFrame> told = new ArrayList<>();
  private long sequence;

  @AfterEach
  void closeVertx() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void drain_noThrottle_writesEachFrame() {
    open(Duration.ZERO, NO_HEARTBEAT);

    frame();
    frame();

    assertThat(outlet.ids()).containsExactly("12:34:56Z", "12:34:59Z");
  }

  @Test
  void drain_throttleUpToTheInterval_writesEachFrame() {
    open(Duration.ofSeconds(3), NO_HEARTBEAT);

    frame();
    nanos.advance(Duration.ofMillis(2_600)); // A late frame, then one that is early after it.
    frame();
    nanos.advance(Duration.ofMillis(1_500));
    frame();

    assertThat(outlet.ids()).hasSize(3);
  }

  @Test
  void drain_throttle_leavesFramesOutWithinATenthOfAnInterval() {
    open(Duration.ofSeconds(6), NO_HEARTBEAT);

    frame(); // The first is never throttled.
    nanos.advance(Duration.ofSeconds(3));
    frame();
    nanos.advance(Duration.ofMillis(2_700).minusNanos(1));
    frame();
    assertThat(outlet.ids()).as("too early").containsExactly("12:34:56Z");
    nanos.advanceNanos(1);
    frame();
    assertThat(outlet.ids()).as("0.3 s early is not too early").hasSize(2);
  }

  @Test
  void drain_subscribedBeforeTheFirstFrame_stillToleratesEarlyFrames() {
    open(Duration.ofSeconds(6), NO_HEARTBEAT); // The interval is not known yet.

    for (int i = 0; i < 5; i++) {
      frame();
      nanos.advance(Duration.ofMillis(2_990));
    }

    assertThat(outlet.ids()).containsExactly("12:34:56Z", "12:35:02Z", "12:35:08Z");
  }

  @Test
  void drain_clientTakesNothing_tellsTheLossAndGoesOnWithTheNewest() {
    var mailbox = open(Duration.ZERO, NO_HEARTBEAT);
    outlet.full = true;

    for (int i = 0; i < 18; i++) {
      frame();
    }
    assertThat(outlet.packets).isEmpty();
    outlet.full = false;
    fanOut.resume(mailbox);

    assertThat(outlet.packets).hasSize(2);
    assertThat(outlet.packets.get(0)).isEqualTo("event: lag\ndata: {\"dropped\":17}\n\n");
    assertThat(outlet.ids()).as("the newest").containsExactly("12:35:47Z");
    frame();
    assertThat(outlet.lags()).as("the loss is told once").isEqualTo(1);
  }

  @Test
  void drain_writeQueueFillsUp_keepsTheRest() {
    var mailbox = open(Duration.ZERO, NO_HEARTBEAT);
    outlet.full = true;
    frame();
    frame();
    frame();

    outlet.full = false;
    outlet.fullAfter = 1;
    fanOut.resume(mailbox);
    assertThat(outlet.ids()).containsExactly("12:34:56Z");
    outlet.fullAfter = Integer.MAX_VALUE;
    outlet.full = false;
    fanOut.resume(mailbox);
    assertThat(outlet.ids()).containsExactly("12:34:56Z", "12:34:59Z", "12:35:02Z");
    assertThat(outlet.lags()).isZero();
  }

  @Test
  void tick_afterSilence_writesAComment() {
    var stream = open(Duration.ZERO, Duration.ofSeconds(5));

    nanos.advance(Duration.ofSeconds(5).minusNanos(1));
    stream.subscriber().tick();
    assertThat(outlet.packets).isEmpty();
    nanos.advanceNanos(1);
    stream.subscriber().tick();
    stream.subscriber().tick();
    assertThat(outlet.packets).as("once").containsExactly(": keep-alive\n\n");

    nanos.advance(Duration.ofSeconds(4));
    frame();
    nanos.advance(Duration.ofSeconds(4));
    stream.subscriber().tick();
    assertThat(outlet.packets).as("a frame is a sign of life").hasSize(2);
    nanos.advance(Duration.ofSeconds(1));
    stream.subscriber().tick();
    assertThat(outlet.packets).hasSize(3).last().isEqualTo(": keep-alive\n\n");
  }

  @Test
  void tick_writeQueueFull_writesNothing() {
    var stream = open(Duration.ZERO, Duration.ofSeconds(5));
    outlet.full = true;
    nanos.advance(Duration.ofMinutes(1));

    stream.subscriber().tick();

    assertThat(outlet.packets).isEmpty();
  }

  @Test
  void drain_throttledClientThatWasStuck_getsTheNewest() {
    var mailbox = open(Duration.ofSeconds(6), NO_HEARTBEAT);
    outlet.full = true;
    for (int i = 0; i < 5; i++) {
      frame();
    }
    outlet.full = false;

    fanOut.resume(mailbox);

    assertThat(outlet.ids()).containsExactly("12:35:08Z");
    assertThat(outlet.lags()).isZero();
    assertThat(counters.throttledFrames()).isEqualTo(4);
    assertThat(counters.heldFrames()).isZero();
  }

  @Test
  void tick_clientTakesNothingForTwoMinutes_isCutOff() {
    var stream = open(Duration.ZERO, NO_HEARTBEAT);
    outlet.full = true;

    ticks(stream, EventStream.PATIENCE_SECONDS - 1);
    assertThat(outlet.aborts).isZero();
    outlet.written = 1; // A slow client is not a dead one.
    ticks(stream, EventStream.PATIENCE_SECONDS);
    assertThat(outlet.aborts).isZero();
    ticks(stream, 1);
    assertThat(outlet.aborts).isEqualTo(1);
  }

  @Test
  void resume_completeReplay_goesOnWithoutGapOrDuplicate() {
    frame();
    frame();
    frame();
    var stream = openBehind("2026-08-08T12:34:56.789Z");
    frame(); // Comes while the replay is under way, and is in it.
    frame(); // Is not in it.

    resume(stream, new Replay(told.subList(1, 4), true));

    assertThat(outlet.ids())
        .containsExactly(
            "12:34:59.789000Z", "12:35:02.789000Z", "12:35:05.789000Z", "12:35:08.789000Z");
    assertThat(counters.deliveredFrames()).isEqualTo(4);
    assertThat(counters.heldFrames()).isZero();
    frame();
    assertThat(outlet.ids()).hasSize(5);
  }

  @Test
  void resume_replayWithAGap_saysSoAndBeginsWithTheNewest() {
    frame();
    frame();
    var stream = openBehind("2026-08-08T11:00:00Z");

    resume(stream, new Replay(told, false));

    assertThat(outlet.packets.get(0)).startsWith("event: reset\ndata: {\"reason\":");
    assertThat(outlet.ids()).containsExactly("12:34:59.789000Z");
    frame();
    assertThat(outlet.ids()).hasSize(2);
  }

  @Test
  void resume_clientStopsTaking_keepsTheRestOfTheReplay() {
    frame();
    frame();
    frame();
    var stream = openBehind("2026-08-08T12:34:56.789Z");
    outlet.fullAfter = 1;

    resume(stream, new Replay(told.subList(1, 3), true));
    assertThat(outlet.ids()).containsExactly("12:34:59.789000Z");
    outlet.fullAfter = Integer.MAX_VALUE;
    outlet.full = false;
    fanOut.resume(stream);

    assertThat(outlet.ids()).containsExactly("12:34:59.789000Z", "12:35:02.789000Z");
  }

  @Test
  void drain_include_writesTheAskedSectionsOnly() {
    open(SectionSelection.parse("disk"), Duration.ZERO, NO_HEARTBEAT);

    frame();

    assertThat(outlet.packets.get(0)).contains("data: {\"hostname\":\"a\",\"schema\":1,");
  }

  @Test
  void close_endsTheResponse() {
    open(Duration.ZERO, NO_HEARTBEAT);

    fanOut.close();

    assertThat(outlet.ends).isEqualTo(1);
  }

  private Mailbox open(Duration throttle, Duration heartbeat) {
    return open(SectionSelection.DEFAULT, throttle, heartbeat);
  }

  private Mailbox open(SectionSelection include, Duration throttle, Duration heartbeat) {
    var wish =
        new EventStream.Wish(
            Optional.empty(), include, throttle, heartbeat, EventId.TIMESTAMP, Optional.empty());
    return fanOut.subscribe(new EventStream(outlet, wish, nanos, counters));
  }

  private Mailbox openBehind(String instant) {
    var wish =
        new EventStream.Wish(
            Optional.empty(),
            SectionSelection.DEFAULT,
            Duration.ZERO,
            NO_HEARTBEAT,
            EventId.INSTANT,
            Optional.of(Instant.parse(instant)));
    return fanOut.subscribe(new EventStream(outlet, wish, nanos, counters));
  }

  private void resume(Mailbox mailbox, Replay replay) {
    ((EventStream) mailbox.subscriber()).resume(replay, view.show(Optional.empty()), mailbox);
  }

  private static void ticks(Mailbox mailbox, int seconds) {
    for (int second = 0; second < seconds; second++) {
      mailbox.subscriber().tick();
    }
  }

  private void frame() {
    sequence++;
    view.offer(TestFrame.of("a").sequence(sequence).build());
    told.add(view.show(Optional.empty()).orElseThrow());
    fanOut.told(Optional.empty(), told.get(told.size() - 1));
  }

  /** An outlet that keeps what is written, and is full when it is told. */
  private static final class FakeOutlet implements Outlet {
    private final List<String> packets = new ArrayList<>();
    private boolean full;
    private int fullAfter = Integer.MAX_VALUE;
    private long written;
    private int ends;
    private int aborts;

    /** Times of the snapshot events. */
    List<String> ids() {
      return packets.stream()
          .filter(event -> event.startsWith("event: snapshot\n"))
          .map(event -> event.substring(event.indexOf("T") + 1, event.indexOf("\ndata")))
          .toList();
    }

    long lags() {
      return packets.stream().filter(event -> event.startsWith("event: lag\n")).count();
    }

    @Override
    public boolean isWritable() {
      return !full;
    }

    @Override
    public long written() {
      return written;
    }

    @Override
    public void write(Packet packet) {
      assertThat(full).as("written although the client takes nothing").isFalse();
      packets.add(PacketText.of(packet));
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
