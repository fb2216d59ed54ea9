package io.muster.aggregator;

import io.muster.bus.HistoryService;
import io.muster.runtime.database.Database;
import io.muster.schema.client.ClientId;
import io.muster.schema.history.ClientStat;
import io.muster.schema.history.HealthPoint;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.history.HealthSeries;
import io.muster.schema.json.WireTime;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;

/**
 * History on PostgreSQL. Several may answer; they share nothing but the database. Any context may
 * call.
 */
final class PostgresHistory implements HistoryService {
  private final Database database;
  private final InstantSource clock;

  PostgresHistory(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public Future<ClientStat> clientStat(String userId) {
    var parameters = Tuple.of(userId, clock.instant().atOffset(ZoneOffset.UTC));
    return database
        .with(sql -> sql.preparedQuery(HistorySql.CLIENT_STAT).execute(parameters))
        .map(rows -> stat(rows.iterator().next()));
  }

  @Override
  public Future<HealthSeries> clientHealth(HealthQuery query) {
    var parameters =
        Tuple.of(
            query.userId(),
            query.clientId().map(ClientId::toUuid).orElse(null),
            utc(query.fromMillis()),
            utc(query.untilMillis()));
    return database.with(
        sql ->
            sql.preparedQuery(HistorySql.HEALTH_EXTENT)
                .execute(parameters)
                .map(rows -> resolution(rows.iterator().next()))
                .compose(
                    resolution ->
                        sql.preparedQuery(resolution.statement())
                            .execute(parameters)
                            .map(rows -> series(resolution, rows))));
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

  private static Resolution resolution(Row extent) {
    var seconds = extent.getLong("seconds");
    return Resolution.of(extent.getInteger("clients"), seconds == null ? 0 : seconds);
  }

  private static HealthSeries series(Resolution resolution, Iterable<Row> rows) {
    var points = new ArrayList<HealthPoint>();
    rows.forEach(row -> points.add(point(row)));
    return new HealthSeries(resolution.wireName(), points);
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

  private static OffsetDateTime utc(long millis) {
    return Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
  }
}
