package io.muster.collector.loop;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.DemandTopic;
import io.muster.bus.metrics.MeterFactory;
import io.muster.collector.source.GpuReadings;
import io.muster.collector.source.HostReadings;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.FailureReason;
import io.muster.collector.source.ReadRequest;
import io.muster.runtime.node.Clocks;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameTestData;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.json.WireTime;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SamplingLoopTest {
  private static final Instant TICK = Instant.parse("2026-08-08T12:34:57Z");
  private static final Instant END = TICK.plusMillis(40);
  private static final Duration LONG_TIMEOUT = Duration.ofSeconds(15);
  private static final HostProfile PROFILE =
      new HostProfile("gpu-01", "6e1131b4b9cc454aa6ce3294ab860b2d", 1, false);

  private final MeterFactory meters = new MeterFactory(new SimpleMeterRegistry(), "");
  private final ContextFixture context = new ContextFixture();
  private final CountDownLatch driverLatch = new CountDownLatch(1);
  private final AtomicLong nanos = new AtomicLong();
  private final BlockingQueue<EncodedFrame> frames = new LinkedBlockingQueue<>();
  private final BlockingQueue<Optional<HostReadings.NetworkCounters>> networkCounters =
      new LinkedBlockingQueue<>();
  private final BlockingQueue<Boolean> gpusKnown = new LinkedBlockingQueue<>();
  private final BlockingQueue<ReadRequest> requests = new LinkedBlockingQueue<>();
  private final ScriptedSource<HostReadings> host = new ScriptedSource<>("host", this::readHost);
  private final ScriptedSource<GpuReadings> gpus =
      new ScriptedSource<>(
          "nvml", request -> ReadingFixtures.gpuReadings(List.of(FrameTestData.gpu("gpu-01"))));

  @AfterEach
  void close() throws TimeoutException {
    driverLatch.countDown();
    context.close();
  }

  @Test
  void sample_everySourceReturns_assemblesOneFrame() throws Exception {
    var loop = loop(LONG_TIMEOUT);

    tick(loop);

    var frame = next(frames);
    assertThat(frame.header().sequence()).isEqualTo(1);
    assertThat(frame.header().sampledAt()).isEqualTo(END);
    assertThat(frame.readings().gpus()).containsExactly(FrameTestData.gpu("gpu-01"));
    assertThat(frame.errors()).isEmpty();
    assertThat(next(networkCounters)).contains(ReadingFixtures.NETWORK);
    assertThat(next(gpusKnown)).isTrue();
    assertThat(next(requests))
        .isEqualTo(
            new ReadRequest(
                TICK, WireTime.localSeconds(TICK, ZoneId.systemDefault()), "gpu-01", false));
  }

  @Test
  void latestGpus_betweenTicks_readOnlyTheGpuLanesAndPublishNoFrame() throws Exception {
    var loop = loop(LONG_TIMEOUT);

    assertThat(context.await(loop::latestGpus)).containsExactly(FrameTestData.gpu("gpu-01"));
    tick(loop);
    nanos.addAndGet(SamplingLoop.MAX_LATEST_AGE.toNanos() - 1);
    context.await(loop::latestGpus);

    assertThat(next(frames).header().sequence()).isEqualTo(1);
    assertThat(host.readCount())
        .as("the time between two host reads is not shortened")
        .isEqualTo(1);
    assertThat(gpus.readCount()).isEqualTo(2);
  }

  @Test
  void latestGpus_driverHangs_areLeftOut() throws Exception {
    tick(loop(LONG_TIMEOUT));
    gpus.setReading(
        ScriptedSource.blockingReading(driverLatch, ReadingFixtures.gpuReadings(List.of())));
    var loop = loop(Duration.ofMillis(50));
    tick(loop);

    nanos.addAndGet(SamplingLoop.MAX_LATEST_AGE.toNanos());

    assertThat(context.await(loop::latestGpus)).isEmpty();
  }

  @Test
  void sample_driverHangs_publishesTheRestAtEveryTick() throws Exception {
    gpus.setReading(
        ScriptedSource.blockingReading(driverLatch, ReadingFixtures.gpuReadings(List.of())));
    var loop = loop(Duration.ofMillis(50));

    tick(loop);
    tick(loop);

    for (int sequence = 1; sequence <= 2; sequence++) {
      var frame = next(frames);
      assertThat(frame.header().sequence()).isEqualTo(sequence);
      assertThat(frame.readings().gpus()).isEmpty();
      assertThat(frame.readings().cpus()).hasSize(1);
      assertThat(frame.errors())
          .extracting(SectionError::section, SectionError::kind)
          .containsExactly(tuple("gpu", SectionError.Kind.TIMEOUT));
      assertThat(next(gpusKnown)).isFalse();
    }
    assertThat(gpus.readCount()).isEqualTo(1);
  }

  @Test
  void sample_failures_onlyThatOfAWholeSourceLeavesItsGpusUnknown() throws Exception {
    var loop = loop(LONG_TIMEOUT);
    for (var device : List.of("GPU-1", "")) {
      var failure = new ReadFailure(Section.GPU, "nvml", device, FailureReason.FAILED, "");
      gpus.setReading(request -> new GpuReadings(List.of(), List.of(), List.of(failure), ""));
      tick(loop);
    }

    assertThat(gpusKnown).containsExactly(true, false);
  }

  @Test
  void sample_hostSourceThrows_keepsTheGpusWithoutNetworkCounters() throws Exception {
    host.setReading(
        request -> {
          throw new UnsatisfiedLinkError("on purpose");
        });

    tick(loop(LONG_TIMEOUT));

    assertThat(next(frames).readings().gpus()).hasSize(1);
    assertThat(next(networkCounters)).isEmpty();
  }

  @Test
  void sample_withoutAnyGpuSource_publishes() throws Exception {
    var loop = new SamplingLoop(PROFILE, clocks(), hostLane(LONG_TIMEOUT), List.of(), assembler());

    tick(loop);

    assertThat(next(frames).readings().gpus()).isEmpty();
    assertThat(next(gpusKnown)).isTrue();
  }

  @Test
  void sample_processDemand_collectsThemUntilTheLeaseExpires() throws Exception {
    var loop = loop(LONG_TIMEOUT);

    tick(loop);
    assertThat(next(frames).section(Section.PROCESS)).isEmpty();

    renewDemand(loop);
    tick(loop);
    assertThat(next(frames).section(Section.PROCESS)).isPresent();

    nanos.addAndGet(DemandTopic.LEASE_DURATION.toNanos());
    tick(loop);
    assertThat(next(frames).section(Section.PROCESS)).isEmpty();
  }

  @Test
  void close_afterATick_closesEverySource() throws Exception {
    var loop = loop(LONG_TIMEOUT);
    tick(loop);

    context.await(loop::close);

    assertThat(host.closeCount()).isEqualTo(1);
    assertThat(gpus.closeCount()).isEqualTo(1);
  }

  private HostReadings readHost(ReadRequest request) {
    requests.add(request);
    return ReadingFixtures.hostReadings(
        request.includesProcesses() ? Optional.of(List.of()) : Optional.empty());
  }

  private SamplingLoop loop(Duration timeout) {
    var lane = NativeLane.open(context.vertx(), gpus, Set.of(Section.GPU), laneOptions(timeout));
    return new SamplingLoop(PROFILE, clocks(), hostLane(LONG_TIMEOUT), List.of(lane), assembler());
  }

  private NativeLane<HostReadings> hostLane(Duration timeout) {
    var sections = EnumSet.of(Section.CPU, Section.MEMORY, Section.CHASSIS, Section.STORAGE);
    return NativeLane.open(context.vertx(), host, sections, laneOptions(timeout));
  }

  private LaneOptions laneOptions(Duration timeout) {
    return new LaneOptions(timeout, nanos::get, meters);
  }

  private static FrameAssembler assembler() {
    return new FrameAssembler(
        PROFILE,
        Duration.ofSeconds(3),
        ReadingFixtures.newEnergyCounters(),
        ProcessEntry::withTruncatedTexts);
  }

  private Clocks clocks() {
    return new Clocks(() -> END, nanos::get);
  }

  private void tick(SamplingLoop loop) throws TimeoutException {
    context.await(
        () ->
            loop.sample(TICK)
                .map(
                    collected -> {
                      frames.add(collected.frame());
                      networkCounters.add(collected.network());
                      gpusKnown.add(collected.areGpusKnown());
                      return null;
                    }));
  }

  private void renewDemand(SamplingLoop loop) throws TimeoutException {
    context.await(
        () -> {
          loop.renewDemand(Section.PROCESS);
          return Future.succeededFuture();
        });
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    var element = queue.poll(20, SECONDS);
    assertThat(element).as("within 20 s").isNotNull();
    return element;
  }
}
