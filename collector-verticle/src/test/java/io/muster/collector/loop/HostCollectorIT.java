package io.muster.collector.loop;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.Address;
import io.muster.bus.DemandTopic;
import io.muster.bus.FleetException.Code;
import io.muster.bus.FrameTopic;
import io.muster.bus.metrics.MeterFactory;
import io.muster.bus.service.CollectorService;
import io.muster.bus.transport.BusService;
import io.muster.collector.source.GpuReadings;
import io.muster.collector.source.HostReadings;
import io.muster.runtime.node.Clocks;
import io.muster.schema.frame.CollectReply;
import io.muster.schema.frame.CollectRequest;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import io.muster.schema.host.ProcessEntry;
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

/** A collector and its subscribers, over an event bus. */
class HostCollectorIT {
  private static final CollectRequest PROCESSES = CollectRequest.of(Set.of(Section.PROCESS));
  private static final HostProfile PROFILE =
      new HostProfile("gpu-01", "6e1131b4b9cc454aa6ce3294ab860b2d", 77, false);

  private final ContextFixture context = new ContextFixture();
  private final Vertx vertx = context.vertx();
  private final MeterFactory meters = new MeterFactory(new SimpleMeterRegistry(), "");
  private final BusService services =
      new BusService(vertx, new SimpleMeterRegistry(), System::nanoTime);
  private final CountDownLatch driverLatch = new CountDownLatch(1);
  private final List<EncodedFrame> receivedFrames = new CopyOnWriteArrayList<>();
  private final BlockingQueue<EncodedFrame> published = new LinkedBlockingQueue<>();
  private final ScriptedSource<HostReadings> host =
      new ScriptedSource<>(
          "host",
          request ->
              ReadingFixtures.hostReadings(
                  request.includesProcesses() ? Optional.of(List.of()) : Optional.empty()));
  private final ScriptedSource<GpuReadings> gpus =
      new ScriptedSource<>("nvml", request -> ReadingFixtures.gpuReadings(List.of()));
  private final HostCollector collector = collector();

  @BeforeEach
  void start() throws TimeoutException {
    context.await(() -> collector.listen(services).mapEmpty());
    context.await(
        () ->
            FrameTopic.on(vertx)
                .subscribe(
                    receivedFrames::add,
                    new MeterFactory(new SimpleMeterRegistry(), "muster.test.")));
  }

  @AfterEach
  void stop() throws TimeoutException {
    driverLatch.countDown();
    context.close();
  }

  @Test
  void collect_fiftyConcurrentRequests_shareOneFrameReceivedBeforeTheReply() throws Exception {
    host.setReading(
        ScriptedSource.blockingReading(
            driverLatch, ReadingFixtures.hostReadings(Optional.empty())));

    var receivedBeforeReply =
        context.await(
            () -> {
              var replies = collectFiftyTimes();
              vertx.setTimer(1, later -> driverLatch.countDown());
              return replies;
            });

    assertThat(receivedBeforeReply).hasSize(50).containsOnly(true);
    assertThat(host.readCount()).isEqualTo(1);
    assertThat(receivedFrames).hasSize(1);
  }

  @Test
  void collect_driverHangs_publishesAFrameWithTheError() throws Exception {
    gpus.setReading(
        ScriptedSource.blockingReading(driverLatch, ReadingFixtures.gpuReadings(List.of())));

    var receipt = proxy().collect(PROCESSES).await(20, SECONDS);

    assertThat(receipt).isEqualTo(new CollectReply(77, 1));
    var frame = published.take();
    assertThat(frame.errors())
        .extracting(SectionError::section, SectionError::kind)
        .containsExactly(tuple("gpu", SectionError.Kind.TIMEOUT));
  }

  @Test
  void collect_collectorClosed_isUnavailableAtOnceAndReadsNothing() throws Exception {
    context.await(collector::close);

    var failure = catchThrowable(() -> proxy().collect(PROCESSES).await(20, SECONDS));

    assertThat(failure).hasFieldOrPropertyWithValue("code", Code.UNAVAILABLE);
    assertThat(host.readCount()).isZero();
  }

  @Test
  void renew_overTheBus_isReceivedBesideRequests() throws Exception {
    DemandTopic.on(vertx).renew("gpu-01", Section.PROCESS);
    // Messages of one sender arrive in order.
    proxy().collect(CollectRequest.WITHOUT_COSTLY_SECTIONS).await(20, SECONDS);

    assertThat(collector.hasProcessTableDemand()).isTrue();
  }

  /** Returns for each request whether its frame was received before its receipt. */
  private Future<List<Boolean>> collectFiftyTimes() {
    var service = proxy();
    var replies =
        IntStream.range(0, 50)
            .mapToObj(
                number ->
                    service.collect(CollectRequest.WITHOUT_COSTLY_SECTIONS).map(this::isReceived))
            .toList();
    return Future.all(replies).map(all -> all.list());
  }

  private boolean isReceived(CollectReply receipt) {
    return receivedFrames.stream().anyMatch(frame -> receipt.isSatisfiedBy(frame.header()));
  }

  private CollectorService proxy() {
    return services.proxy(
        Address.collector("gpu-01"), CollectorService.class, Duration.ofSeconds(20));
  }

  private HostCollector collector() {
    var gpuOptions = new LaneOptions(Duration.ofMillis(200), System::nanoTime, meters);
    var hostOptions = new LaneOptions(Duration.ofSeconds(20), System::nanoTime, meters);
    var hostLane = NativeLane.open(vertx, host, Set.of(Section.CPU), hostOptions);
    var gpuLane = NativeLane.open(vertx, gpus, Set.of(Section.GPU), gpuOptions);
    var assembler =
        new FrameAssembler(
            PROFILE,
            Duration.ofSeconds(3),
            ReadingFixtures.newEnergyCounters(),
            ProcessEntry::withTruncatedTexts);
    var clocks = Clocks.system();
    var loop = new SamplingLoop(PROFILE, clocks, hostLane, List.of(gpuLane), assembler);
    return new HostCollector(
        loop, clocks, CollectMetrics.of(meters), this::publish, new RejectingInspectionService());
  }

  private void publish(SamplingLoop.CollectedFrame collected) {
    published.add(collected.frame());
    FrameTopic.on(vertx).publish(collected.frame());
  }
}
