package io.muster.aggregator.event;

import static java.time.ZoneOffset.UTC;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.FleetEventService;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.SqlFilter;
import io.muster.runtime.database.SqlStatement;
import io.muster.schema.client.ClientId;
import io.muster.schema.event.ConditionKey;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.FleetEvent;
import io.muster.schema.event.FleetEventPage;
import io.muster.schema.event.FleetEventQuery;
import io.muster.schema.event.ObservationBatch;
import io.muster.schema.event.ObservationReceipt;
import io.muster.schema.event.OpenConditionQuery;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Fleet events in PostgreSQL. Several instances may run: they share nothing but the database. Safe
 * for use by any context.
 */
public final class PostgresEventService implements FleetEventService {
  private static final SqlStatement LIST =
      SqlStatement.load(PostgresEventService.class, "list-events.sql");
  private static final SqlStatement OPEN_CONDITIONS =
      SqlStatement.load(PostgresEventService.class, "open-conditions.sql");

  /** The instants that PostgreSQL can store, and more than there are. */
  private static final long LAST_MILLIS = Instant.parse("9999-12-31T00:00:00Z").toEpochMilli();

  private static final int MAX_LIMIT = 1_000;

  private final Database database;
  private final InstantSource clock;
  private final Consumer<List<FleetEvent>> publisher;

  /**
   * Creates the service.
   *
   * @param publisher receives the events that are stored, after the commit
   */
  public PostgresEventService(
      Database database, InstantSource clock, Consumer<List<FleetEvent>> publisher) {
    this.database = database;
    this.clock = clock;
    this.publisher = publisher;
  }

  @Override
  public Future<ObservationReceipt> store(ObservationBatch batch) {
    var now = clock.instant();
    return Future.succeededFuture(batch)
        .map(received -> ObservationValidator.validate(received, now))
        .compose(
            observations ->
                database.withTransaction(
                    transaction -> EventStore.store(transaction, observations, now)))
        .onSuccess(publisher::accept)
        .map(events -> new ObservationReceipt(events.size()));
  }

  @Override
  public Future<List<ConditionKey>> openConditions(OpenConditionQuery query) {
    var kinds = query.kinds().stream().map(EventKind::word).toArray(String[]::new);
    return database
        .withConnection(OPEN_CONDITIONS.bind("kinds", kinds)::execute)
        .map(rows -> rows.stream().map(PostgresEventService::conditionKey).toList());
  }

  @Override
  public Future<FleetEventPage> events(FleetEventQuery query) {
    return Future.succeededFuture(query)
        .map(PostgresEventService::bind)
        .compose(statement -> database.withConnection(statement::execute))
        .map(rows -> page(rows.stream().map(EventRow::event).toList(), query.limit()));
  }

  private static SqlStatement.Binding bind(FleetEventQuery query) {
    if (query.limit() < 1 || query.limit() > MAX_LIMIT) {
      throw new FleetException(
          Code.INVALID_ARGUMENT, "limit=" + query.limit() + ": expected 1 to " + MAX_LIMIT);
    }
    var clientId = query.host().flatMap(ClientId::normalize).map(ClientId::toUuid);
    var cursor = query.cursor().map(EventCursor::parse);
    return new SqlFilter()
        .and("from", query.fromMillis().map(PostgresEventService::time), "at >= :from::timestamptz")
        .and("to", query.untilMillis().map(PostgresEventService::time), "at < :to::timestamptz")
        .and(
            "client_id",
            clientId,
            "client_ref = (SELECT client_ref FROM client WHERE client_id = :client_id)")
        .and(
            "host",
            clientId.isPresent() ? Optional.empty() : query.host(),
            "(host = :host OR client_ref IN (SELECT client_ref FROM client WHERE name = :host))")
        .and("kind", query.kind(), "kind = :kind")
        .and("last_at", cursor.map(EventCursor::atTime), "at <= :last_at::timestamptz")
        .and(
            "last_id",
            cursor.map(EventCursor::id),
            "(at, id) < (:last_at::timestamptz, :last_id::bigint)")
        .bind(LIST)
        .bind("limit", (long) query.limit());
  }

  private static FleetEventPage page(List<FleetEvent> events, int limit) {
    return events.size() <= limit
        ? new FleetEventPage(events, Optional.empty())
        : new FleetEventPage(
            events.subList(0, limit), Optional.of(EventCursor.of(events.get(limit - 1)).encode()));
  }

  private static ConditionKey conditionKey(Row row) {
    return new ConditionKey(
        row.getString("subject_id"), EventKind.ofWord(row.getString("kind")).orElseThrow());
  }

  private static OffsetDateTime time(long millis) {
    return Instant.ofEpochMilli(Math.max(0, Math.min(LAST_MILLIS, millis))).atOffset(UTC);
  }
}
