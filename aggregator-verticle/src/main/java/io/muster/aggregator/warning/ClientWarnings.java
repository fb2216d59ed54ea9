package io.muster.aggregator.warning;

import io.muster.schema.client.OpenWarning;
import io.muster.schema.client.Warning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The warnings of a client after a heartbeat, raised or about to be. They depend on the heartbeats
 * up to this one and on nothing else. Immutable.
 *
 * @param atMillis instant of the heartbeat, milliseconds since the epoch
 */
record ClientWarnings(long atMillis, List<OpenWarning> open) {
  /** Silence after which it is not known how long a condition has lasted. */
  private static final Duration MAX_SILENCE = Duration.ofMinutes(10);

  ClientWarnings {
    open = List.copyOf(open);
  }

  /** Returns the warnings after the next heartbeat. */
  ClientWarnings after(HeartbeatSample sample) {
    var wasSilent = sample.atMillis() - atMillis > MAX_SILENCE.toMillis();
    var next = new ArrayList<OpenWarning>();
    for (var rule : WarningRule.values()) {
      var before = find(rule.warning());
      rule.after(wasSilent ? before.flatMap(OpenWarning::afterSilence) : before, sample)
          .ifPresent(next::add);
    }
    return new ClientWarnings(sample.atMillis(), next);
  }

  /** Returns the raised warnings. */
  List<OpenWarning> raised() {
    return open.stream().filter(OpenWarning::raised).toList();
  }

  /** Returns the bits of the raised warnings. */
  int mask() {
    return open.stream()
        .filter(OpenWarning::raised)
        .mapToInt(warning -> warning.warning().bit())
        .reduce(0, (one, other) -> one | other);
  }

  private Optional<OpenWarning> find(Warning warning) {
    return open.stream().filter(each -> each.warning() == warning).findFirst();
  }
}
