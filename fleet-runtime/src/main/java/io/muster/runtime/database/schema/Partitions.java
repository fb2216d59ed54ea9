package io.muster.runtime.database.schema;

import static java.time.ZoneOffset.UTC;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The partitions of {@code heartbeat} (one for each UTC day), {@code client_hour} and {@code
 * device_hour} (one for each UTC month). They are made ahead of time, and for the days of which
 * heartbeats may still come.
 */
public final class Partitions {
  /** How many days late a heartbeat may come. */
  public static final int LATE_DAYS = 7;

  /** For how many days ahead there is a place. */
  public static final int AHEAD_DAYS = 3;

  private static final String HEARTBEAT = "heartbeat";
  private static final List<String> HOURS = List.of("client_hour", "device_hour");
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyyMMdd");
  private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("yyyyMM");

  private Partitions() {}

  /**
   * Makes the missing ones around a day and yields how many those were. Reads and writes go on
   * meanwhile; several nodes may do it at once.
   *
   * @param today UTC
   */
  public static Future<Integer> ensured(SqlConnection connection, LocalDate today) {
    return missing(connection, today)
        .compose(
            missing ->
                missing.isEmpty()
                    ? Future.succeededFuture(0)
                    : AdvisoryLock.PARTITIONS.holding(
                        connection, () -> created(connection, today)));
  }

  /** The UTC days that have a partition of {@code heartbeat}, the oldest first. */
  public static Future<List<LocalDate>> heartbeatDays(SqlConnection connection) {
    return names(connection)
        .map(
            names ->
                names.stream()
                    .filter(name -> name.startsWith(HEARTBEAT + "_"))
                    .map(name -> LocalDate.parse(name.substring(HEARTBEAT.length() + 1), DAY))
                    .sorted()
                    .toList());
  }

  /** The partition of {@code heartbeat} for a UTC day. */
  public static String heartbeatTable(LocalDate day) {
    return HEARTBEAT + "_" + DAY.format(day);
  }

  private static Future<Integer> created(SqlConnection transaction, LocalDate today) {
    return missing(transaction, today).compose(missing -> created(transaction, missing));
  }

  private static Future<Integer> created(SqlConnection transaction, List<Partition> missing) {
    if (missing.isEmpty()) {
      return Future.succeededFuture(0);
    }
    var script = String.join("\n", missing.stream().map(Partition::sql).toList());
    return transaction.query(script).execute().map(missing.size());
  }

  private static Future<List<Partition>> missing(SqlConnection connection, LocalDate today) {
    return names(connection)
        .map(
            names ->
                wanted(today).stream()
                    .filter(partition -> !names.contains(partition.name()))
                    .toList());
  }

  static List<Partition> wanted(LocalDate today) {
    var first = today.minusDays(LATE_DAYS);
    var last = today.plusDays(AHEAD_DAYS);
    var days = first.datesUntil(last.plusDays(1)).map(Partition::ofDay);
    var months = Stream.of(first, today, last).map(YearMonth::from).distinct().toList();
    var hours =
        HOURS.stream()
            .flatMap(parent -> months.stream().map(month -> Partition.ofMonth(parent, month)));
    return Stream.concat(days, hours).toList();
  }

  private static Future<Set<String>> names(SqlConnection connection) {
    return connection
        .query(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
                + " WHERE i.inhparent IN ('heartbeat'::regclass, 'client_hour'::regclass,"
                + " 'device_hour'::regclass)")
        .execute()
        .map(
            rows -> {
              var names = new HashSet<String>();
              rows.forEach(row -> names.add(row.getString(0)));
              return names;
            });
  }

  /**
   * One partition.
   *
   * @param parent table
   * @param name of the partition
   * @param options storage options
   * @param from inclusive
   * @param to exclusive
   */
  record Partition(String parent, String name, String options, LocalDate from, LocalDate to) {
    static Partition ofDay(LocalDate day) {
      return new Partition(
          HEARTBEAT, heartbeatTable(day), "fillfactor = 100", day, day.plusDays(1));
    }

    static Partition ofMonth(String parent, YearMonth month) {
      var name = parent + "_" + MONTH.format(month);
      return new Partition(
          parent, name, "fillfactor = 60", month.atDay(1), month.plusMonths(1).atDay(1));
    }

    /** Made apart and then attached: that blocks neither readers nor writers of the parent. */
    String sql() {
      return "CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS) WITH (%s);\n"
              .formatted(name, parent, options)
          + "ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM ('%s') TO ('%s');"
              .formatted(parent, name, from.atStartOfDay(UTC), to.atStartOfDay(UTC));
    }
  }
}
