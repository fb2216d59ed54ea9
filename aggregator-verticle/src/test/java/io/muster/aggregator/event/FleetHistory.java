package io.muster.aggregator.event;

import io.muster.schema.event.ConditionKey;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.EventPhase;
import io.muster.schema.event.EventSubject;
import io.muster.schema.event.Observation;
import io.muster.schema.event.Observation.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * The conditions of the accelerators of some hosts over time: the truth that observers see. Each
 * change is at a whole minute, so that an observer's clock, which is wrong by less than half a
 * minute, does not hide which one it is. Used by the thread of the test only.
 */
final class FleetHistory {
  private static final List<EventKind> KINDS =
      List.of(EventKind.GPU_LOST, EventKind.GPU_HUNG, EventKind.GPU_ASLEEP);

  private final Instant start;
  private final List<Change> changes = new ArrayList<>();

  private FleetHistory(Instant start) {
    this.start = start;
  }

  /** Returns a history of random changes, of accelerators with these UUIDs. */
  static FleetHistory random(Random random, Instant start, List<String> clientIds, int minutes) {
    var history = new FleetHistory(start);
    var open = new TreeMap<String, Boolean>();
    var boot = 1;
    for (var minute = 0; minute < minutes; minute++) {
      boot += random.nextInt(20) == 0 ? 1 : 0;
      var clientId = clientIds.get(random.nextInt(clientIds.size()));
      var kind = KINDS.get(random.nextInt(KINDS.size()));
      var gpu = "GPU-" + random.nextInt(2);
      var isOpen = open.merge(clientId + gpu + kind, true, (before, one) -> !before);
      history.changes.add(
          new Change(
              ConditionKey.ofGpu(clientId, gpu, kind),
              EventSubject.ofGpu("host", clientId, gpu),
              isOpen,
              new Position(boot, minute),
              start.plus(Duration.ofMinutes(minute))));
    }
    return history;
  }

  List<Change> changes() {
    return changes;
  }

  /** Returns the events that must be stored: each as minute, condition and phase. */
  List<String> expectedEvents() {
    return changes.stream().map(Change::text).toList();
  }

  /** Returns the event in the form of {@link #expectedEvents}. */
  String text(ConditionKey key, EventPhase phase, Instant at) {
    var minute = Duration.between(start, at.plusSeconds(30)).toMinutes();
    return minute + " " + key.subjectId() + " " + key.kind().word() + " " + phase.word();
  }

  /** The begin or the end of a condition. */
  record Change(
      ConditionKey key, EventSubject subject, boolean isOpen, Position position, Instant at) {
    String text() {
      return position.sequence()
          + " "
          + key.subjectId()
          + " "
          + key.kind().word()
          + " "
          + (isOpen ? "begin" : "end");
    }

    /** Returns what an observer reports whose clock is wrong by some time. */
    Observation observe(Duration clockError) {
      return new Observation(
          key,
          subject,
          isOpen,
          position,
          at.plus(clockError).toEpochMilli(),
          Optional.empty(),
          Map.of());
    }
  }
}
