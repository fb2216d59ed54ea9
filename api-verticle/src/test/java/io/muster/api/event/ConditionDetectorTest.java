package io.muster.api.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.fleet.TestFrame;
import io.muster.api.state.StateFleet;
import io.muster.schema.event.ConditionKey;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.Observation;
import io.muster.schema.event.Observation.Position;
import io.muster.schema.event.Observation.Silence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionDetectorTest {
  private static final String HOST = "gpu-1";
  private static final String CLIENT = "6e1131b4b9cc454aa6ce3294ab860b2d";
  private static final ConditionKey SILENT = ConditionKey.ofHost(CLIENT, EventKind.HOST_SILENT);
  private static final ConditionKey HUNG =
      ConditionKey.ofGpu(CLIENT, "GPU-gpu-1-0", EventKind.GPU_HUNG);
  private static final ConditionKey ASLEEP =
      ConditionKey.ofGpu(CLIENT, "GPU-gpu-1-0", EventKind.GPU_ASLEEP);

  private final StateFleet fleet = new StateFleet("e");
  private final List<Observation> reported = new ArrayList<>();
  private final ConditionDetector detector = new ConditionDetector(reported::add);

  ConditionDetectorTest() {
    fleet.states().subscribe(detector);
  }

  @Test
  void gpu_thatHangs_isReportedWithThePositionOfItsFrames() {
    tick(StateFleet.host(HOST, 10));
    tick(StateFleet.hungHost(HOST));
    tick(StateFleet.hungHost(HOST));
    tick(StateFleet.host(HOST, 20));

    assertThat(reported).extracting(Observation::key).containsExactly(HUNG, HUNG);
    assertThat(reported).extracting(Observation::isOpen).containsExactly(true, false);
    assertThat(reported)
        .extracting(Observation::position)
        .containsExactly(new Position(1_000, 4), new Position(1_000, 8));
    assertThat(reported.get(0).subject().gpu()).contains("GPU-gpu-1-0");
  }

  @Test
  void gpu_ofASilentHost_keepsItsCondition() {
    tick(StateFleet.host(HOST, 10));
    tick(StateFleet.hungHost(HOST));
    reported.clear();
    pass(Duration.ofSeconds(10));
    assertThat(reported).isEmpty();
  }

  /** An aggregator would reject the observation, and all others of the same batch. */
  @Test
  void gpu_whoseUuidCannotBeStored_isNotReported() {
    tick(StateFleet.host("a\u202e", 10));
    tick(StateFleet.hungHost("a\u202e"));
    tick(StateFleet.host("a\u202e", 20));

    assertThat(fleet.current().hosts()).hasSize(1);
    assertThat(reported).isEmpty();
  }

  @Test
  void silence_thatLasts_isReportedFromTheNewestFrame() {
    tick(StateFleet.host(HOST, 10));
    var frameAt = fleet.now().minusMillis(250);
    pass(Duration.ofSeconds(19));
    assertThat(reported).isEmpty();
    pass(Duration.ofSeconds(2));
    pass(Duration.ofSeconds(30));

    assertThat(reported).hasSize(1);
    var silence = reported.get(0);
    assertThat(silence.key()).isEqualTo(SILENT);
    assertThat(silence.isOpen()).isTrue();
    assertThat(silence.position()).isEqualTo(new Position(1_000, 3));
    assertThat(silence.atMillis()).isEqualTo(frameAt.toEpochMilli());
    var sampledAt = TestFrame.AT.toEpochMilli();
    assertThat(silence.silence().orElseThrow().afterMillis()).isEqualTo(sampledAt + 1_000);
    assertThat(silence.silence().orElseThrow())
        .extracting(Silence::untilMillis)
        .satisfies(until -> assertThat(until - sampledAt).isBetween(20_000L, 21_000L));

    tick(StateFleet.host(HOST, 10));
    assertThat(reported).hasSize(2);
    assertThat(reported.get(1).isOpen()).isFalse();
    assertThat(reported.get(1).position()).isEqualTo(new Position(1_000, 4));
  }

  @Test
  void silence_shorterThanThat_isNotReported() {
    tick(StateFleet.host(HOST, 10));
    pass(Duration.ofSeconds(15));
    tick(StateFleet.host(HOST, 10));
    pass(Duration.ofSeconds(15));
    assertThat(reported).isEmpty();
  }

  /** A node that was suspended sees every host silent until it has read their frames. */
  @Test
  void silence_thatTheNodeDidNotWatch_isNotReported() {
    tick(StateFleet.host(HOST, 10));
    fleet.advance(Duration.ofMinutes(5));
    detector.onSecondElapsed(fleet.now());
    tick(StateFleet.host(HOST, 10));
    assertThat(reported).isEmpty();
  }

  @Test
  void reconcile_conditionsOfObserversThatAreGone_end() {
    tick(StateFleet.host(HOST, 10));
    detector.reconcile(List.of(SILENT, HUNG, ASLEEP), fleet.now());

    assertThat(reported).extracting(Observation::isOpen).containsOnly(false);
    assertThat(reported)
        .extracting(Observation::key)
        .containsExactlyInAnyOrder(SILENT, HUNG, ASLEEP);
    assertThat(reported).extracting(Observation::position).containsOnly(new Position(1_000, 2));
  }

  /** This node has started while the driver hangs, so that it does not know the accelerators. */
  @Test
  void reconcile_frameWithoutTheGpuBecauseOfAnError_endsNothing() {
    tick(StateFleet.hungHost(HOST));
    detector.reconcile(List.of(HUNG), fleet.now());
    assertThat(reported).isEmpty();
  }

  @Test
  void reconcile_silentHost_endsNothing() {
    tick(StateFleet.host(HOST, 10));
    pass(Duration.ofSeconds(25));
    reported.clear();
    detector.reconcile(List.of(SILENT, ASLEEP), fleet.now());
    assertThat(reported).isEmpty();
  }

  @Test
  void reconcile_ownConditionThatIsNotStored_isReportedAgain() {
    tick(StateFleet.host(HOST, 10));
    tick(StateFleet.hungHost(HOST));
    reported.clear();
    detector.reconcile(List.of(), fleet.now());
    assertThat(reported).extracting(Observation::key).containsExactly(HUNG);

    pass(Duration.ofSeconds(25));
    reported.clear();
    detector.reconcile(List.of(HUNG), fleet.now());
    assertThat(reported).extracting(Observation::key).containsExactly(SILENT);
  }

  private void tick(TestFrame host) {
    fleet.tick(List.of(host));
    detector.onSecondElapsed(fleet.now());
  }

  /** Lets time pass, as the timer of the node sees it. */
  private void pass(Duration time) {
    for (var second = 0; second < time.toSeconds(); second++) {
      fleet.advance(Duration.ofSeconds(1));
      detector.onSecondElapsed(fleet.now());
    }
  }
}
