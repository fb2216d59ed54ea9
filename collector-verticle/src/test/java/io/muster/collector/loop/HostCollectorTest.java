package io.muster.collector.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.DemandTopic;
import io.muster.bus.metrics.MeterFactory;
import io.muster.collector.loop.SamplingLoop.CollectedFrame;
import io.muster.collector.source.GpuReadings;
import io.muster.collector.source.HostReadings;
import io.muster.collector.source.ReadRequest;
import io.muster.runtime.node.Clocks;
import io.muster.schema.frame.CollectReply;
import io.muster.schema.frame.CollectRequest;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.inspection.ProcessQuery;
import io.muster.schema.inspection.SampleRequest;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostCollectorTest {
  private static final Instant TICK = Instant.parse("2026-08-08T12:34:57Z");
  private static final Instant END = TICK.plusMillis(40);
  private static final Duration LONG_TIMEOUT = Duration.ofSeconds(15);
  private static final CollectRequest PLAIN = CollectRequest.WITHOUT_COSTLY_SECTIONS;
  private static final CollectRequest PROCESSES = CollectRequest.of(Set.of(Section.PROCESS));
  private static final HostProfile PROFILE =
      new HostProfile("gpu-01", "6e1131b4b9cc454aa6ce3294ab860b2d", 77, false);

  private final ContextFixture context = new ContextFixture();
  private final CountDownLatch driverLatch = new CountDownLatch(1);
  private final AtomicLong nanos = new AtomicLong();
  private final List<EncodedFrame> published = new CopyOnWriteArrayList<>();
  private final List<ReadRequest> readRequests = new CopyOnWriteArrayList<>();
  private final MeterFactory meters = new MeterFactory(new SimpleMeterRegistry(), "");
  private final CollectMetrics metrics = CollectMetrics.of(meters);
  private final ScriptedSource<HostReadings> host = new ScriptedSource<>("host", this::readHost);
  private final ScriptedSource<GpuReadings> gpus =
      new ScriptedSource<>("nvml", request -> ReadingFixtures.gpuReadings(List.of()));

  @AfterEach
  void close() throws TimeoutException {
    driverLatch.countDown();
    context.close();
  }

  @Test
  void collect_noPassRunning_publishesAFrameAndReturnsItsReceipt() throws TimeoutException {
    var collector = collector(LONG_TIMEOUT);

    var receipt = context.await(() -> collector.collect(PLAIN));

    assertThat(receipt).isEqualTo(new CollectReply(77, 1));
    assertThat(headers()).extracting(FrameHeader::sampledAt).containsExactly(END);
    assertThat(published.get(0).section(Section.PROCESS)).isEmpty();
    assertThat(readRequests).extracting(ReadRequest::at).containsExactly(END);
  }

  @Test
  void collect_frame_isPublishedBeforeTheReply() throws TimeoutException {
    var collector = collector(LONG_TIMEOUT);

    var publishedBefore =
        context.await(() -> collector.collect(PLAIN).map(receipt -> published.size()));

    assertThat(publishedBefore).isEqualTo(1);
  }

  @Test
  void collect_hundredConcurrentRequests_shareOnePass() throws TimeoutException {
    var collector = collector(LONG_TIMEOUT);

    var receipts = runConcurrently(() -> repeat(100, () -> collector.collect(PLAIN)));

    assertThat(receipts).containsOnly(new CollectReply(77, 1)).hasSize(100);
    assertThat(readRequests).hasSize(1);
    assertThat(metrics.requests().count()).isEqualTo(100);
    assertThat(metrics.passes().count()).isEqualTo(1);
  }

  @Test
  void collect_requestsOfBothKindsDuringATick_costOneMorePass() throws TimeoutException {
    var collector = collector(LONG_TIMEOUT);

    var receipts =
        runConcurrently(
            () ->
                Stream.of(
                        Stream.of(collector.tick(TICK).map(new CollectReply(0, 0))),
                        repeat(50, () -> collector.collect(PLAIN)),
                        repeat(50, () -> collector.collect(PROCESSES)))
                    .flatMap(calls -> calls));

    assertThat(receipts.subList(1, 51)).containsOnly(new CollectReply(77, 1));
    assertThat(receipts.subList(51, 101)).containsOnly(new CollectReply(77, 2));
    assertThat(readRequests)
        .extracting(ReadRequest::includesProcesses)
        .containsExactly(false, true);
    assertThat(published.get(1).section(Section.PROCESS)).isPresent();
    assertThat(metrics.passes().count()).as("those of ticks do not count").isEqualTo(1);
  }

  @Test
  void collect_processesDuringAPassThatReadsThem_joinsIt() throws TimeoutException {
    var collector = collector(LONG_TIMEOUT);

    var receipts = runConcurrently(() -> repeat(2, () -> collector.collect(PROCESSES)));

    assertThat(receipts).containsOnly(new CollectReply(77, 1));
    assertThat(readRequests).extracting(ReadRequest::includesProcesses).containsExactly(true);
  }

  @Test
  void tick_duringAPassOnRequest_joinsIt() throws TimeoutException {
    var collector = collector(LONG_TIMEOUT);

    context.await(() -> Future.all(collector.collect(PLAIN), collector.tick(TICK)));

    assertThat(readRequests).hasSize(1);
    assertThat(published).hasSize(1);
  }

  @Test
  void tick_rightAfterAPassOnRequest_usesItsFrame() throws TimeoutException {
    var collector = collector(LONG_TIMEOUT);

    context.await(() -> collector.collect(PLAIN));
    nanos.addAndGet(HostCollector.MAX_FRESH_AGE.toNanos() - 1);
    context.await(() -> collector.tick(TICK).mapEmpty());

    assertThat(readRequests).hasSize(1);
  }

  @Test
  void tick_rightAfterAnotherTick_isASeparatePass() throws TimeoutException {
    var collector = collector(LONG_TIMEOUT);

    context.await(() -> collector.tick(TICK).mapEmpty());
    nanos.addAndGet(1);
    context.await(() -> collector.tick(TICK).mapEmpty());

    assertThat(readRequests).hasSize(2);
  }

  @Test
  void tick_afterAPassOnRequest_isASeparatePassWithTheNextNumber() throws TimeoutException {
    var collector = collector(LONG_TIMEOUT);

    context.await(() -> collector.collect(PLAIN));
    nanos.addAndGet(HostCollector.MAX_FRESH_AGE.toNanos());
    context.await(() -> collector.tick(TICK).mapEmpty());

    assertThat(headers()).extracting(FrameHeader::sequence).containsExactly(1L, 2L);
  }

  @Test
  void collect_withinMaxFreshAge_returnsTheLatestFrame() throws TimeoutException {
    var collector = collector(LONG_TIMEOUT);
    context.await(() -> collector.tick(TICK).mapEmpty());

    nanos.addAndGet(HostCollector.MAX_FRESH_AGE.toNanos() - 1);
    assertThat(context.await(() -> collector.collect(PLAIN))).isEqualTo(new CollectReply(77, 1));
    assertThat(readRequests).hasSize(1);

    nanos.addAndGet(1);
    assertThat(context.await(() -> collector.collect(PLAIN))).isEqualTo(new CollectReply(77, 2));
  }

  @Test
  void collect_processesAfterAFreshFrameWithoutThem_readsOnceMore() throws TimeoutException {
    var collector = collector(LONG_TIMEOUT);
    context.await(() -> collector.collect(PLAIN));

    var first = context.await(() -> collector.collect(PROCESSES));
    var second = context.await(() -> collector.collect(PROCESSES));

    assertThat(List.of(first, second)).containsOnly(new CollectReply(77, 2));
    assertThat(readRequests)
        .extracting(ReadRequest::includesProcesses)
        .containsExactly(false, true);
  }

  @Test
  void collect_manyRequestsInTenSeconds_readsAtMostFourTimesASecond() throws TimeoutException {
    var collector = collector(LONG_TIMEOUT);
    for (int request = 0; request < 1_000; request++) {
      var collectRequest = request % 2 == 0 ? PLAIN : PROCESSES;
      context.await(() -> collector.collect(collectRequest));
      nanos.addAndGet(Duration.ofMillis(10).toNanos());
    }

    assertThat(readRequests).hasSizeLessThanOrEqualTo(41);
  }

  @Test
  void collect_unreadableProcessTable_isNotReadAgainWithinMaxFreshAge() throws TimeoutException {
    host.setReading(
        request -> {
          readRequests.add(request);
          return ReadingFixtures.hostReadings(Optional.empty());
        });
    var collector = collector(LONG_TIMEOUT);

    context.await(() -> collector.collect(PROCESSES));
    context.await(() -> collector.collect(PROCESSES));

    assertThat(readRequests).hasSize(1);
  }

  @Test
  void collect_processes_renewsTheLease() throws TimeoutException {
    var collector = collector(LONG_TIMEOUT);
    assertThat(collector.hasProcessTableDemand()).isFalse();

    context.await(() -> collector.collect(PROCESSES));
    nanos.addAndGet(DemandTopic.LEASE_DURATION.toNanos() - 1);
    context.await(() -> collector.tick(TICK).mapEmpty());
    assertThat(collector.hasProcessTableDemand()).isTrue();
    nanos.addAndGet(1);
    context.await(() -> collector.tick(TICK).mapEmpty());

    assertThat(readRequests)
        .extracting(ReadRequest::includesProcesses)
        .containsExactly(true, true, false);
    assertThat(collector.hasProcessTableDemand()).isFalse();
  }

  @Test
  void collect_driverHangs_repliesWithinTheTimeoutWithAnError() throws TimeoutException {
    gpus.setReading(
        ScriptedSource.blockingReading(driverLatch, ReadingFixtures.gpuReadings(List.of())));
    var collector = collector(Duration.ofMillis(50));

    context.await(() -> collector.collect(PLAIN));
    nanos.addAndGet(HostCollector.MAX_FRESH_AGE.toNanos());
    context.await(() -> collector.collect(PROCESSES));

    assertThat(published).hasSize(2);
    assertThat(published)
        .allSatisfy(
            frame ->
                assertThat(frame.errors())
                    .extracting(SectionError::section, SectionError::kind)
                    .containsExactly(tuple("gpu", SectionError.Kind.TIMEOUT)));
    assertThat(gpus.readCount()).isEqualTo(1);
  }

  @Test
  void collect_publishingFails_failsAndTheNextStartsAPass() throws TimeoutException {
    var collector =
        new HostCollector(
            loop(LONG_TIMEOUT),
            clocks(),
            metrics,
            collected -> {
              publish(collected);
              throw new IllegalStateException("on purpose");
            },
            new RejectingInspectionService());

    for (int request = 0; request < 2; request++) {
      assertThat(catchThrowable(() -> context.await(() -> collector.collect(PLAIN))))
          .hasMessage("on purpose");
    }

    assertThat(headers()).extracting(FrameHeader::sequence).containsExactly(1L, 2L);
  }

  @Test
  void inspections_any_areForwardedWithoutAPass() {
    var collector = collector(LONG_TIMEOUT);
    var sampleRequest = new SampleRequest(7);
    var query = new ProcessQuery(42, 7);

    var calls =
        List.<Supplier<Future<?>>>of(
            () -> collector.vitals(sampleRequest),
            () -> collector.disks(sampleRequest),
            () -> collector.processes(sampleRequest),
            () -> collector.process(query),
            () -> collector.journal(query));

    assertThat(calls)
        .extracting(call -> catchThrowable(() -> context.await(() -> call.get().map(true))))
        .extracting(Throwable::getMessage)
        .containsExactly(
            "vitals " + sampleRequest,
            "disks " + sampleRequest,
            "processes " + sampleRequest,
            "process " + query,
            "journal " + query);
    assertThat(readRequests).isEmpty();
  }

  /** Every frame is free of errors, because a lane fails a read that starts during another one. */
  @Test
  void ticksAndRequests_anyOrder_neverReadConcurrently() throws TimeoutException {
    var collector = collector(LONG_TIMEOUT);
    var random = new SplittableRandom(20_260_808);
    for (int round = 0; round < 200; round++) {
      nanos.addAndGet(random.nextLong(2 * HostCollector.MAX_FRESH_AGE.toNanos()));
      var receipts =
          runConcurrently(() -> repeat(1 + random.nextInt(5), () -> anyCall(collector, random)));
      receipts.forEach(this::checkReceipt);
    }

    assertThat(published).allSatisfy(frame -> assertThat(frame.errors()).isEmpty());
    assertThat(headers())
        .extracting(FrameHeader::sequence)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, published.size()).boxed().toList());
  }

  private Future<CollectReply> anyCall(HostCollector collector, SplittableRandom random) {
    return switch (random.nextInt(3)) {
      case 0 -> collector.collect(PLAIN);
      case 1 -> collector.collect(PROCESSES);
      default -> collector.tick(TICK).map(new CollectReply(77, 1));
    };
  }

  private void checkReceipt(CollectReply receipt) {
    assertThat(receipt.bootId()).isEqualTo(77);
    assertThat(receipt.sequence()).isBetween(1L, (long) published.size());
  }

  private List<FrameHeader> headers() {
    return published.stream().map(EncodedFrame::header).toList();
  }

  private HostReadings readHost(ReadRequest request) {
    readRequests.add(request);
    return ReadingFixtures.hostReadings(
        request.includesProcesses() ? Optional.of(List.of()) : Optional.empty());
  }

  private HostCollector collector(Duration gpuTimeout) {
    return new HostCollector(
        loop(gpuTimeout), clocks(), metrics, this::publish, new RejectingInspectionService());
  }

  private void publish(CollectedFrame collected) {
    published.add(collected.frame());
  }

  private SamplingLoop loop(Duration gpuTimeout) {
    var hostLane =
        NativeLane.open(
            context.vertx(), host, Set.of(Section.CPU, Section.MEMORY), laneOptions(LONG_TIMEOUT));
    var gpuLane =
        NativeLane.open(context.vertx(), gpus, Set.of(Section.GPU), laneOptions(gpuTimeout));
    var assembler =
        new FrameAssembler(
            PROFILE,
            Duration.ofSeconds(3),
            ReadingFixtures.newEnergyCounters(),
            ProcessEntry::withTruncatedTexts);
    return new SamplingLoop(PROFILE, clocks(), hostLane, List.of(gpuLane), assembler);
  }

  private LaneOptions laneOptions(Duration timeout) {
    return new LaneOptions(timeout, nanos::get, meters);
  }

  private Clocks clocks() {
    return new Clocks(() -> END, nanos::get);
  }

  private static Stream<Future<CollectReply>> repeat(
      int count, Supplier<Future<CollectReply>> call) {
    return IntStream.range(0, count).mapToObj(number -> call.get());
  }

  /** Makes all calls before any of them completes. */
  private List<CollectReply> runConcurrently(Supplier<Stream<Future<CollectReply>>> calls)
      throws TimeoutException {
    return context.await(() -> Future.all(calls.get().toList())).list();
  }
}
