package io.muster.schema.event;

import io.muster.schema.json.Flat;
import java.util.Map;
import java.util.Optional;

/**
 * The observation that a condition exists, or that it does not. A fleet event follows from it if it
 * differs from what is stored, and is newer; a repeated or older one changes nothing.
 *
 * @param isOpen true if the condition exists
 * @param position place in the order of all observations of the same subject
 * @param atMillis instant of the change by the clock of the observer, milliseconds since the epoch
 * @param silence of {@link EventKind#HOST_SILENT}: what a heartbeat would contradict
 * @param readings values that show the condition, by name and unit
 */
public record Observation(
    @Flat ConditionKey key,
    @Flat EventSubject subject,
    boolean isOpen,
    @Flat Position position,
    long atMillis,
    Optional<Silence> silence,
    Map<String, Long> readings) {
  public Observation {
    readings = Map.copyOf(readings);
  }

  /**
   * A place in an order that does not depend on the clock of the observer, if possible.
   *
   * @param bootId start of the collector whose frame shows it; 0 for an order by time
   * @param sequence number within that start
   */
  public record Position(long bootId, long sequence) {}

  /**
   * The time in which no heartbeat may have come from a silent host, by the clock of the host,
   * milliseconds since the epoch.
   *
   * @param afterMillis exclusive
   * @param untilMillis inclusive
   */
  public record Silence(long afterMillis, long untilMillis) {}
}
