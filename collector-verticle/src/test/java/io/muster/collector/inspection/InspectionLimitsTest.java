package io.muster.collector.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.bus.FleetException.Code;
import io.muster.collector.inspection.InspectionTally.Kind;
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

/** What goes wrong, and what is bounded. */
class InspectionLimitsTest extends InspectionWorld {
  @Test
  void processes_areComparedWithTheLastForAMinute() throws TimeoutException {
    var inspections = inspections(PATIENT);
    await(() -> inspections.processes(NEW));

    turn(Duration.ofSeconds(65));
    assertThat(await(() -> inspections.processes(NEW)).value().get(0).pid()).isEqualTo(3);
    turn(Duration.ofSeconds(65).plusNanos(1));
    assertThat(await(() -> inspections.processes(NEW)).value().get(0).pid()).isEqualTo(5);
  }

  @Test
  void disks_cannotBeRead_isUnavailableAndNotTriedAgainAtOnce() throws TimeoutException {
    inspector.trouble = Optional.of(new IOException("proc/self/mountinfo (Permission denied)"));
    var inspections = inspections(PATIENT);

    assertThat(failure(() -> inspections.disks(NEW)))
        .hasMessageContainingAll("gpu-01", "Permission denied")
        .hasFieldOrPropertyWithValue("code", Code.UNAVAILABLE);
    turn(Duration.ofMillis(249));
    failure(() -> inspections.disks(NEW));
    assertThat(inspector.disks).hasValue(1);
    assertThat(tally.answers(Kind.DISKS)).isZero();

    turn(Duration.ofMillis(1));
    inspector.trouble = Optional.empty();
    assertThat(await(() -> inspections.disks(NEW)).value()).isEmpty();
  }

  @Test
  void vitals_hang_timeOutAndTheRestIsRefusedUntilTheyCome() throws Exception {
    var gate = new CountDownLatch(1);
    inspector.gate = gate;
    var inspections = inspections(HASTY);

    assertThat(failure(() -> inspections.vitals(NEW)).code()).isEqualTo(Code.TIMEOUT);
    assertThat(failure(() -> inspections.disks(NEW)).code()).isEqualTo(Code.TIMEOUT);
    assertThat(failure(() -> inspections.process(query(2))).code()).isEqualTo(Code.TIMEOUT);
    assertThat(inspector.disks).as("nothing queues behind it").hasValue(0);
    assertThat(await(() -> inspections.journal(query(2))).value().notice())
        .contains("journal of 2");

    gate.countDown();
    assertThat(untilItAnswers(inspections)).isEmpty();
  }

  @Test
  void journal_hangs_costsItsOwnThreadOnly() throws TimeoutException {
    journal =
        pid -> {
          stuck.await();
          throw new IOException("late");
        };
    var inspections = inspections(HASTY);

    assertThat(failure(() -> inspections.journal(query(2))).code()).isEqualTo(Code.TIMEOUT);

    assertThat(await(() -> inspections.disks(NEW)).value()).isEmpty();
    assertThat(failure(() -> inspections.journal(query(4))).code()).isEqualTo(Code.TIMEOUT);
  }

  @Test
  void process_eachHasItsOwnSample() throws TimeoutException {
    var inspections = inspections(PATIENT);

    assertThat(await(() -> inspections.process(query(2))).value().pid()).isEqualTo(2);
    assertThat(await(() -> inspections.process(query(4))).value().pid()).isEqualTo(4);
    await(() -> inspections.process(query(2)));

    assertThat(inspector.details).hasValue(2);
    assertThat(tally.samplings(Kind.PROCESS)).isEqualTo(2);
  }

  @Test
  void process_unknown_isToldAndNotLookedForAgainAtOnce() throws TimeoutException {
    var inspections = inspections(PATIENT);

    failure(() -> inspections.process(query(3)));
    assertThat(failure(() -> inspections.process(query(3))).code()).isEqualTo(Code.PROCESS_UNKNOWN);

    assertThat(inspector.details).hasValue(1);
  }

  @Test
  void process_idThatNoneCanHave_isUnknownUnread() throws TimeoutException {
    var inspections = inspections(PATIENT);

    for (long pid : new long[] {0, -1, 1L << 31, (1L << 32) - 1, Long.MIN_VALUE}) {
      assertThat(failure(() -> inspections.process(query(pid))).code())
          .isEqualTo(Code.PROCESS_UNKNOWN);
      assertThat(failure(() -> inspections.journal(query(pid))).code())
          .isEqualTo(Code.PROCESS_UNKNOWN);
    }

    assertThat(inspector.details).hasValue(0);
  }

  @Test
  void process_moreAtOnceThanAreRemembered_areRefused() throws TimeoutException {
    var gate = new CountDownLatch(1);
    inspector.gate = gate;
    var inspections = inspections(PATIENT);

    var answers =
        await(
            () -> {
              var running =
                  LongStream.rangeClosed(1, PerProcess.CAPACITY)
                      .mapToObj(pid -> inspections.process(query(2 * pid)))
                      .toList();
              var refused = inspections.process(query(2_000));
              gate.countDown();
              return Future.join(
                  Stream.concat(running.stream(), Stream.of(refused.otherwiseEmpty())).toList());
            });

    assertThat(answers.list().stream().filter(answer -> answer != null))
        .hasSize(PerProcess.CAPACITY);
    assertThat(await(() -> inspections.process(query(2_000))).value().pid()).isEqualTo(2_000);
  }

  @Test
  void process_theOneNotAskedForGoesFirst() throws TimeoutException {
    var inspections = inspections(PATIENT);
    for (long pid = 1; pid <= PerProcess.CAPACITY; pid++) {
      var asked = query(2 * pid);
      await(() -> inspections.process(asked));
    }
    await(() -> inspections.process(query(2)));
    await(() -> inspections.process(query(1_000)));
    int looks = inspector.details.get();

    await(() -> inspections.process(query(2)));
    assertThat(inspector.details).hasValue(looks);
    await(() -> inspections.process(query(4)));
    assertThat(inspector.details).hasValue(looks + 1);
  }

  @Test
  void processDetails_off_areRefusedAndTheListStays() throws TimeoutException {
    var inspections = inspections(PATIENT, false);

    for (var refused :
        List.of(
            failure(() -> inspections.process(query(2))),
            failure(() -> inspections.journal(query(2))))) {
      assertThat(refused.code()).isEqualTo(Code.INVALID_ARGUMENT);
      assertThat(refused).hasMessageContaining("collector.process_details");
    }
    assertThat(opened).hasValue(0);
    assertThat(await(() -> inspections.processes(NEW)).value()).isNotEmpty();
  }

  @Test
  void tidy_nobodyAskedForAMinute_closesAndOpensAnew() throws TimeoutException {
    var inspections = inspections(PATIENT);
    vitals(inspections, NEW);

    turn(Inspections.IDLE.minusMillis(250).minusNanos(1)); // it took a pause of 250 ms
    onContext(inspections::tidy);
    assertThat(inspections.isOpen()).isTrue();
    turn(Duration.ofNanos(1));
    onContext(inspections::tidy);
    assertThat(inspections.isOpen()).isFalse();

    vitals(inspections, new SampleRequest(1_000_000));
    assertThat(inspector.closes).hasValue(1);
    assertThat(opened).hasValue(2);
  }

  @Test
  void tidy_lookThatHangs_keepsItsThread() throws TimeoutException {
    inspector.gate = new CountDownLatch(1);
    var inspections = inspections(HASTY);
    failure(() -> inspections.disks(NEW));

    turn(Inspections.IDLE);
    onContext(inspections::tidy);

    assertThat(inspections.isOpen()).isTrue();
    inspector.gate.countDown();
  }

  @Test
  void close_giveTheInspectorBack() throws TimeoutException {
    var inspections = inspections(PATIENT);
    await(() -> inspections.disks(NEW));

    await(inspections::close);
    await(inspections::close);

    assertThat(inspector.closes).hasValue(1);
  }
}
