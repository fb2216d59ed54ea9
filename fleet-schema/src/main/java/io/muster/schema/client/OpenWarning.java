package io.muster.schema.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.type.TypeReference;
import io.muster.schema.json.WireJson;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A stored warning of a client that is raised, or about to be.
 *
 * @param sinceMillis instant of the first heartbeat that showed its condition, milliseconds since
 *     the epoch
 * @param heartbeats number of heartbeats that showed it before it was raised
 * @param peak highest reading of all heartbeats since; empty if it has none
 * @param raised false while it has not been shown for long enough
 * @param calmSinceMillis instant of the first of the newest heartbeats, all of which contradict it;
 *     empty if the newest does not
 */
public record OpenWarning(
    Warning warning,
    long sinceMillis,
    int heartbeats,
    Optional<Integer> peak,
    boolean raised,
    Optional<Long> calmSinceMillis) {
  private static final TypeReference<List<OpenWarning>> LIST = new TypeReference<>() {};

  /** Returns a warning whose condition is shown for the first time. */
  public static OpenWarning shownAt(Warning warning, long atMillis) {
    return new OpenWarning(warning, atMillis, 0, Optional.empty(), false, Optional.empty());
  }

  /** Reads the stored form; a client without open warnings has none. */
  public static List<OpenWarning> readAll(Optional<String> json) {
    return json.map(text -> WireJson.read(text.getBytes(UTF_8), LIST)).orElse(List.of());
  }

  /** Returns the stored form. */
  public static String write(List<OpenWarning> warnings) {
    return new String(WireJson.bytes(warnings), UTF_8);
  }

  /** Counts a heartbeat that shows the condition. */
  public OpenWarning withHeartbeat() {
    return new OpenWarning(warning, sinceMillis, heartbeats + 1, peak, raised, calmSinceMillis);
  }

  /** Returns the warning with another reading, whose peak is the higher one. */
  public OpenWarning withPeak(Optional<Integer> reading) {
    var highest = Stream.of(peak, reading).flatMap(Optional::stream).max(Integer::compare);
    return new OpenWarning(warning, sinceMillis, heartbeats, highest, raised, calmSinceMillis);
  }

  public OpenWarning withCalmSince(Optional<Long> millis) {
    return new OpenWarning(warning, sinceMillis, heartbeats, peak, raised, millis);
  }

  /** Returns the warning, raised. */
  public OpenWarning raise() {
    return new OpenWarning(warning, sinceMillis, heartbeats, peak, true, calmSinceMillis);
  }

  /**
   * Returns the warning after a time of silence, in which nobody knows what happened: it stays
   * raised, until the host is calm for long enough; if it was not, it is empty.
   */
  public Optional<OpenWarning> afterSilence() {
    return raised ? Optional.of(withCalmSince(Optional.empty())) : Optional.empty();
  }
}
