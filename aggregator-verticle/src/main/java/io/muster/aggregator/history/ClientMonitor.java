package io.muster.aggregator.history;

import static java.time.ZoneOffset.UTC;

import io.muster.bus.service.Pages;
import io.muster.runtime.database.Database;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.LimitOffset;
import io.muster.schema.history.MonitorDay;
import io.muster.schema.json.WireTime;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;

/** Answers with days. Those of many clients come from several statements, the newest days first. */
final class ClientMonitor {
  /** Days of clients in one statement, which are sorted before the first of them is there. */
  private static final int DAYS_OF_A_PART = 20_000;

  private static final String EXTENT_OF_ONE_CLIENT =
      HistorySql.ofOneClient(HistorySql.MONITOR_EXTENT, 2);
  private static final String DAYS_OF_ONE_CLIENT =
      HistorySql.ofOneClient(HistorySql.MONITOR_DAYS, 4);
  private static final String REST_OF_ONE_CLIENT =
      HistorySql.ofOneClient(HistorySql.MONITOR_REST, 2);
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(UTC);

  /** What the head of such an answer says. */
  private static final String HEAD = "";

  private final Database database;

  ClientMonitor(Database database) {
    this.database = database;
  }

  Future<Pages<String>> days(Request request) {
    var statement = request.client().isPresent() ? EXTENT_OF_ONE_CLIENT : HistorySql.MONITOR_EXTENT;
    return database
        .withConnection(sql -> sql.preparedQuery(statement).execute(request.parameters()))
        .map(rows -> parts(request, rows.iterator().next()))
        .map(
            parts ->
                PartCursors.pages(
                    database, HEAD, parts.iterator(), request.slice(), ClientMonitor::day));
  }

  private static List<Part> parts(Request request, Row extent) {
    var parts = new ArrayList<Part>();
    Optional.ofNullable(extent.getLocalDate("first"))
        .map(first -> new Days(first, extent.getLocalDate("last")))
        .map(days -> request.range().map(days::within).orElse(days))
        .ifPresent(days -> addDays(parts, request, days, extent.getInteger("clients")));
    if (request.range().isEmpty()) {
      parts.add(new Part(request.rest(), request.parameters()));
    }
    return parts;
  }

  private static void addDays(List<Part> parts, Request request, Days days, int clients) {
    var length = Math.max(1, DAYS_OF_A_PART / clients);
    for (var last = days.last(); !last.isBefore(days.first()); last = last.minusDays(length)) {
      var part = new Days(last.minusDays(length - 1L), last).within(days);
      parts.add(new Part(request.days(), request.parameters(part)));
    }
  }

  private static MonitorDay day(Row row) {
    var heartbeats = Optional.ofNullable(row.getInteger("n"));
    var down = Optional.ofNullable(row.getLong("net_down"));
    var up = Optional.ofNullable(row.getLong("net_up"));
    return new MonitorDay(
        ClientId.of(row.getUUID("client_id")),
        row.getString("name"),
        SECONDS.format(row.getOffsetDateTime("created_at")),
        SECONDS.format(row.getOffsetDateTime("updated_at")),
        Optional.ofNullable(row.getLocalDate("day")).map(LocalDate::toString),
        number(row, "cpu"),
        number(row, "mem"),
        number(row, "disk"),
        down,
        up,
        heartbeats,
        Optional.ofNullable(row.getOffsetDateTime("last_ts"))
            .map(at -> WireTime.utcMicros(at.toInstant())),
        mean(down, heartbeats),
        mean(up, heartbeats));
  }

  private static OptionalDouble number(Row row, String column) {
    var value = row.getDouble(column);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private static double mean(Optional<Long> sum, Optional<Integer> number) {
    return sum.isPresent() && number.isPresent() ? (double) sum.get() / number.get() : 0;
  }

  /** UTC days, both ends inclusive. */
  record Days(LocalDate first, LocalDate last) {
    Days within(Days other) {
      return new Days(
          first.isBefore(other.first) ? other.first : first,
          last.isAfter(other.last) ? other.last : last);
    }
  }

  /**
   * A query that was checked.
   *
   * @param userId owner of the clients
   * @param client exactly this one
   * @param range only these days, and only clients that have one
   * @param slice which of the days
   */
  record Request(String userId, Optional<UUID> client, Optional<Days> range, LimitOffset slice) {
    private Tuple parameters() {
      var parameters = Tuple.of(userId);
      client.ifPresent(parameters::addUUID);
      return parameters;
    }

    private Tuple parameters(Days days) {
      var parameters = Tuple.of(userId, days.first(), days.last());
      client.ifPresent(parameters::addUUID);
      return parameters;
    }

    private String days() {
      return client.isPresent() ? DAYS_OF_ONE_CLIENT : HistorySql.MONITOR_DAYS;
    }

    private String rest() {
      return client.isPresent() ? REST_OF_ONE_CLIENT : HistorySql.MONITOR_REST;
    }
  }
}
