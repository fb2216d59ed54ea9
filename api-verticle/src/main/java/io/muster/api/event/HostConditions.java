package io.muster.api.event;

import io.muster.api.state.TrackedHost;
import io.muster.schema.event.ConditionKey;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.EventSubject;
import io.muster.schema.event.Observation;
import io.muster.schema.event.Observation.Position;
import io.muster.schema.event.Observation.Silence;
import io.muster.schema.frame.Section;
import io.muster.schema.state.FleetHost;
import io.muster.schema.state.HostState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of one host and its accelerators, as this node sees them. Their order is that of
 * the frames that show them, so that it is the same for all nodes. Confined to the owner context.
 */
final class HostConditions {
  /** Silence that is reported: within it, a heartbeat of a host that is alive is stored. */
  static final Duration MIN_SILENCE = Duration.ofSeconds(20);

  /**
   * Time for which this node must see the silence: after a pause of the node, all hosts are silent
   * until it has read what they sent meanwhile.
   */
  static final Duration MIN_WATCHED = Duration.ofSeconds(5);

  /** More than the difference between the instants of a frame and of its heartbeat. */
  private static final Duration TOLERANCE = Duration.ofSeconds(1);

  private final Consumer<Observation> reporter;
  private TrackedHost host;
  private @Nullable FleetHost seen;
  private Map<ConditionKey, EventSubject> openOfGpus = Map.of();
  private Optional<Instant> silentSeenAt = Optional.empty();
  private boolean silenceReported;

  HostConditions(TrackedHost host, Consumer<Observation> reporter) {
    this.host = host;
    this.reporter = reporter;
  }

  String clientId() {
    return host.host().facts().clientId();
  }

  /** Reports what has changed since the last call, except a silence. */
  void update(TrackedHost newest, Instant now) {
    host = newest;
    if (newest.host() == seen) {
      return;
    }
    seen = newest.host();
    var current = openOfGpus(newest.host());
    current.forEach(
        (key, subject) -> {
          if (!openOfGpus.containsKey(key)) {
            reportGpu(key, subject, true);
          }
        });
    openOfGpus.forEach(
        (key, subject) -> {
          if (!current.containsKey(key)) {
            reportGpu(key, subject, false);
          }
        });
    openOfGpus = current;
    updateSilence(now);
  }

  /** Reports a silence that has lasted for long enough. */
  void confirmSilence(Instant now) {
    if (!silenceReported
        && silentSeenAt.filter(seenAt -> !now.isBefore(seenAt.plus(MIN_WATCHED))).isPresent()
        && !now.isBefore(host.receivedAt().plus(MIN_SILENCE))) {
      silenceReported = true;
      reportSilence(now);
    }
  }

  /**
   * Reports the differences from what is stored: conditions of observers that are gone, and what
   * was not stored although this node has reported it.
   *
   * @param stored the open conditions of this host
   */
  void reconcile(Set<ConditionKey> stored, Instant now) {
    if (silenceReported && !stored.contains(silenceKey())) {
      reportSilence(now);
    }
    if (!isAlive()) {
      return;
    }
    if (stored.contains(silenceKey())) {
      reportBack();
    }
    openOfGpus.forEach(
        (key, subject) -> {
          if (!stored.contains(key)) {
            reportGpu(key, subject, true);
          }
        });
    stored.stream()
        .filter(key -> key.gpu().isPresent() && !openOfGpus.containsKey(key) && isKnown(key))
        .forEach(key -> reportGpu(key, subjectOf(key), false));
  }

  private void updateSilence(Instant now) {
    if (host.host().summary().state() == HostState.SILENT) {
      silentSeenAt = silentSeenAt.or(() -> Optional.of(now));
    } else if (isAlive()) {
      silentSeenAt = Optional.empty();
      if (silenceReported) {
        silenceReported = false;
        reportBack();
      }
    }
  }

  private static Map<ConditionKey, EventSubject> openOfGpus(FleetHost host) {
    var open = new HashMap<ConditionKey, EventSubject>();
    var facts = host.facts();
    for (var index = 0; index < facts.gpus().size(); index++) {
      var uuid = facts.gpus().get(index).uuid();
      EventKind.of(host.summary().gpus().get(index).state())
          .map(kind -> ConditionKey.ofGpu(facts.clientId(), uuid, kind))
          .filter(ConditionKey::hasValidId) // Aggregators would reject all that is sent with it.
          .ifPresent(
              key -> open.put(key, EventSubject.ofGpu(facts.host(), facts.clientId(), uuid)));
    }
    return open;
  }

  private boolean isAlive() {
    return host.host().summary().lastSeenAt().isEmpty();
  }

  /** Returns true if the frame says something about the accelerator: that it is well, or gone. */
  private boolean isKnown(ConditionKey key) {
    return host.host().facts().gpus().stream().anyMatch(gpu -> key.gpu().get().equals(gpu.uuid()))
        || host.frame().errors().stream()
            .noneMatch(error -> error.section().equals(Section.GPU.singularName()));
  }

  private ConditionKey silenceKey() {
    return ConditionKey.ofHost(clientId(), EventKind.HOST_SILENT);
  }

  private EventSubject subject() {
    return EventSubject.ofHost(host.host().facts().host(), clientId());
  }

  private EventSubject subjectOf(ConditionKey gpu) {
    return EventSubject.ofGpu(host.host().facts().host(), clientId(), gpu.gpu().orElseThrow());
  }

  private void reportGpu(ConditionKey key, EventSubject subject, boolean isOpen) {
    report(key, subject, isOpen, position(false), Optional.empty());
  }

  private void reportBack() {
    report(silenceKey(), subject(), false, position(false), Optional.empty());
  }

  private void reportSilence(Instant now) {
    var header = host.frame().header();
    var until = header.sampledAt().plus(Duration.between(host.receivedAt(), now));
    var window = max(MIN_SILENCE, header.interval().multipliedBy(2).plus(TOLERANCE));
    var after = max(header.sampledAt().plus(TOLERANCE), until.minus(window));
    report(
        silenceKey(),
        subject(),
        true,
        position(true),
        Optional.of(new Silence(after.toEpochMilli(), until.toEpochMilli())));
  }

  private void report(
      ConditionKey key,
      EventSubject subject,
      boolean isOpen,
      Position position,
      Optional<Silence> silence) {
    reporter.accept(
        new Observation(
            key, subject, isOpen, position, host.receivedAt().toEpochMilli(), silence, Map.of()));
  }

  /** A silence comes between the newest frame and the next one. */
  private Position position(boolean isAfterFrame) {
    var header = host.frame().header();
    return new Position(header.bootId(), 2 * header.sequence() + (isAfterFrame ? 1 : 0));
  }

  private static <T extends Comparable<T>> T max(T one, T other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
