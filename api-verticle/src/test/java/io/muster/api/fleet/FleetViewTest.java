package io.muster.api.fleet;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.api.fleet.FrameBytes.EventIdFormat;
import io.muster.bus.FrameRejectedException;
import io.muster.bus.FrameRejection;
import io.muster.bus.metrics.MeterFactory;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import io.muster.schema.frame.SectionSelection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class FleetViewTest {
  private static final Optional<String> ALL = Optional.empty();

  private final ManualNanos nanos = new ManualNanos();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final FleetView view =
      new FleetView(
          "fleet-1", TestFrame.FLEET_LIMITS, nanos, new MeterFactory(registry, "muster.api."));

  @Test
  void offer_moreHostsThanTheLimit_rejectsNewHostsOnly() {
    var limited = viewWith(new FleetLimits(2, 1 << 20));
    limited.offer(TestFrame.of("a").build());
    limited.offer(TestFrame.of("b").build());

    for (int host = 0; host < 1_000; host++) {
      var frame = TestFrame.of("new-" + host).build();
      assertThatThrownBy(() -> limited.offer(frame))
          .isInstanceOf(FrameRejectedException.class)
          .hasFieldOrPropertyWithValue("reason", FrameRejection.HOSTS)
          .hasMessageContaining("api.max_hosts");
    }

    assertThat(limited.hosts()).containsExactly("a", "b");
    assertThat(limited.offer(TestFrame.of("b").sequence(2).build())).isTrue();
  }

  @Test
  void offer_moreBytesThanTheLimit_keepsTheLastFrame() {
    var limited = viewWith(new FleetLimits(10, 1_000));
    limited.offer(withSectionOf("a", 1, 500));
    limited.offer(withSectionOf("b", 1, 400));

    for (var frame : List.of(withSectionOf("a", 2, 700), withSectionOf("c", 1, 101))) {
      assertThatThrownBy(() -> limited.offer(frame))
          .isInstanceOf(FrameRejectedException.class)
          .hasFieldOrPropertyWithValue("reason", FrameRejection.MEMORY);
    }

    assertThat(limited.newestFrame("a").orElseThrow().sizeBytes()).isEqualTo(500);
    assertThat(limited.offer(withSectionOf("a", 3, 500))).isTrue();
    assertThat(limited.offer(withSectionOf("b", 2, 100))).isTrue();
    assertThat(limited.offer(withSectionOf("c", 1, 400))).isTrue();
  }

  @Test
  void forgetSilent_releasesTheBytesOfTheHost() {
    var limited = viewWith(new FleetLimits(10, 1_000));
    limited.offer(withSectionOf("a", 1, 1_000));
    nanos.advance(Duration.ofHours(1));

    limited.forgetSilent(Duration.ofMinutes(1));

    assertThat(limited.offer(withSectionOf("b", 1, 1_000))).isTrue();
  }

  @Test
  void currentFrame_noFrames_isEmpty() {
    assertThat(view.currentFrame(ALL)).isEmpty();
    assertThat(view.currentFrame(Optional.of("a"))).isEmpty();
    assertThat(view.hosts()).isEmpty();
  }

  @Test
  void offer_newerFrame_replacesTheOlder() {
    assertThat(view.offer(frame("a", 1).build())).isTrue();
    assertThat(view.offer(frame("a", 2).build())).isTrue();

    assertThat(view.newestFrame("a").orElseThrow().header().sequence()).isEqualTo(2);
    assertThat(count("frames.accepted")).isEqualTo(2);
    assertThat(count("frames.superseded")).isZero();
  }

  @Test
  void offer_duplicateAndLateFrames_areCountedAndDropped() {
    view.offer(frame("a", 5).build());

    assertThat(view.offer(frame("a", 5).build())).as("twice").isFalse();
    assertThat(view.offer(frame("a", 4).build())).as("late").isFalse();
    assertThat(view.offer(frame("a", 7).build())).as("with a gap").isTrue();
    assertThat(view.offer(frame("a", 6).build())).as("out of order").isFalse();

    assertThat(view.newestFrame("a").orElseThrow().header().sequence()).isEqualTo(7);
    assertThat(count("frames.accepted")).isEqualTo(2);
    assertThat(count("frames.superseded")).isEqualTo(3);
  }

  @Test
  void offer_lateFrame_doesNotKeepASilentHostAlive() {
    view.offer(frame("a", 5).build());
    nanos.advance(Duration.ofSeconds(6));
    view.offer(frame("a", 4).build());
    nanos.advance(Duration.ofSeconds(1));

    assertThat(view.freshHosts()).isEmpty();
  }

  @Test
  void offer_restartedCollector_countsFromOneAgain() {
    view.offer(frame("a", 900).boot(1_000).build());

    assertThat(view.offer(frame("a", 1).boot(2_000).build())).isTrue();
    assertThat(view.offer(frame("a", 901).boot(1_000).build())).as("of the old boot").isFalse();
    assertThat(view.newestFrame("a").orElseThrow().header().bootId()).isEqualTo(2_000);
  }

  @Test
  void offer_restartedWithItsClockSetBack_isAcceptedOnceTheOldBootIsSilent() {
    view.offer(frame("a", 900).boot(2_000).build());

    nanos.advance(Duration.ofSeconds(7).minusNanos(1));
    assertThat(view.offer(frame("a", 1).boot(1_000).build()))
        .as("the old boot is not silent")
        .isFalse();
    nanos.advanceNanos(1);
    assertThat(view.offer(frame("a", 2).boot(1_000).build())).as("the old boot is silent").isTrue();
    assertThat(view.offer(frame("a", 3).boot(1_000).build())).as("the new boot continues").isTrue();
  }

  @Test
  void offer_silentHostOfTheSameBoot_mustStillBeNewer() {
    view.offer(frame("a", 9).build());
    nanos.advance(Duration.ofMinutes(5));

    assertThat(view.offer(frame("a", 8).build())).isFalse();
    assertThat(view.offer(frame("a", 10).build())).isTrue();
    assertThat(view.freshHosts()).containsExactly("a");
  }

  @Test
  void freshHosts_twoIntervalsAndASecondLater_hostIsStale() {
    view.offer(frame("slow", 1).interval(Duration.ofSeconds(10)).build());
    view.offer(frame("quick", 1).interval(Duration.ofSeconds(3)).build());

    nanos.advance(Duration.ofSeconds(7).minusNanos(1));
    assertThat(view.freshHosts()).containsExactly("quick", "slow");
    nanos.advanceNanos(1);
    assertThat(view.freshHosts()).containsExactly("slow");
    nanos.advance(Duration.ofSeconds(14));
    assertThat(view.freshHosts()).isEmpty();
    assertThat(view.hosts()).as("all known hosts").containsExactly("quick", "slow");
  }

  @Test
  void currentFrame_oneHost_hasItsName() {
    view.offer(frame("a", 1).section(Section.GPU, "[{\"uuid\":\"1\"}]").build());

    assertThat(json(ALL))
        .isEqualTo(
            "{\"gpus\":[{\"uuid\":\"1\"}],\"hostname\":\"a\",\"schema\":1,\"timestamp\":\"2026-08-08T12:34:56Z\"}");
    assertThat(view.currentFrame(ALL))
        .as("same frame with and without the name")
        .isEqualTo(view.currentFrame(of("a")));
  }

  @Test
  void currentFrame_severalHosts_hasTheFleetName() {
    view.offer(frame("b", 2).section(Section.GPU, "[{\"uuid\":\"2\"}]").build());
    view.offer(frame("a", 1).section(Section.GPU, "[{\"uuid\":\"1\"}]").build());

    assertThat(json(ALL))
        .isEqualTo(
            "{\"gpus\":[{\"uuid\":\"1\"},{\"uuid\":\"2\"}],\"hostname\":\"fleet-1\",\"schema\":1,"
                + "\"timestamp\":\"2026-08-08T12:34:59Z\"}");
    assertThat(json(of("b"))).contains("\"hostname\":\"b\"").doesNotContain("\"uuid\":\"1\"");
    assertThat(view.currentFrame(of("c"))).as("unknown host").isEmpty();
  }

  @Test
  void currentFrame_staleHost_isInErrorsOnly() {
    view.offer(frame("a", 3).section(Section.GPU, "[{\"uuid\":\"old\"}]").build());
    nanos.advance(Duration.ofSeconds(4));
    view.offer(frame("b", 1).section(Section.GPU, "[{\"uuid\":\"new\"}]").build());
    assertThat(json(ALL)).contains("old", "new").doesNotContain("errors");

    nanos.advance(Duration.ofSeconds(3));

    assertThat(json(ALL))
        .isEqualTo(
            "{\"errors\":[{\"kind\":\"stale\",\"message\":\"host a: no frame since"
                + " 2026-08-08T12:35:02.789Z\",\"section\":\"gpu\"}],"
                + "\"gpus\":[{\"uuid\":\"new\"}],\"hostname\":\"fleet-1\",\"schema\":1,"
                + "\"timestamp\":\"2026-08-08T12:34:56Z\"}");
  }

  @Test
  void currentFrame_everyHostStale_keepsTheInstantOfTheNewestFrame() {
    view.offer(frame("a", 2).section(Section.GPU, "[]").build());
    nanos.advance(Duration.ofMinutes(1));

    assertThat(json(ALL))
        .contains("\"kind\":\"stale\"", "\"timestamp\":\"2026-08-08T12:34:59Z\"")
        .doesNotContain("gpus");
  }

  @Test
  void currentFrame_errorsOfAFreshHost_areIncluded() {
    var error = new SectionError(Section.GPU, SectionError.Kind.TIMEOUT, "timed out");
    view.offer(frame("a", 1).error(error).build());

    assertThat(json(ALL))
        .contains("{\"kind\":\"timeout\",\"message\":\"timed out\",\"section\":\"gpu\"}");
  }

  @Test
  void currentFrame_unchanged_isTheSameObjectWithTheSameBytes() {
    view.offer(frame("a", 1).section(Section.GPU, "[]").build());
    view.offer(frame("b", 1).section(Section.GPU, "[]").build());
    var fleet = view.currentFrame(ALL).orElseThrow();
    var one = view.currentFrame(of("a")).orElseThrow();

    nanos.advance(Duration.ofSeconds(7).minusNanos(1));
    view.offer(frame("a", 1).build()); // A duplicate changes nothing.
    assertThat(view.currentFrame(ALL)).containsSame(fleet);
    var all = fleet.bytes(SectionSelection.ALL);
    assertThat(all)
        .isSameAs(fleet.bytes(SectionSelection.parse("gpu,cpu,mem,chassis,process,disk")));
    assertThat(all.json(false)).isSameAs(all.json(false)).isNotSameAs(all.json(true));
    for (var compressed : new boolean[] {false, true}) {
      assertThat(all.event(EventIdFormat.TIMESTAMP, compressed))
          .isSameAs(all.event(EventIdFormat.TIMESTAMP, compressed))
          .isNotSameAs(all.event(EventIdFormat.INSTANT, compressed));
    }

    view.offer(frame("b", 2).build());
    assertThat(view.currentFrame(ALL))
        .as("the frame of one host is not a tick")
        .containsSame(fleet);
    view.compose();
    assertThat(view.currentFrame(ALL).orElseThrow()).as("fleet has changed").isNotSameAs(fleet);
    assertThat(view.currentFrame(of("a"))).as("host a has not").containsSame(one);

    nanos.advanceNanos(1);
    assertThat(view.currentFrame(of("a")).orElseThrow()).as("a is stale now").isNotSameAs(one);
  }

  @Test
  void event_isOneServerSentEventWithTheTimeStampAsItsId() {
    view.offer(frame("a", 1).section(Section.MEMORY, "[]").build());

    assertThat(FrameText.event(view.currentFrame(ALL).orElseThrow(), EventIdFormat.TIMESTAMP))
        .isEqualTo(
            """
            event: snapshot
            id: 2026-08-08T12:34:56Z
            data: {"hostname":"a","memory":[],"schema":1,"timestamp":"2026-08-08T12:34:56Z"}

            """);
  }

  @Test
  void event_forReplays_hasTheInstantAsItsId() {
    view.offer(frame("a", 1).build());

    assertThat(FrameText.event(view.currentFrame(ALL).orElseThrow(), EventIdFormat.INSTANT))
        .contains("\nid: 2026-08-08T12:34:56.789000Z\n", "\"timestamp\":\"2026-08-08T12:34:56Z\"");
  }

  @Test
  void interval_isThatOfTheQuickestHost() {
    view.offer(frame("a", 1).interval(Duration.ofSeconds(10)).build());
    view.offer(frame("b", 1).interval(Duration.ofSeconds(2)).build());

    assertThat(view.currentFrame(ALL).orElseThrow().interval()).isEqualTo(Duration.ofSeconds(2));
    nanos.advance(Duration.ofMinutes(1));
    assertThat(view.currentFrame(ALL).orElseThrow().interval()).isEqualTo(Duration.ZERO);
  }

  @Test
  void currentFrame_whileOtherThreadsRead_isNeverOlderThanTheOfferedOne() throws Exception {
    view.offer(frame("a", 1).build());
    var stop = new AtomicBoolean();
    var reader =
        CompletableFuture.runAsync(
            () -> {
              while (!stop.get()) {
                assertThat(view.currentFrame(of("a"))).isPresent();
              }
            });

    try {
      for (int sequence = 2; sequence <= 20_000; sequence++) {
        view.offer(frame("a", sequence).build());
        view.currentFrame(of("a"));
        var shown = view.currentFrame(of("a")).orElseThrow().frames().get(0).header().sequence();
        assertThat(shown).isEqualTo(sequence);
      }
    } finally {
      stop.set(true);
    }
    reader.get(60, SECONDS);
  }

  private String json(Optional<String> host) {
    return FrameText.json(view.currentFrame(host).orElseThrow());
  }

  private static Optional<String> of(String host) {
    return Optional.of(host);
  }

  private static TestFrame frame(String host, long sequence) {
    return TestFrame.of(host).sequence(sequence);
  }

  private double count(String name) {
    return registry.get("muster.api." + name).counter().count();
  }

  private FleetView viewWith(FleetLimits limits) {
    return new FleetView(
        "fleet-1", limits, nanos, new MeterFactory(new SimpleMeterRegistry(), "muster.api."));
  }

  private static EncodedFrame withSectionOf(String host, int sequence, int bytes) {
    return TestFrame.of(host)
        .sequence(sequence)
        .section(Section.CPU, "[" + "x".repeat(bytes - 2) + "]")
        .build();
  }
}
