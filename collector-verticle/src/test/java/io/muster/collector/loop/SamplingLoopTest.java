package io.muster.collector.loop;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.bus.DemandTopic;
import io.muster.collector.source.GpuReading;
import io.muster.collector.source.HostReading;
import io.muster.collector.source.ReadRequest;
import io.muster.runtime.node.Clocks;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameTestData;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
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
  private static final Duration PATIENT = Duration.ofSeconds(15);
  private static final HostProfile PROFILE =
      new HostProfile("gpu-01", "6e1131b4b9cc454aa6ce3294ab860b2d", 1, false);

  private final LoopContext context = new LoopContext();
  private final CountDownLatch driver = new CountDownLatch(1);
  private final AtomicLong nanos = new AtomicLong();
  private final BlockingQueue<EncodedFrame> heard = new LinkedBlockingQueue<>();
  private final BlockingQueue<Optional<HostReading.NetworkCounters>> handedOn =
      new LinkedBlockingQueue<>();
  private final BlockingQueue<ReadRequest> requests = new LinkedBlockingQueue<>();
  private final ScriptedSource<HostReading> host = new ScriptedSource<>("host", this::answer);
  private final ScriptedSource<GpuReading> gpus =
      new ScriptedSource<>(
          "nvml", request -> LoopSamples.gpus(List.of(FrameTestData.gpu("gpu-01"))));

  @AfterEach
  void close() throws TimeoutException {
    driver.countDown();
    context.close();
  }

  @Test
  void sample_everySourceAnswers_makesOneFrame() throws Exception {
    var loop = loop(PATIENT);

    tick(loop);

    var frame = next(heard);
    assertThat(frame.header().sequence()).isEqualTo(1);
    assertThat(frame.header().sampledAt()).isEqualTo(END);
    assertThat(frame.readings().gpus()).containsExactly(FrameTestData.gpu("gpu-01"));
    assertThat(frame.errors()).isEmpty();
    assertThat(next(handedOn)).contains(LoopSamples.NETWORK);
    assertThat(next(requests))
        .isEqualTo(
            new ReadRequest(
                TICK, WireTime.localSeconds(TICK, ZoneId.systemDefault()), "gpu-01", false));
  }

  @Test
  void gpus_betweenTicks_areReadOnTheirLanesAloneAndMakeNoFrame() throws Exception {
    var loop = loop(PATIENT);

    assertThat(context.await(loop::gpus)).containsExactly(FrameTestData.gpu("gpu-01"));
    tick(loop);
    nanos.addAndGet(SamplingLoop.GLANCE_AGE.toNanos() - 1);
    context.await(loop::gpus);

    assertThat(next(heard).header().sequence()).isEqualTo(1);
    assertThat(host.reads()).as("shares of the tick are not cut short").isEqualTo(1);
    assertThat(gpus.reads()).isEqualTo(2);
  }

  @Test
  void gpus_ofADriverThatHangs_areLeftOut() throws Exception {
    tick(loop(PATIENT));
    gpus.answer(ScriptedSource.hanging(driver, LoopSamples.gpus(List.of())));
    var loop = loop(Duration.ofMillis(50));
    tick(loop);

    nanos.addAndGet(SamplingLoop.GLANCE_AGE.toNanos());

    assertThat(context.await(loop::gpus)).isEmpty();
  }

  @Test
  void sample_aDriverHangs_theRestOfTheFrameGoesOutAtEveryTick() throws Exception {
    gpus.answer(ScriptedSource.hanging(driver, LoopSamples.gpus(List.of())));
    var loop = loop(Duration.ofMillis(50));

    tick(loop);
    tick(loop);

    for (int sequence = 1; sequence <= 2; sequence++) {
      var frame = next(heard);
      assertThat(frame.header().sequence()).isEqualTo(sequence);
      assertThat(frame.readings().gpus()).isEmpty();
      assertThat(frame.readings().cpus()).hasSize(1);
      assertThat(frame.errors())
          .extracting(SectionError::section, SectionError::kind)
          .containsExactly(tuple("gpu", SectionError.Kind.TIMEOUT));
    }
    assertThat(gpus.reads()).isEqualTo(1);
  }

  @Test
  void sample_hostSourceBreaks_gpusGoOutAndThereAreNoCounters() throws Exception {
    host.answer(
        request -> {
          throw new UnsatisfiedLinkError("on purpose");
        });

    tick(loop(PATIENT));

    assertThat(next(heard).readings().gpus()).hasSize(1);
    assertThat(next(handedOn)).isEmpty();
  }

  @Test
  void sample_withoutAnyGpuSource_publishes() throws Exception {
    var loop = new SamplingLoop(PROFILE, clocks(), hostLane(PATIENT), List.of(), assembler());

    tick(loop);

    assertThat(next(heard).readings().gpus()).isEmpty();
  }

  @Test
  void sample_somebodyWantsProcesses_collectsThemUntilTheLeaseLapses() throws Exception {
    var loop = loop(PATIENT);

    tick(loop);
    assertThat(next(heard).section(Section.PROCESS)).isEmpty();

    renewDemand(loop);
    tick(loop);
    assertThat(next(heard).section(Section.PROCESS)).isPresent();

    nanos.addAndGet(DemandTopic.LEASE.toNanos());
    tick(loop);
    assertThat(next(heard).section(Section.PROCESS)).isEmpty();
  }

  @Test
  void close_closesEverySource() throws Exception {
    var loop = loop(PATIENT);
    tick(loop);

    context.await(loop::close);

    assertThat(host.closes()).isEqualTo(1);
    assertThat(gpus.closes()).isEqualTo(1);
  }

  private HostReading answer(ReadRequest request) {
    requests.add(request);
    return LoopSamples.host(request.processes() ? Optional.of(List.of()) : Optional.empty());
  }

  private SamplingLoop loop(Duration budget) {
    var lane = NativeLane.open(context.vertx(), gpus, Set.of(Section.GPU), "nvml", terms(budget));
    return new SamplingLoop(PROFILE, clocks(), hostLane(PATIENT), List.of(lane), assembler());
  }

  private NativeLane<HostReading> hostLane(Duration budget) {
    var sections = EnumSet.of(Section.CPU, Section.MEMORY, Section.CHASSIS, Section.STORAGE);
    return NativeLane.open(context.vertx(), host, sections, "host", terms(budget));
  }

  private LaneTerms terms(Duration budget) {
    return new LaneTerms(budget, nanos::get, source -> LaneMeter.NONE);
  }

  private static FrameAssembler assembler() {
    return FrameAssembler.ofCutTexts(PROFILE, Duration.ofSeconds(3), LoopSamples.energy());
  }

  private Clocks clocks() {
    return new Clocks(() -> END, nanos::get);
  }

  private void tick(SamplingLoop loop) throws TimeoutException {
    context.await(
        () ->
            loop.sample(TICK)
                .map(
                    sample -> {
                      heard.add(sample.frame());
                      handedOn.add(sample.network());
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
    var head = queue.poll(20, SECONDS);
    assertThat(head).as("within 20 s").isNotNull();
    return head;
  }
}
