package io.muster.aggregator.history;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.HistoryService;
import io.muster.bus.service.Pages;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.RowPages;
import io.muster.schema.client.ClientId;
import io.muster.schema.history.ClientStat;
import io.muster.schema.history.HealthHead;
import io.muster.schema.history.HealthPoint;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.history.MonitorQuery;
import io.muster.schema.json.WireTime;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;

/**
 * History on PostgreSQL. Several may answer; they share nothing but the database. Any context may
 * call.
 */
public final class PostgresHistory implements HistoryService {
  /** Hours of clients in one answer: some 25 MB of JSON. */
  private static final int MAX_HOURS = 100_000;

  private static final long LAST_MILLIS = Instant.parse("9999-12-31T00:00:00Z").toEpochMilli();
  private static final String EXTENT_OF_ONE_CLIENT =
      HistorySql.ofOneClient(HistorySql.HEALTH_EXTENT, 5);

  private final Database database;
  private final InstantSource clock;

  public PostgresHistory(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public Future<ClientStat> clientStat(String userId) {
    if (!isText(userId)) {
      return invalid("user_id", userId, "a text without U+0000");
    }
    var parameters = Tuple.of(userId, clock.instant().atOffset(ZoneOffset.UTC));
    return database
        .with(sql -> sql.preparedQuery(HistorySql.CLIENT_STAT).execute(parameters))
        .map(rows -> stat(rows.iterator().next()));
  }

  @Override
  public Future<Pages<HealthHead>> clientHealth(HealthQuery query) {
    if (!isText(query.userId())) {
      return invalid("user_id", query.userId(), "a text without U+0000");
    }
    var clientId = query.clientId();
    if (clientId.isPresent() && ClientId.normalise(clientId.get()).isEmpty()) {
      return invalid("client_id", clientId.get(), "32 hexadecimal digits");
    }
    var client = clientId.flatMap(ClientId::normalise).map(ClientId::toUuid);
    return database
        .with(sql -> resolution(sql, query, client))
        .compose(found -> series(query, client, found));
  }

  @Override
  public Future<Pages<String>> clientMonitor(MonitorQuery query) {
    return Future.failedFuture(new FleetException(Code.UNAVAILABLE, "not built yet"));
  }

  /** Found by the roll-ups: they know how much there is without counting it. */
  private static Future<Resolution> resolution(
      SqlConnection sql, HealthQuery query, Optional<UUID> client) {
    var statement = client.isPresent() ? EXTENT_OF_ONE_CLIENT : HistorySql.HEALTH_EXTENT;
    var parameters = range(query).addInteger(MAX_HOURS + 1);
    client.ifPresent(parameters::addUUID);
    return sql.preparedQuery(statement)
        .execute(parameters)
        .compose(rows -> resolution(rows.iterator().next()));
  }

  private static Future<Resolution> resolution(Row extent) {
    return extent.getLong("hours") > MAX_HOURS
        ? Future.failedFuture(
            new FleetException(
                Code.INVALID_ARGUMENT,
                "the range holds more than "
                    + MAX_HOURS
                    + " hours of clients: expected a shorter one, or one client"))
        : Future.succeededFuture(Resolution.of(extent.getLong("beats"), extent.getLong("minutes")));
  }

  private Future<Pages<HealthHead>> series(
      HealthQuery query, Optional<UUID> client, Resolution resolution) {
    var parameters = range(query);
    client.ifPresent(parameters::addUUID);
    return database
        .cursor(resolution.statement(client.isPresent()), parameters)
        .map(
            cursor ->
                RowPages.of(new HealthHead(resolution.wireName()), cursor, PostgresHistory::point));
  }

  private static Tuple range(HealthQuery query) {
    return Tuple.tuple()
        .addString(query.userId())
        .addOffsetDateTime(utc(query.fromMillis()))
        .addOffsetDateTime(utc(query.untilMillis()));
  }

  private static ClientStat stat(Row row) {
    return new ClientStat(
        row.getInteger("total"),
        row.getInteger("online"),
        row.getInteger("maintenance"),
        row.getInteger("warnings"),
        row.getLong("total_tflops"),
        row.getInteger("uptime_rate"));
  }

  private static HealthPoint point(Row row) {
    return new HealthPoint(
        ClientId.of(row.getUUID("client_id")),
        row.getString("name"),
        WireTime.utcMicros(row.getOffsetDateTime("ts").toInstant()),
        row.getInteger("cpu"),
        row.getInteger("mem"),
        row.getInteger("disk"),
        row.getLong("net_up"),
        row.getLong("net_down"));
  }

  /** Instants that PostgreSQL can hold. */
  private static OffsetDateTime utc(long millis) {
    var held = Math.max(0, Math.min(LAST_MILLIS, millis));
    return Instant.ofEpochMilli(held).atOffset(ZoneOffset.UTC);
  }

  /** PostgreSQL takes every character but U+0000. */
  private static boolean isText(String text) {
    return text.indexOf('\0') < 0;
  }

  private static <T> Future<T> invalid(String name, String value, String expected) {
    var message = name + "=" + value + ": expected " + expected;
    return Future.failedFuture(new FleetException(Code.INVALID_ARGUMENT, message));
  }
}
