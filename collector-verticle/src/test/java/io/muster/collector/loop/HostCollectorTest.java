package io.muster.collector.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.bus.DemandTopic;
import io.muster.collector.loop.SamplingLoop.Sample;
import io.muster.collector.source.GpuReading;
import io.muster.collector.source.HostReading;
import io.muster.collector.source.ReadRequest;
import io.muster.runtime.node.Clocks;
import io.muster.schema.frame.CollectReceipt;
import io.muster.schema.frame.CollectRequest;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
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
  private static final Duration PATIENT = Duration.ofSeconds(15);
  private static final CollectRequest PLAIN = CollectRequest.WITHOUT_COSTLY_SECTIONS;
  private static final CollectRequest PROCESSES = CollectRequest.of(Set.of(Section.PROCESS));
  private static final HostProfile PROFILE =
      new HostProfile("gpu-01", "6e1131b4b9cc454aa6ce3294ab860b2d", 77, false);

  private final LoopContext context = new LoopContext();
  private final CountDownLatch driver = new CountDownLatch(1);
  private final AtomicLong nanos = new AtomicLong();
  private final List<EncodedFrame> published = new CopyOnWriteArrayList<>();
  private final List<ReadRequest> reads = new CopyOnWriteArrayList<>();
  private final CollectTally tally = new CollectTally();
  private final ScriptedSource<HostReading> host = new ScriptedSource<>("host", this::answer);
  private final ScriptedSource<GpuReading> gpus =
      new ScriptedSource<>("nvml", request -> LoopSamples.gpus(List.of()));

  @AfterEach
  void close() throws TimeoutException {
    driver.countDown();
    context.close();
  }

  @Test
  void collect_nothingRuns_publishesAFrameAndNamesIt() throws TimeoutException {
    var collector = collector(PATIENT);

    var receipt = context.await(() -> collector.collect(PLAIN));

    assertThat(receipt).isEqualTo(new CollectReceipt(77, 1));
    assertThat(heads()).extracting(FrameHeader::sampledAt).containsExactly(END);
    assertThat(published.get(0).section(Section.PROCESS)).isEmpty();
    assertThat(reads).extracting(ReadRequest::at).containsExactly(END);
  }

  @Test
  void collect_frameIsPublishedBeforeTheAnswer() throws TimeoutException {
    var collector = collector(PATIENT);

    var publishedBefore =
        context.await(() -> collector.collect(PLAIN).map(receipt -> published.size()));

    assertThat(publishedBefore).isEqualTo(1);
  }

  @Test
  void collect_aHundredAtOnce_shareOnePass() throws TimeoutException {
    var collector = collector(PATIENT);

    var receipts = together(() -> times(100, () -> collector.collect(PLAIN)));

    assertThat(receipts).containsOnly(new CollectReceipt(77, 1)).hasSize(100);
    assertThat(reads).hasSize(1);
    assertThat(tally.requests()).isEqualTo(100);
    assertThat(tally.passes()).isEqualTo(1);
  }

  @Test
  void collect_aHundredOfBothKindsDuringATick_costOnePassMore() throws TimeoutException {
    var collector = collector(PATIENT);

    var receipts =
        together(
            () ->
                Stream.of(
                        Stream.of(collector.tick(TICK).map(new CollectReceipt(0, 0))),
                        times(50, () -> collector.collect(PLAIN)),
                        times(50, () -> collector.collect(PROCESSES)))
                    .flatMap(calls -> calls));

    assertThat(receipts.subList(1, 51)).containsOnly(new CollectReceipt(77, 1));
    assertThat(receipts.subList(51, 101)).containsOnly(new CollectReceipt(77, 2));
    assertThat(reads).extracting(ReadRequest::processes).containsExactly(false, true);
    assertThat(published.get(1).section(Section.PROCESS)).isPresent();
    assertThat(tally.passes()).as("those of ticks do not count").isEqualTo(1);
  }

  @Test
  void collect_processesDuringAPassThatReadsThem_joinsIt() throws TimeoutException {
    var collector = collector(PATIENT);

    var receipts = together(() -> times(2, () -> collector.collect(PROCESSES)));

    assertThat(receipts).containsOnly(new CollectReceipt(77, 1));
    assertThat(reads).extracting(ReadRequest::processes).containsExactly(true);
  }

  @Test
  void tick_duringAPassOnRequest_joinsIt() throws TimeoutException {
    var collector = collector(PATIENT);

    context.await(() -> Future.all(collector.collect(PLAIN), collector.tick(TICK)));

    assertThat(reads).hasSize(1);
    assertThat(published).hasSize(1);
  }

  @Test
  void tick_rightAfterAPassOnRequest_isServedByItsFrame() throws TimeoutException {
    var collector = collector(PATIENT);

    context.await(() -> collector.collect(PLAIN));
    nanos.addAndGet(HostCollector.FLOOR.toNanos() - 1);
    context.await(() -> collector.tick(TICK).mapEmpty());

    assertThat(reads).hasSize(1);
  }

  @Test
  void tick_rightAfterAnotherTick_isAPassOfItsOwn() throws TimeoutException {
    var collector = collector(PATIENT);

    context.await(() -> collector.tick(TICK).mapEmpty());
    nanos.addAndGet(1);
    context.await(() -> collector.tick(TICK).mapEmpty());

    assertThat(reads).hasSize(2);
  }

  @Test
  void tick_afterAPassOnRequest_isAPassOfItsOwnWithTheNextNumber() throws TimeoutException {
    var collector = collector(PATIENT);

    context.await(() -> collector.collect(PLAIN));
    nanos.addAndGet(HostCollector.FLOOR.toNanos());
    context.await(() -> collector.tick(TICK).mapEmpty());

    assertThat(heads()).extracting(FrameHeader::sequence).containsExactly(1L, 2L);
  }

  @Test
  void collect_withinTheFloor_getsTheNewestFrame() throws TimeoutException {
    var collector = collector(PATIENT);
    context.await(() -> collector.tick(TICK).mapEmpty());

    nanos.addAndGet(HostCollector.FLOOR.toNanos() - 1);
    assertThat(context.await(() -> collector.collect(PLAIN))).isEqualTo(new CollectReceipt(77, 1));
    assertThat(reads).hasSize(1);

    nanos.addAndGet(1);
    assertThat(context.await(() -> collector.collect(PLAIN))).isEqualTo(new CollectReceipt(77, 2));
  }

  @Test
  void collect_processesWithinTheFloorOfAFrameWithoutThem_readsOnceMore() throws TimeoutException {
    var collector = collector(PATIENT);
    context.await(() -> collector.collect(PLAIN));

    var first = context.await(() -> collector.collect(PROCESSES));
    var second = context.await(() -> collector.collect(PROCESSES));

    assertThat(List.of(first, second)).containsOnly(new CollectReceipt(77, 2));
    assertThat(reads).extracting(ReadRequest::processes).containsExactly(false, true);
  }

  @Test
  void collect_floodOverTenSeconds_readsAtMostFourTimesASecond() throws TimeoutException {
    var collector = collector(PATIENT);
    for (int request = 0; request < 1_000; request++) {
      var wanted = request % 2 == 0 ? PLAIN : PROCESSES;
      context.await(() -> collector.collect(wanted));
      nanos.addAndGet(Duration.ofMillis(10).toNanos());
    }

    assertThat(reads).hasSizeLessThanOrEqualTo(41);
  }

  @Test
  void collect_processTableThatCannotBeRead_isNotReadAgainWithinTheFloor() throws TimeoutException {
    host.answer(
        request -> {
          reads.add(request);
          return LoopSamples.host(Optional.empty());
        });
    var collector = collector(PATIENT);

    context.await(() -> collector.collect(PROCESSES));
    context.await(() -> collector.collect(PROCESSES));

    assertThat(reads).hasSize(1);
  }

  @Test
  void collect_processes_renewsTheLease() throws TimeoutException {
    var collector = collector(PATIENT);
    assertThat(collector.isProcessTableWanted()).isFalse();

    context.await(() -> collector.collect(PROCESSES));
    nanos.addAndGet(DemandTopic.LEASE.toNanos() - 1);
    context.await(() -> collector.tick(TICK).mapEmpty());
    assertThat(collector.isProcessTableWanted()).isTrue();
    nanos.addAndGet(1);
    context.await(() -> collector.tick(TICK).mapEmpty());

    assertThat(reads).extracting(ReadRequest::processes).containsExactly(true, true, false);
    assertThat(collector.isProcessTableWanted()).isFalse();
  }

  @Test
  void collect_driverHangs_answersWithinTheBudgetAndTheFrameSaysSo() throws TimeoutException {
    gpus.answer(ScriptedSource.hanging(driver, LoopSamples.gpus(List.of())));
    var collector = collector(Duration.ofMillis(50));

    context.await(() -> collector.collect(PLAIN));
    nanos.addAndGet(HostCollector.FLOOR.toNanos());
    context.await(() -> collector.collect(PROCESSES));

    assertThat(published).hasSize(2);
    assertThat(published)
        .allSatisfy(
            frame ->
                assertThat(frame.errors())
                    .extracting(SectionError::section, SectionError::kind)
                    .containsExactly(tuple("gpu", SectionError.Kind.TIMEOUT)));
    assertThat(gpus.reads()).isEqualTo(1);
  }

  @Test
  void collect_publishingFails_failsAndTheNextIsAPassAnew() throws TimeoutException {
    var collector =
        new HostCollector(
            loop(PATIENT),
            clocks(),
            tally,
            sample -> {
              publish(sample);
              throw new IllegalStateException("on purpose");
            },
            new NoInspections());

    for (int request = 0; request < 2; request++) {
      assertThat(catchThrowable(() -> context.await(() -> collector.collect(PLAIN))))
          .hasMessage("on purpose");
    }

    assertThat(heads()).extracting(FrameHeader::sequence).containsExactly(1L, 2L);
  }

  @Test
  void looks_arePassedOnAndNoPass() {
    var collector = collector(PATIENT);
    var sample = new SampleRequest(7);
    var query = new ProcessQuery(42, 7);

    var looks =
        List.<Supplier<Future<?>>>of(
            () -> collector.vitals(sample),
            () -> collector.disks(sample),
            () -> collector.processes(sample),
            () -> collector.process(query),
            () -> collector.journal(query));

    assertThat(looks)
        .extracting(look -> catchThrowable(() -> context.await(() -> look.get().map(true))))
        .extracting(Throwable::getMessage)
        .containsExactly(
            "vitals " + sample,
            "disks " + sample,
            "processes " + sample,
            "process " + query,
            "journal " + query);
    assertThat(reads).isEmpty();
  }

  /** A lane that is asked while it reads would answer with an error. */
  @Test
  void anyOrderOfTicksAndRequests_neverReadsTwiceAtOnce() throws TimeoutException {
    var collector = collector(PATIENT);
    var random = new SplittableRandom(20_260_808);
    for (int round = 0; round < 200; round++) {
      nanos.addAndGet(random.nextLong(2 * HostCollector.FLOOR.toNanos()));
      var receipts =
          together(() -> times(1 + random.nextInt(5), () -> anything(collector, random)));
      receipts.forEach(this::checkReceipt);
    }

    assertThat(published).allSatisfy(frame -> assertThat(frame.errors()).isEmpty());
    assertThat(heads())
        .extracting(FrameHeader::sequence)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, published.size()).boxed().toList());
  }

  private Future<CollectReceipt> anything(HostCollector collector, SplittableRandom random) {
    return switch (random.nextInt(3)) {
      case 0 -> collector.collect(PLAIN);
      case 1 -> collector.collect(PROCESSES);
      default -> collector.tick(TICK).map(new CollectReceipt(77, 1));
    };
  }

  private void checkReceipt(CollectReceipt receipt) {
    assertThat(receipt.bootId()).isEqualTo(77);
    assertThat(receipt.sequence()).isBetween(1L, (long) published.size());
  }

  private List<FrameHeader> heads() {
    return published.stream().map(EncodedFrame::header).toList();
  }

  private HostReading answer(ReadRequest request) {
    reads.add(request);
    return LoopSamples.host(request.processes() ? Optional.of(List.of()) : Optional.empty());
  }

  private HostCollector collector(Duration gpuBudget) {
    return new HostCollector(loop(gpuBudget), clocks(), tally, this::publish, new NoInspections());
  }

  private void publish(Sample sample) {
    published.add(sample.frame());
  }

  private SamplingLoop loop(Duration gpuBudget) {
    var hostLane =
        NativeLane.open(
            context.vertx(), host, Set.of(Section.CPU, Section.MEMORY), "host", terms(PATIENT));
    var gpuLane =
        NativeLane.open(context.vertx(), gpus, Set.of(Section.GPU), "nvml", terms(gpuBudget));
    var assembler = FrameAssembler.ofCutTexts(PROFILE, Duration.ofSeconds(3), LoopSamples.energy());
    return new SamplingLoop(PROFILE, clocks(), hostLane, List.of(gpuLane), assembler);
  }

  private LaneTerms terms(Duration budget) {
    return new LaneTerms(budget, nanos::get, source -> LaneMeter.NONE);
  }

  private Clocks clocks() {
    return new Clocks(() -> END, nanos::get);
  }

  private static Stream<Future<CollectReceipt>> times(
      int count, Supplier<Future<CollectReceipt>> call) {
    return IntStream.range(0, count).mapToObj(number -> call.get());
  }

  /** Makes all calls before any of them can end. */
  private List<CollectReceipt> together(Supplier<Stream<Future<CollectReceipt>>> calls)
      throws TimeoutException {
    return context.await(() -> Future.all(calls.get().toList())).list();
  }
}
