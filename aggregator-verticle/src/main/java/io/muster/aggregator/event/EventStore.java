package io.muster.aggregator.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.ZoneOffset.UTC;
import static java.util.function.Predicate.not;

import io.muster.runtime.database.SqlStatement;
import io.muster.runtime.database.schema.AdvisoryLock;
import io.muster.runtime.database.schema.Partitions;
import io.muster.schema.client.ClientId;
import io.muster.schema.event.EventSubject;
import io.muster.schema.event.FleetEvent;
import io.muster.schema.event.Observation;
import io.muster.schema.event.Observation.Silence;
import io.muster.schema.json.WireJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Stores the fleet events that follow from observations, in a transaction of the caller. */
public final class EventStore {
  private static final SqlStatement STORE =
      SqlStatement.load(EventStore.class, "store-observations.sql");
  private static final Duration MAX_AGE = Duration.ofDays(Partitions.MAX_LATE_DAYS);

  private EventStore() {}

  /**
   * Stores the events, and returns them; the caller publishes them after the commit. Holds a lock
   * until then, so that the order of their ids is that of the commits: a transaction that locks
   * clients or their states must do so before. An event that is older than a week is not stored.
   *
   * @param observations with instants between 1970 and now; may be empty
   */
  public static Future<List<FleetEvent>> store(
      SqlConnection transaction, List<Observation> observations, Instant now) {
    if (observations.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    return AdvisoryLock.FLEET_EVENTS
        .acquire(transaction)
        .compose(locked -> bind(observations, now).execute(transaction))
        .map(rows -> rows.stream().map(EventRow::event).toList());
  }

  private static SqlStatement.Binding bind(List<Observation> observations, Instant now) {
    var columns = new ObservationColumns(observations);
    return STORE
        .bind("subject_ids", columns.of(each -> each.key().subjectId(), String[]::new))
        .bind("kinds", columns.of(each -> each.key().kind().word(), String[]::new))
        .bind("open", columns.of(Observation::isOpen, Boolean[]::new))
        .bind("boot_ids", columns.of(each -> each.position().bootId(), Long[]::new))
        .bind("sequences", columns.of(each -> each.position().sequence(), Long[]::new))
        .bind("at", columns.of(Observation::atMillis, Long[]::new))
        .bind("client_ids", columns.of(EventStore::clientId, UUID[]::new))
        .bind("hosts", columns.ofSubjects(EventSubject::host))
        .bind("device_uuids", columns.ofSubjects(EventSubject::gpu))
        .bind("members", columns.ofSubjects(EventSubject::member))
        .bind("silent_after", columns.ofSilences(Silence::afterMillis))
        .bind("silent_until", columns.ofSilences(Silence::untilMillis))
        .bind("readings", columns.of(EventStore::readings, String[]::new))
        .bind("now", now.atOffset(UTC))
        .bind("oldest", now.minus(MAX_AGE).truncatedTo(ChronoUnit.DAYS).atOffset(UTC));
  }

  private static @Nullable UUID clientId(Observation observation) {
    return observation.subject().clientId().map(ClientId::toUuid).orElse(null);
  }

  private static @Nullable String readings(Observation observation) {
    return Optional.of(observation.readings())
        .filter(not(Map::isEmpty))
        .map(values -> new String(WireJson.bytes(values), UTF_8))
        .orElse(null);
  }

  /** The values of observations, by column. */
  private record ObservationColumns(List<Observation> observations) {
    <T> @Nullable T[] of(
        Function<Observation, @Nullable T> value, IntFunction<@Nullable T[]> newArray) {
      return observations.stream().map(value).toArray(newArray);
    }

    @Nullable String[] ofSubjects(Function<EventSubject, Optional<String>> value) {
      return of(each -> value.apply(each.subject()).orElse(null), String[]::new);
    }

    @Nullable Long[] ofSilences(Function<Silence, Long> value) {
      return of(each -> each.silence().map(value).orElse(null), Long[]::new);
    }
  }
}
