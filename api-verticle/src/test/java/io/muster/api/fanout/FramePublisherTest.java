package io.muster.api.fanout;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.api.fleet.FleetContext;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.FrameText;
import io.muster.api.fleet.ManualNanos;
import io.muster.api.fleet.ManualTimers;
import io.muster.api.fleet.TestFrame;
import io.muster.bus.Address;
import io.muster.bus.DemandTopic;
import io.muster.bus.metrics.MeterFactory;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionSelection;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FramePublisherTest {
  private static final Duration GATHER_TIMEOUT = Duration.ofMillis(250);

  private final Vertx vertx = Vertx.vertx();
  private final ManualTimers timers = new ManualTimers();
  private final ManualNanos nanos = new ManualNanos();
  private final FleetView view =
      new FleetView(
          "fleet-1",
          TestFrame.FLEET_LIMITS,
          nanos,
          new MeterFactory(new SimpleMeterRegistry(), "muster.api."));
  private final StreamMetrics metrics =
      StreamMetrics.create(new MeterFactory(new SimpleMeterRegistry(), "muster.api."));
  private final ReplayRing ring = new ReplayRing(1 << 20);
  private final FramePublisher publisher =
      new FramePublisher(new FleetContext(timers.vertx()), view, ring, Duration.ofHours(1));
  private final LoopBroadcaster broadcaster =
      new LoopBroadcaster(timers.vertx(), view, DemandTopic.on(vertx), metrics);

  @BeforeEach
  void start() {
    publisher.start();
    publisher.subscribe(broadcaster::broadcast);
    broadcaster.start();
  }

  @AfterEach
  void closeVertx() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(60, SECONDS);
  }

  @Test
  void offer_oneHost_publishesAtOnce() {
    var fleet = subscribe(Optional.empty(), SectionSelection.DEFAULT);

    offer("a", 1);
    offer("a", 2);

    assertThat(fleet.labels()).containsExactly("a 12:34:56Z", "a 12:34:59Z");
  }

  @Test
  void offer_severalHosts_publishesOncePerTickWhenAllHaveSent() {
    tick(1, "a", "b", "c");
    timers.advance(GATHER_TIMEOUT);
    var fleet = subscribe(Optional.empty(), SectionSelection.DEFAULT);

    offer("c", 2);
    offer("a", 2);
    assertThat(fleet.frames).as("b is missing").isEmpty();
    offer("b", 2);
    assertThat(fleet.labels()).containsExactly("fleet-1 12:34:59Z");
    timers.advance(GATHER_TIMEOUT.multipliedBy(4));
    assertThat(fleet.frames).as("no second event for the same tick").hasSize(1);

    tick(3, "b", "c", "a");
    assertThat(fleet.labels()).hasSize(2).last().isEqualTo("fleet-1 12:35:02Z");
  }

  @Test
  void offer_lateHost_publishesAfterAQuarterOfASecond() {
    tick(1, "a", "b");
    timers.advance(GATHER_TIMEOUT);
    var fleet = subscribe(Optional.empty(), SectionSelection.DEFAULT);

    offer("a", 2);
    timers.advance(GATHER_TIMEOUT.minusMillis(1));
    assertThat(fleet.frames).isEmpty();
    timers.advance(Duration.ofMillis(1));
    assertThat(fleet.frames).hasSize(1);
  }

  @Test
  void offer_silentHost_isNotAwaited() {
    tick(1, "a", "b");
    timers.advance(GATHER_TIMEOUT);
    nanos.advance(Duration.ofSeconds(7));
    var fleet = subscribe(Optional.empty(), SectionSelection.DEFAULT);

    offer("a", 2);

    assertThat(fleet.frames).hasSize(1);
  }

  @Test
  void offer_frameOfOneHost_reachesItsSubscribersOnlyAndAtOnce() {
    tick(1, "a", "b");
    timers.advance(GATHER_TIMEOUT);
    var a = subscribe(Optional.of("a"), SectionSelection.DEFAULT);
    var b = subscribe(Optional.of("b"), SectionSelection.DEFAULT);

    offer("a", 2);
    timers.advance(GATHER_TIMEOUT);

    assertThat(a.labels()).containsExactly("a 12:34:59Z");
    assertThat(b.frames).isEmpty();
  }

  @Test
  void offer_lateFrame_isNotPublished() {
    offer("a", 2);
    var fleet = subscribe(Optional.empty(), SectionSelection.DEFAULT);

    offer("a", 1);
    offer("a", 2);
    timers.advance(GATHER_TIMEOUT);

    assertThat(fleet.frames).isEmpty();
  }

  @Test
  void offer_severalSubscribers_shareOneFrameObject() {
    var one = subscribe(Optional.empty(), SectionSelection.DEFAULT);
    var another = subscribe(Optional.empty(), SectionSelection.ALL);

    offer("a", 1);

    assertThat(one.frames.get(0)).isSameAs(another.frames.get(0));
  }

  @Test
  void unsubscribe_duringBroadcast_reachesTheOthersAndCountsTheLoss() {
    var leaving = subscribe(Optional.empty(), SectionSelection.DEFAULT);
    var next = subscribe(Optional.empty(), SectionSelection.DEFAULT);
    leaving.onDrain = () -> broadcaster.unsubscribe(next.mailbox());
    var third = subscribe(Optional.empty(), SectionSelection.DEFAULT);
    third.onDrain = () -> broadcaster.unsubscribe(third.mailbox());

    offer("a", 1);
    offer("a", 2);

    assertThat(leaving.frames).hasSize(2);
    assertThat(next.frames).as("unsubscribed before its delivery").isEmpty();
    assertThat(third.frames).hasSize(1);
    assertThat(metrics.openStreams().current()).isEqualTo(1);
  }

  @Test
  void droppedFrames_ofOpenAndClosedSubscribers_areSummed() {
    var stuck = subscribe(Optional.empty(), SectionSelection.DEFAULT);
    stuck.reading = false;
    for (int sequence = 1; sequence <= 20; sequence++) {
      offer("a", sequence);
    }
    assertThat(metrics.dropped().count()).isEqualTo(4);

    broadcaster.unsubscribe(stuck.mailbox());
    broadcaster.unsubscribe(stuck.mailbox()); // The close handler may be called twice.
    assertThat(metrics.dropped().count()).as("queued frames are lost too").isEqualTo(20);
  }

  @Test
  void resume_afterAStall_drainsTheMailbox() {
    var stuck = subscribe(Optional.empty(), SectionSelection.DEFAULT);
    stuck.reading = false;
    offer("a", 1);
    offer("a", 2);
    stuck.reading = true;

    broadcaster.resume(stuck.mailbox());

    assertThat(stuck.frames).hasSize(2);
    broadcaster.unsubscribe(stuck.mailbox());
    broadcaster.resume(stuck.mailbox()); // A drain event may follow the close.
    assertThat(stuck.frames).hasSize(2);
  }

  @Test
  void start_everySecond_callsSubscribers() {
    var fleet = subscribe(Optional.empty(), SectionSelection.DEFAULT);

    timers.advance(Duration.ofSeconds(3));

    assertThat(fleet.ticks).isEqualTo(3);
  }

  @Test
  void subscribe_withProcesses_renewsTheLeaseWhileTheStreamIsOpen() throws Exception {
    var renewals = new LinkedBlockingQueue<Section>();
    vertx
        .eventBus()
        .consumer(Address.collector("a"), DemandTopic.demandHandler(renewals::add))
        .completion()
        .toCompletionStage()
        .toCompletableFuture()
        .get(60, SECONDS);
    offer("a", 1);
    subscribe(Optional.empty(), SectionSelection.DEFAULT);
    timers.advance(Duration.ofSeconds(30));
    var withProcesses = subscribe(Optional.of("a"), SectionSelection.parse("process"));

    assertThat(renewals.poll(60, SECONDS)).as("at once").isEqualTo(Section.PROCESS);
    timers.advance(Duration.ofSeconds(5));
    assertThat(renewals.poll(60, SECONDS)).as("each third of a lease").isEqualTo(Section.PROCESS);
    broadcaster.unsubscribe(withProcesses.mailbox());
    timers.advance(Duration.ofSeconds(30));
    broadcaster.demandProcesses(Optional.empty());
    assertThat(renewals.poll(60, SECONDS)).as("the marker").isEqualTo(Section.PROCESS);
    assertThat(renewals).as("nothing was renewed for streams without processes").isEmpty();
  }

  @Test
  void close_endsEveryStreamAndStopsTheTimers() {
    tick(1, "a", "b");
    var one = subscribe(Optional.empty(), SectionSelection.DEFAULT);
    var stuck = subscribe(Optional.of("a"), SectionSelection.DEFAULT);
    stuck.reading = false;
    for (int sequence = 2; sequence <= 20; sequence++) {
      offer("a", sequence);
    }

    broadcaster.close();
    publisher.close();

    assertThat(one.closes).isEqualTo(1);
    assertThat(stuck.closes).isEqualTo(1);
    assertThat(metrics.openStreams().current()).isZero();
    assertThat(metrics.dropped().count()).as("queued frames are lost too").isEqualTo(19);
    assertThat(timers.size()).isZero();
    assertThat(subscribe(Optional.empty(), SectionSelection.DEFAULT).closes)
        .as("subscribed after the close")
        .isEqualTo(1);
    assertThat(metrics.openStreams().current()).isZero();
  }

  private void tick(long sequence, String... hosts) {
    for (var host : hosts) {
      offer(host, sequence);
    }
  }

  private void offer(String host, long sequence) {
    publisher.offer(TestFrame.of(host).sequence(sequence).build());
  }

  private RecordingSubscriber subscribe(Optional<String> host, SectionSelection include) {
    var subscriber = new RecordingSubscriber(host, include);
    assertThat(metrics.openStreams().tryOpen(0)).isTrue();
    subscriber.mailbox = broadcaster.subscribe(subscriber);
    return subscriber;
  }

  /** A subscriber that records its frames and calls. */
  private static final class RecordingSubscriber implements Subscriber {
    private final Optional<String> host;
    private final SectionSelection include;
    private final List<FleetFrame> frames = new ArrayList<>();
    private @Nullable Mailbox mailbox;
    private Runnable onDrain = () -> {};
    private boolean reading = true;
    private int ticks;
    private int closes;

    RecordingSubscriber(Optional<String> host, SectionSelection include) {
      this.host = host;
      this.include = include;
    }

    Mailbox mailbox() {
      return requireNonNull(mailbox);
    }

    /** The hostnames and the times of the frames. */
    List<String> labels() {
      return frames.stream()
          .map(frame -> new JsonObject(FrameText.json(frame)))
          .map(json -> json.getString("hostname") + " " + json.getString("timestamp").substring(11))
          .toList();
    }

    @Override
    public Optional<String> host() {
      return host;
    }

    @Override
    public SectionSelection include() {
      return include;
    }

    @Override
    public void drain(Mailbox mailbox) {
      if (reading) {
        mailbox.take().ifPresent(frames::add);
        mailbox.take().ifPresent(frames::add);
      }
      onDrain.run();
    }

    @Override
    public void onSecondElapsed() {
      ticks++;
    }

    @Override
    public void close() {
      closes++;
    }
  }
}
