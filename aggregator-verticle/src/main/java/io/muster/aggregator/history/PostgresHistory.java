package io.muster.aggregator.history;

import io.muster.bus.service.HistoryService;
import io.muster.bus.transport.Pages;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.SqlStatement;
import io.muster.schema.history.ClientStat;
import io.muster.schema.history.DeviceSeriesQuery;
import io.muster.schema.history.HealthHead;
import io.muster.schema.history.HealthPoint;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.history.HostSeriesQuery;
import io.muster.schema.history.MonitorDay;
import io.muster.schema.history.MonitorHead;
import io.muster.schema.history.MonitorQuery;
import io.muster.schema.history.SeriesBin;
import io.muster.schema.history.SeriesHead;
import io.muster.schema.state.FleetAt;
import io.muster.schema.state.FleetAtQuery;
import io.muster.schema.state.FleetEnergy;
import io.muster.schema.state.FleetEnergyQuery;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;

/**
 * History on PostgreSQL. Several instances may run: they share nothing but the database. Safe for
 * use by any context.
 */
public final class PostgresHistory implements HistoryService {
  private static final SqlStatement CLIENT_STAT =
      SqlStatement.load(PostgresHistory.class, "client-stat.sql");
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
  private final SeriesReader series;
  private final FleetAtReader fleet;
  private final FleetEnergyReader energy;

  public PostgresHistory(Database database, InstantSource clock, HistoryConfig config) {
    this.database = database;
    this.clock = clock;
    this.config = config;
    this.health = new ClientHealthReader(database);
    this.monitor = new ClientMonitorReader(database, clock);
    this.series = new SeriesReader(database);
    this.fleet = new FleetAtReader(database);
    this.energy = new FleetEnergyReader(database);
  }

  @Override
  public Future<ClientStat> clientStat(String userId) {
    return Future.succeededFuture(userId)
        .map(QueryValidator::validateUserId)
        .map(this::bindClientStat)
        .compose(statement -> database.withConnection(statement::execute))
        .map(rows -> toStat(rows.iterator().next()));
  }

  @Override
  public Future<Pages<HealthHead, HealthPoint>> clientHealth(HealthQuery query) {
    return Future.succeededFuture(query).map(QueryValidator::validate).compose(health::points);
  }

  @Override
  public Future<Pages<MonitorHead, MonitorDay>> clientMonitor(MonitorQuery query) {
    return Future.succeededFuture(query).map(QueryValidator::validate).compose(monitor::days);
  }

  @Override
  public Future<Pages<SeriesHead, SeriesBin>> deviceSeries(DeviceSeriesQuery query) {
    return Future.succeededFuture(query.range())
        .map(range -> QueryValidator.validate(range, clock.instant()))
        .compose(request -> series.device(query, request));
  }

  @Override
  public Future<Pages<SeriesHead, SeriesBin>> hostSeries(HostSeriesQuery query) {
    return Future.succeededFuture(query.range())
        .map(range -> QueryValidator.validate(range, clock.instant()))
        .compose(request -> series.host(query, request));
  }

  @Override
  public Future<FleetAt> fleetAt(FleetAtQuery query) {
    return Future.succeededFuture(query)
        .map(request -> QueryValidator.validate(request, clock.instant()))
        .compose(fleet::read);
  }

  @Override
  public Future<FleetEnergy> fleetEnergy(FleetEnergyQuery query) {
    var now = clock.instant();
    return Future.succeededFuture(query)
        .map(request -> QueryValidator.validate(request, now))
        .compose(from -> energy.read(from, now));
  }

  private SqlStatement.Binding bindClientStat(String userId) {
    var now = clock.instant().atOffset(ZoneOffset.UTC);
    return CLIENT_STAT
        .bind("user_id", userId)
        .bind("online_since", now.minus(ONLINE_WINDOW))
        .bind("lost_since", now.minus(LOST_CONTACT_WINDOW))
        .bind("uptime_since", now.toLocalDate().minusDays(MAX_UPTIME_AGE_DAYS))
        .bind("include_silent", config.includeSilent());
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
