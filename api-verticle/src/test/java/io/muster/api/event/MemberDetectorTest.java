package io.muster.api.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.event.ConditionKey;
import io.muster.schema.event.EventSubject;
import io.muster.schema.event.Observation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemberDetectorTest {
  private static final Instant NOW = Instant.parse("2026-08-08T12:35:00Z");

  private final List<Observation> reported = new ArrayList<>();
  private final MemberDetector detector = new MemberDetector(reported::add);

  @Test
  void update_membersThatJoinAndLeave_areReportedOnce() {
    detector.update(Map.of("a", "10.0.0.1:5701"), NOW);
    detector.update(Map.of("a", "10.0.0.1:5701", "b", "10.0.0.2:5701"), NOW);
    detector.update(Map.of("a", "10.0.0.1:5701", "b", "10.0.0.2:5701"), NOW);
    detector.update(Map.of("a", "10.0.0.1:5701"), NOW);

    assertThat(reported).extracting(Observation::isOpen).containsExactly(true, true, false);
    assertThat(reported)
        .extracting(Observation::subject)
        .containsExactly(
            EventSubject.ofMember("10.0.0.1:5701"),
            EventSubject.ofMember("10.0.0.2:5701"),
            EventSubject.ofMember("10.0.0.2:5701"));
  }

  @Test
  void reconcile_membersOfBeforeTheStart_haveLeft() {
    detector.update(Map.of("a", "10.0.0.1:5701"), NOW);
    detector.update(Map.of("a", "10.0.0.1:5701", "b", "10.0.0.2:5701"), NOW);
    detector.update(Map.of("a", "10.0.0.1:5701"), NOW);
    reported.clear();

    var gone = ConditionKey.ofMember("c", "10.0.0.3:5701");
    detector.reconcile(List.of(ConditionKey.ofMember("b", "10.0.0.2:5701"), gone), NOW);

    assertThat(reported).extracting(Observation::key).containsExactly(gone);
    assertThat(reported.get(0).subject().member()).contains("10.0.0.3:5701");
  }

  @Test
  void reconcile_nodeThatIsNotClustered_endsNothing() {
    detector.update(Map.of(), NOW);
    detector.reconcile(List.of(ConditionKey.ofMember("c", "10.0.0.3:5701")), NOW);
    assertThat(reported).isEmpty();
  }
}
