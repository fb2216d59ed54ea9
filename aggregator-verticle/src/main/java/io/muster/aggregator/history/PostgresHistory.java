package io.muster.aggregator.history;

import io.muster.bus.service.HistoryService;
import io.muster.bus.transport.NoHead;
import io.muster.bus.transport.Pages;
import io.muster.runtime.database.Database;
import io.muster.schema.history.ClientStat;
import io.muster.schema.history.HealthHead;
import io.muster.schema.history.HealthPoint;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.history.MonitorDay;
import io.muster.schema.history.MonitorQuery;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;

/**
 * History on PostgreSQL. Several instances may run: they share nothing but the database. Safe for
 * use by any context.
 */
public final class PostgresHistory implements HistoryService {
  private static final Duration ONLINE_WINDOW = Duration.ofMinutes(2);
  private static final Duration LOST_CONTACT_WINDOW = Duration.ofDays(1);

  /**
   * Age of the oldest day whose uptime counts: yesterday, or, until the first roll-up of a day, the
   * day before.
   */
  private static final int MAX_UPTIME_AGE_DAYS = 2;

  private final Database database;
  private final InstantSource clock;
  private final HistoryConfig config;
  private final ClientHealthReader health;
  private final ClientMonitorReader monitor;

  public PostgresHistory(Database database, InstantSource clock, HistoryConfig config) {
    this.database = database;
    this.clock = clock;
    this.config = config;
    this.health = new ClientHealthReader(database);
    this.monitor = new ClientMonitorReader(database);
  }

  @Override
  public Future<ClientStat> clientStat(String userId) {
    return Future.succeededFuture(userId)
        .map(QueryValidator::validateUserId)
        .map(this::parameters)
        .compose(
            parameters ->
                database.withConnection(
                    connection ->
                        connection.preparedQuery(HistorySql.CLIENT_STAT).execute(parameters)))
        .map(rows -> toStat(rows.iterator().next()));
  }

  @Override
  public Future<Pages<HealthHead, HealthPoint>> clientHealth(HealthQuery query) {
    return Future.succeededFuture(query).map(QueryValidator::validate).compose(health::points);
  }

  @Override
  public Future<Pages<NoHead, MonitorDay>> clientMonitor(MonitorQuery query) {
    return Future.succeededFuture(query).map(QueryValidator::validate).compose(monitor::days);
  }

  private Tuple parameters(String userId) {
    var now = clock.instant().atOffset(ZoneOffset.UTC);
    return Tuple.of(
        userId,
        now.minus(ONLINE_WINDOW),
        now.minus(LOST_CONTACT_WINDOW),
        now.toLocalDate().minusDays(MAX_UPTIME_AGE_DAYS),
        config.includeSilent());
  }

  private static ClientStat toStat(Row row) {
    return new ClientStat(
        row.getInteger("total"),
        row.getInteger("online"),
        row.getInteger("maintenance"),
        row.getInteger("warnings"),
        row.getLong("total_tflops"),
        row.getInteger("uptime_rate"));
  }
}
