package io.muster.collector.loop;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.bus.Address;
import io.muster.bus.DemandTopic;
import io.muster.bus.FleetException.Code;
import io.muster.bus.FrameTopic;
import io.muster.bus.service.BusService;
import io.muster.bus.service.CollectorService;
import io.muster.collector.source.GpuReading;
import io.muster.collector.source.HostReading;
import io.muster.runtime.node.Clocks;
import io.muster.schema.frame.CollectReceipt;
import io.muster.schema.frame.CollectRequest;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A collector and its readers, over an event bus. */
class HostCollectorIT {
  private static final CollectRequest PROCESSES = CollectRequest.of(Set.of(Section.PROCESS));
  private static final HostProfile PROFILE =
      new HostProfile("gpu-01", "6e1131b4b9cc454aa6ce3294ab860b2d", 77, false);

  private final LoopContext node = new LoopContext();
  private final Vertx vertx = node.vertx();
  private final CountDownLatch driver = new CountDownLatch(1);
  private final List<EncodedFrame> heard = new CopyOnWriteArrayList<>();
  private final BlockingQueue<EncodedFrame> published = new LinkedBlockingQueue<>();
  private final ScriptedSource<HostReading> host =
      new ScriptedSource<>(
          "host",
          request ->
              LoopSamples.host(request.processes() ? Optional.of(List.of()) : Optional.empty()));
  private final ScriptedSource<GpuReading> gpus =
      new ScriptedSource<>("nvml", request -> LoopSamples.gpus(List.of()));
  private final HostCollector collector = collector();

  @BeforeEach
  void start() throws TimeoutException {
    node.await(() -> collector.listen(DemandTopic.on(vertx)).mapEmpty());
    node.await(() -> FrameTopic.on(vertx).subscribe(heard::add));
  }

  @AfterEach
  void stop() throws TimeoutException {
    driver.countDown();
    node.close();
  }

  @Test
  void collect_fiftyReadersAtOnce_shareOneFrameThatEachHasWhenItIsAnswered() throws Exception {
    host.answer(ScriptedSource.hanging(driver, LoopSamples.host(Optional.empty())));

    var heardAtTheAnswer =
        node.await(
            () -> {
              var answers = fifty();
              vertx.setTimer(1, later -> driver.countDown());
              return answers;
            });

    assertThat(heardAtTheAnswer).hasSize(50).containsOnly(true);
    assertThat(host.reads()).isEqualTo(1);
    assertThat(heard).hasSize(1);
  }

  @Test
  void collect_driverHangs_readerGetsAFrameWithTheError() throws Exception {
    gpus.answer(ScriptedSource.hanging(driver, LoopSamples.gpus(List.of())));

    var receipt = proxy().collect(PROCESSES).await(20, SECONDS);

    assertThat(receipt).isEqualTo(new CollectReceipt(77, 1));
    var frame = published.take();
    assertThat(frame.errors())
        .extracting(SectionError::section, SectionError::kind)
        .containsExactly(tuple("gpu", SectionError.Kind.TIMEOUT));
  }

  @Test
  void collect_collectorClosed_isUnavailableAtOnceAndReadsNothing() throws Exception {
    node.await(collector::close);

    var failure = catchThrowable(() -> proxy().collect(PROCESSES).await(20, SECONDS));

    assertThat(failure).hasFieldOrPropertyWithValue("code", Code.UNAVAILABLE);
    assertThat(host.reads()).isZero();
  }

  @Test
  void renew_overTheBus_isHeardBesideRequests() throws Exception {
    DemandTopic.on(vertx).renew("gpu-01", Section.PROCESS);
    // What was published before is heard before.
    proxy().collect(CollectRequest.WITHOUT_COSTLY_SECTIONS).await(20, SECONDS);

    assertThat(collector.isProcessTableWanted()).isTrue();
  }

  /** Whether each had heard the frame when it was named to it. */
  private Future<List<Boolean>> fifty() {
    var service = proxy();
    var answers =
        IntStream.range(0, 50)
            .mapToObj(
                reader ->
                    service.collect(CollectRequest.WITHOUT_COSTLY_SECTIONS).map(this::isHeard))
            .toList();
    return Future.all(answers).map(all -> all.list());
  }

  private boolean isHeard(CollectReceipt receipt) {
    return heard.stream().anyMatch(frame -> receipt.isSatisfiedBy(frame.header()));
  }

  private CollectorService proxy() {
    return BusService.proxy(
        vertx, Address.collector("gpu-01"), CollectorService.class, Duration.ofSeconds(20));
  }

  private HostCollector collector() {
    var terms = new LaneTerms(Duration.ofMillis(200), System::nanoTime, source -> LaneMeter.NONE);
    var patient = new LaneTerms(Duration.ofSeconds(20), System::nanoTime, source -> LaneMeter.NONE);
    var hostLane = NativeLane.open(vertx, host, Set.of(Section.CPU), "host", patient);
    var gpuLane = NativeLane.open(vertx, gpus, Set.of(Section.GPU), "nvml", terms);
    var assembler = FrameAssembler.ofCutTexts(PROFILE, Duration.ofSeconds(3), LoopSamples.energy());
    var clocks = Clocks.system();
    var loop = new SamplingLoop(PROFILE, clocks, hostLane, List.of(gpuLane), assembler);
    return new HostCollector(loop, clocks, new CollectTally(), this::publish, new NoInspections());
  }

  private void publish(SamplingLoop.Sample sample) {
    published.add(sample.frame());
    FrameTopic.on(vertx).publish(sample.frame());
  }
}
