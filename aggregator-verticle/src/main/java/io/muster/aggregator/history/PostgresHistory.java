package io.muster.aggregator.history;

import io.muster.bus.service.HistoryService;
import io.muster.bus.service.Pages;
import io.muster.runtime.database.Database;
import io.muster.schema.history.ClientStat;
import io.muster.schema.history.HealthHead;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.history.MonitorQuery;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.InstantSource;
import java.time.ZoneOffset;

/**
 * History on PostgreSQL. Several may answer; they share nothing but the database. Any context may
 * call.
 */
public final class PostgresHistory implements HistoryService {
  private final Database database;
  private final InstantSource clock;
  private final HistoryConfig config;
  private final ClientHealth health;
  private final ClientMonitor monitor;

  public PostgresHistory(Database database, InstantSource clock, HistoryConfig config) {
    this.database = database;
    this.clock = clock;
    this.config = config;
    this.health = new ClientHealth(database);
    this.monitor = new ClientMonitor(database);
  }

  @Override
  public Future<ClientStat> clientStat(String userId) {
    return Future.succeededFuture(userId)
        .map(QueryCheck::userId)
        .map(
            user ->
                Tuple.of(user, clock.instant().atOffset(ZoneOffset.UTC), config.includeSilent()))
        .compose(
            parameters ->
                database.with(sql -> sql.preparedQuery(HistorySql.CLIENT_STAT).execute(parameters)))
        .map(rows -> stat(rows.iterator().next()));
  }

  @Override
  public Future<Pages<HealthHead>> clientHealth(HealthQuery query) {
    return Future.succeededFuture(query).map(QueryCheck::checked).compose(health::points);
  }

  @Override
  public Future<Pages<String>> clientMonitor(MonitorQuery query) {
    return Future.succeededFuture(query).map(QueryCheck::checked).compose(monitor::days);
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
}
