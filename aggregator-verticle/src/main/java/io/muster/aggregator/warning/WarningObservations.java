package io.muster.aggregator.warning;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import io.muster.schema.client.OpenWarning;
import io.muster.schema.client.Warning;
import io.muster.schema.event.ConditionKey;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.Observation;
import io.muster.schema.event.Observation.Position;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The observations that follow from the evaluation of a client: each begin and end of a warning.
 * They are ordered by the instants of the heartbeats, so that a repeated evaluation adds none. A
 * complete one also ends with what differs from the stored conditions then, because late heartbeats
 * may have changed the past. Confined to the context of its caller.
 */
final class WarningObservations {
  private final ClientEvaluation evaluation;
  private final Map<String, StoredCondition> stored;
  private final List<Observation> observations = new ArrayList<>();

  private WarningObservations(ClientEvaluation evaluation, Map<String, StoredCondition> stored) {
    this.evaluation = evaluation;
    this.stored = stored;
  }

  /**
   * Returns the observations of all clients.
   *
   * @param conditions rows of {@code select-conditions.sql}
   */
  static List<Observation> of(List<ClientEvaluation> evaluations, RowSet<Row> conditions) {
    var conditionsByClient =
        conditions.stream()
            .collect(
                groupingBy(
                    row -> row.getInteger("client_ref"),
                    toMap(row -> row.getString("kind"), StoredCondition::of)));
    return evaluations.stream()
        .flatMap(
            evaluation ->
                new WarningObservations(
                        evaluation,
                        conditionsByClient.getOrDefault(evaluation.clientRef(), Map.of()))
                    .observe().stream())
        .toList();
  }

  private List<Observation> observe() {
    for (var change : evaluation.changes()) {
      var open = change.warning();
      EventKind.of(open.warning())
          .ifPresent(
              kind ->
                  add(
                      kind,
                      change.isRaised(),
                      change.atMillis(),
                      change.atMillis(),
                      readings(open)));
    }
    if (evaluation.isComplete()) {
      for (var warning : Warning.values()) {
        EventKind.of(warning).ifPresent(kind -> addDifference(warning, kind));
      }
    }
    return observations;
  }

  private void addDifference(Warning warning, EventKind kind) {
    var condition = stored.getOrDefault(kind.word(), StoredCondition.NONE);
    var raised =
        evaluation.warnings().raised().stream()
            .filter(open -> open.warning() == warning)
            .findFirst();
    if (condition.isOpen() != raised.isPresent()) {
      var atMillis = evaluation.warnings().atMillis();
      add(
          kind,
          raised.isPresent(),
          Math.max(atMillis, condition.sequence() + 1),
          atMillis,
          raised.map(WarningObservations::readings).orElse(Map.of()));
    }
  }

  private void add(
      EventKind kind, boolean isRaised, long sequence, long atMillis, Map<String, Long> readings) {
    var subject = evaluation.subject();
    observations.add(
        new Observation(
            ConditionKey.ofHost(subject.clientId().orElseThrow(), kind),
            subject,
            isRaised,
            new Position(0, sequence),
            atMillis,
            Optional.empty(),
            readings));
  }

  private static Map<String, Long> readings(OpenWarning open) {
    return open.warning()
        .readingName()
        .flatMap(name -> open.peak().map(peak -> Map.of(name, (long) peak)))
        .orElse(Map.of());
  }

  /** A condition after its last change, of this sequence number. */
  private record StoredCondition(boolean isOpen, long sequence) {
    static final StoredCondition NONE = new StoredCondition(false, 0);

    static StoredCondition of(Row row) {
      return new StoredCondition(row.getBoolean("open"), row.getLong("sequence"));
    }
  }
}
