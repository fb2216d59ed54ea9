package io.muster.collector.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.bus.FleetException.Code;
import io.muster.collector.inspection.InspectionMetrics.InspectionType;
import io.muster.schema.inspection.SampleRequest;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests of the failures and limits of inspections. */
class InspectionLimitsTest extends InspectionTestbed {
  @Test
  void processes_recentBaseline_areMeasuredSinceTheLastSample() throws TimeoutException {
    var service = newService(LONG_TIMEOUT);
    await(() -> service.processes(UNCACHED));

    advance(Duration.ofSeconds(65));
    assertThat(await(() -> service.processes(UNCACHED)).value().get(0).pid()).isEqualTo(3);
    advance(Duration.ofSeconds(65).plusNanos(1));
    assertThat(await(() -> service.processes(UNCACHED)).value().get(0).pid()).isEqualTo(5);
  }

  @Test
  void disks_unreadable_areUnavailableAndNotRetriedAtOnce() throws TimeoutException {
    inspector.failure = Optional.of(new IOException("proc/self/mountinfo (Permission denied)"));
    var service = newService(LONG_TIMEOUT);

    assertThat(failure(() -> service.disks(UNCACHED)))
        .hasMessageContainingAll("gpu-01", "Permission denied")
        .hasFieldOrPropertyWithValue("code", Code.UNAVAILABLE);
    advance(Duration.ofMillis(249));
    failure(() -> service.disks(UNCACHED));
    assertThat(inspector.diskCalls).hasValue(1);
    assertThat(responses(InspectionType.DISKS)).isZero();

    advance(Duration.ofMillis(1));
    inspector.failure = Optional.empty();
    assertThat(await(() -> service.disks(UNCACHED)).value()).isEmpty();
  }

  @Test
  void vitals_stalled_timeOutAndOtherCallsFailUntilRecovery() throws Exception {
    var latch = new CountDownLatch(1);
    inspector.latch = latch;
    var service = newService(SHORT_TIMEOUT);

    assertThat(failure(() -> service.vitals(UNCACHED)).code()).isEqualTo(Code.TIMEOUT);
    assertThat(failure(() -> service.disks(UNCACHED)).code()).isEqualTo(Code.TIMEOUT);
    assertThat(failure(() -> service.process(query(2))).code()).isEqualTo(Code.TIMEOUT);
    assertThat(inspector.diskCalls).as("nothing queues behind it").hasValue(0);
    assertThat(await(() -> service.journal(query(2))).value().notice()).contains("journal of 2");

    latch.countDown();
    assertThat(awaitDisks(service)).isEmpty();
  }

  @Test
  void journal_stalled_blocksOnlyItsOwnThread() throws TimeoutException {
    journal =
        pid -> {
          journalLatch.await();
          throw new IOException("late");
        };
    var service = newService(SHORT_TIMEOUT);

    assertThat(failure(() -> service.journal(query(2))).code()).isEqualTo(Code.TIMEOUT);

    assertThat(await(() -> service.disks(UNCACHED)).value()).isEmpty();
    assertThat(failure(() -> service.journal(query(4))).code()).isEqualTo(Code.TIMEOUT);
  }

  @Test
  void process_severalProcesses_haveSeparateSamples() throws TimeoutException {
    var service = newService(LONG_TIMEOUT);

    assertThat(await(() -> service.process(query(2))).value().process().pid()).isEqualTo(2);
    assertThat(await(() -> service.process(query(4))).value().process().pid()).isEqualTo(4);
    await(() -> service.process(query(2)));

    assertThat(inspector.detailCalls).hasValue(2);
    assertThat(samplings(InspectionType.PROCESS)).isEqualTo(2);
  }

  @Test
  void process_unknown_failsAndIsNotReadAgainAtOnce() throws TimeoutException {
    var service = newService(LONG_TIMEOUT);

    failure(() -> service.process(query(3)));
    assertThat(failure(() -> service.process(query(3))).code()).isEqualTo(Code.PROCESS_UNKNOWN);

    assertThat(inspector.detailCalls).hasValue(1);
  }

  @Test
  void process_invalidId_isUnknownWithoutARead() throws TimeoutException {
    var service = newService(LONG_TIMEOUT);

    for (long pid : new long[] {0, -1, 1L << 31, (1L << 32) - 1, Long.MIN_VALUE}) {
      assertThat(failure(() -> service.process(query(pid))).code()).isEqualTo(Code.PROCESS_UNKNOWN);
      assertThat(failure(() -> service.journal(query(pid))).code()).isEqualTo(Code.PROCESS_UNKNOWN);
    }

    assertThat(inspector.detailCalls).hasValue(0);
  }

  @Test
  void process_moreConcurrentThanTheCapacity_areRejected() throws TimeoutException {
    var latch = new CountDownLatch(1);
    inspector.latch = latch;
    var service = newService(LONG_TIMEOUT);

    var results =
        await(
            () -> {
              var running =
                  LongStream.rangeClosed(1, InspectionSession.MAX_PROCESSES)
                      .mapToObj(pid -> service.process(query(2 * pid)))
                      .toList();
              var rejected = service.process(query(2_000));
              latch.countDown();
              return Future.join(
                  Stream.concat(running.stream(), Stream.of(rejected.otherwiseEmpty())).toList());
            });

    assertThat(results.list().stream().filter(result -> result != null))
        .hasSize(InspectionSession.MAX_PROCESSES);
    assertThat(await(() -> service.process(query(2_000))).value().process().pid()).isEqualTo(2_000);
  }

  @Test
  void process_leastRecentlyRequested_isEvictedFirst() throws TimeoutException {
    var service = newService(LONG_TIMEOUT);
    for (long pid = 1; pid <= InspectionSession.MAX_PROCESSES; pid++) {
      var query = query(2 * pid);
      await(() -> service.process(query));
    }
    await(() -> service.process(query(2)));
    await(() -> service.process(query(1_000)));
    int reads = inspector.detailCalls.get();

    await(() -> service.process(query(2)));
    assertThat(inspector.detailCalls).hasValue(reads);
    await(() -> service.process(query(4)));
    assertThat(inspector.detailCalls).hasValue(reads + 1);
  }

  @Test
  void processDetails_disabled_areRejectedAndTheListStays() throws TimeoutException {
    var service = newService(LONG_TIMEOUT, false);

    for (var failure :
        List.of(
            failure(() -> service.process(query(2))), failure(() -> service.journal(query(2))))) {
      assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
      assertThat(failure).hasMessageContaining("collector.process_details");
    }
    assertThat(openCount).hasValue(0);
    assertThat(await(() -> service.processes(UNCACHED)).value()).isNotEmpty();
  }

  @Test
  void releaseIdle_noRequestForAMinute_closesAndReopens() throws TimeoutException {
    var service = newService(LONG_TIMEOUT);
    vitals(service, UNCACHED);

    advance(
        HostInspectionService.IDLE_TIMEOUT
            .minusMillis(250)
            .minusNanos(1)); // the sample included a delay of 250 ms
    runOnContext(service::releaseIdle);
    assertThat(service.isOpen()).isTrue();
    advance(Duration.ofNanos(1));
    runOnContext(service::releaseIdle);
    assertThat(service.isOpen()).isFalse();

    vitals(service, new SampleRequest(1_000_000));
    assertThat(inspector.closeCount).hasValue(1);
    assertThat(openCount).hasValue(2);
  }

  @Test
  void releaseIdle_stalledCall_keepsItsThread() throws TimeoutException {
    inspector.latch = new CountDownLatch(1);
    var service = newService(SHORT_TIMEOUT);
    failure(() -> service.disks(UNCACHED));

    advance(HostInspectionService.IDLE_TIMEOUT);
    runOnContext(service::releaseIdle);

    assertThat(service.isOpen()).isTrue();
    inspector.latch.countDown();
  }

  @Test
  void close_openSession_closesTheInspector() throws TimeoutException {
    var service = newService(LONG_TIMEOUT);
    await(() -> service.disks(UNCACHED));

    await(service::close);
    await(service::close);

    assertThat(inspector.closeCount).hasValue(1);
  }
}
