package io.muster.aggregator.history;

import static java.time.ZoneOffset.UTC;

import io.muster.bus.transport.Pages;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.SqlStatement;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.LimitOffset;
import io.muster.schema.history.MonitorDay;
import io.muster.schema.history.MonitorDay.DayTraffic;
import io.muster.schema.history.MonitorDay.MeanUsage;
import io.muster.schema.history.MonitorDay.MonitoredClient;
import io.muster.schema.history.MonitorHead;
import io.muster.schema.json.WireTime;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;

/** Reads daily roll-ups. Several statements return those of many clients, the newest days first. */
final class ClientMonitorReader {
  /**
   * Maximum number of client days of one statement, which sorts them before it returns the first.
   */
  private static final int MAX_DAYS_PER_STATEMENT = 20_000;

  private static final ClientStatement EXTENT = ClientStatement.load("monitor-extent.sql");
  private static final ClientStatement DAYS = ClientStatement.load("monitor-days.sql");
  private static final ClientStatement CLIENTS_WITHOUT_DAYS =
      ClientStatement.load("monitor-clients-without-days.sql");
  private static final DateTimeFormatter SECONDS_FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(UTC);

  private final Database database;
  private final InstantSource clock;

  ClientMonitorReader(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  Future<Pages<MonitorHead, MonitorDay>> days(MonitorRequest request) {
    return database
        .withConnection(request.bind(EXTENT)::execute)
        .map(rows -> rows.iterator().next())
        .map(
            extent ->
                StatementCursors.pages(
                    database,
                    head(extent),
                    statements(request, extent).iterator(),
                    request.limitOffset(),
                    ClientMonitorReader::day));
  }

  private MonitorHead head(Row extent) {
    var rolledUpAt = extent.getOffsetDateTime("rolled_up_at").toInstant();
    return new MonitorHead(Math.max(0, Duration.between(rolledUpAt, clock.instant()).toSeconds()));
  }

  private static List<SqlStatement.Binding> statements(MonitorRequest request, Row extent) {
    var statements = new ArrayList<SqlStatement.Binding>();
    Optional.ofNullable(extent.getLocalDate("first"))
        .map(first -> new UtcDayRange(first, extent.getLocalDate("last")))
        .map(days -> request.range().map(days::intersection).orElse(days))
        .ifPresent(
            days -> addDayStatements(statements, request, days, extent.getInteger("clients")));
    if (request.range().isEmpty()) {
      statements.add(request.bind(CLIENTS_WITHOUT_DAYS));
    }
    return statements;
  }

  private static void addDayStatements(
      List<SqlStatement.Binding> statements,
      MonitorRequest request,
      UtcDayRange days,
      int clients) {
    var length = Math.max(1, MAX_DAYS_PER_STATEMENT / clients);
    for (var last = days.last(); !last.isBefore(days.first()); last = last.minusDays(length)) {
      var chunk = new UtcDayRange(last.minusDays(length - 1L), last).intersection(days);
      statements.add(
          request.bind(DAYS).bind("first_day", chunk.first()).bind("last_day", chunk.last()));
    }
  }

  private static MonitorDay day(Row row) {
    var heartbeats = Optional.ofNullable(row.getInteger("n"));
    return new MonitorDay(
        new MonitoredClient(
            ClientId.fromUuid(row.getUUID("client_id")),
            row.getString("name"),
            SECONDS_FORMAT.format(row.getOffsetDateTime("created_at")),
            SECONDS_FORMAT.format(row.getOffsetDateTime("updated_at"))),
        Optional.ofNullable(row.getLocalDate("day")).map(LocalDate::toString),
        new MeanUsage(
            optionalDouble(row, "cpu"), optionalDouble(row, "mem"), optionalDouble(row, "disk")),
        DayTraffic.of(
            Optional.ofNullable(row.getLong("net_down")),
            Optional.ofNullable(row.getLong("net_up")),
            heartbeats),
        heartbeats,
        Optional.ofNullable(row.getOffsetDateTime("last_ts"))
            .map(at -> WireTime.utcMicros(at.toInstant())));
  }

  private static OptionalDouble optionalDouble(Row row, String column) {
    var value = row.getDouble(column);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** UTC days, both ends inclusive. */
  record UtcDayRange(LocalDate first, LocalDate last) {
    UtcDayRange intersection(UtcDayRange other) {
      return new UtcDayRange(
          first.isBefore(other.first) ? other.first : first,
          last.isAfter(other.last) ? other.last : last);
    }
  }

  /**
   * A validated query.
   *
   * @param userId owner of the clients
   * @param client only this client; empty: all clients
   * @param range only these days, and only clients that have one; empty: all clients
   * @param limitOffset requested part of the days
   */
  record MonitorRequest(
      String userId, Optional<UUID> client, Optional<UtcDayRange> range, LimitOffset limitOffset) {
    private SqlStatement.Binding bind(ClientStatement statement) {
      return statement.bind(userId, client);
    }
  }
}
