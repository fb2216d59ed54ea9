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
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;

/**
 * History on PostgreSQL. Several may answer; they share nothing but the database. Any context may
 * call.
 */
public final class PostgresHistory implements HistoryService {
  private static final Duration ONLINE = Duration.ofMinutes(2);
  private static final Duration MISSED = Duration.ofDays(1);

  /** Yesterday, or until the first fold of a day the day before. */
  private static final int UPTIME_DAYS = 2;

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
        .map(this::parameters)
        .compose(
            parameters ->
                database.withConnection(
                    sql -> sql.preparedQuery(HistorySql.CLIENT_STAT).execute(parameters)))
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

  private Tuple parameters(String userId) {
    var now = clock.instant().atOffset(ZoneOffset.UTC);
    return Tuple.of(
        userId,
        now.minus(ONLINE),
        now.minus(MISSED),
        now.toLocalDate().minusDays(UPTIME_DAYS),
        config.includeSilent());
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
