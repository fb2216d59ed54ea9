package io.muster.aggregator.event;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.client.ClientId;
import io.muster.schema.event.ConditionKey;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.EventSubject;
import io.muster.schema.event.Observation;
import io.muster.schema.event.Observation.Silence;
import io.muster.schema.event.ObservationBatch;
import io.muster.schema.json.WireText;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Validates observations, so that the database accepts them. */
final class ObservationValidator {
  private static final Set<EventKind> KINDS = Set.copyOf(EventKind.observed());

  private ObservationValidator() {}

  /**
   * Returns the observations with instants that are not in the future; throws {@code
   * INVALID_ARGUMENT} if one is not valid.
   */
  static List<Observation> validate(ObservationBatch batch, Instant now) {
    var size = batch.observations().size();
    if (size > ObservationBatch.MAX_SIZE) {
      throw invalid("observations=" + size + ": expected at most " + ObservationBatch.MAX_SIZE);
    }
    return batch.observations().stream()
        .map(observation -> validate(observation, now.toEpochMilli()))
        .toList();
  }

  private static Observation validate(Observation observation, long nowMillis) {
    if (!KINDS.contains(observation.key().kind())) {
      throw invalid("kind=" + observation.key().kind().word() + ": not observed by api nodes");
    }
    var subject = observation.subject();
    if (!observation.key().hasValidId() || !texts(subject).allMatch(ObservationValidator::isName)) {
      throw invalid(
          "subject: expected texts of at most "
              + ConditionKey.MAX_ID_CHARACTERS
              + " characters without control characters");
    }
    if (subject.clientId().filter(id -> ClientId.normalize(id).isEmpty()).isPresent()) {
      throw invalid("client_id: expected 32 hexadecimal digits");
    }
    return new Observation(
        observation.key(),
        subject,
        observation.isOpen(),
        observation.position(),
        clamp(observation.atMillis(), nowMillis),
        observation.silence().map(silence -> clamp(silence, nowMillis)),
        observation.readings());
  }

  private static Stream<String> texts(EventSubject subject) {
    return Stream.of(subject.host(), subject.gpu(), subject.member()).flatMap(Optional::stream);
  }

  private static boolean isName(String text) {
    return text.length() <= ConditionKey.MAX_ID_CHARACTERS && !WireText.hasControls(text);
  }

  /** The clock of the host may be ahead; beyond twice the time since 1970 there is none. */
  private static Silence clamp(Silence silence, long nowMillis) {
    return new Silence(
        clamp(silence.afterMillis(), 2 * nowMillis), clamp(silence.untilMillis(), 2 * nowMillis));
  }

  private static long clamp(long millis, long maxMillis) {
    return Math.max(0, Math.min(maxMillis, millis));
  }

  private static FleetException invalid(String message) {
    return new FleetException(Code.INVALID_ARGUMENT, message);
  }
}
