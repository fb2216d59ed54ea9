package io.muster.runtime.database.schema;

import static java.time.ZoneOffset.UTC;

import io.muster.runtime.database.schema.HeldPartition.State;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The partitions of {@code heartbeat} and {@code heartbeat_pack} (one for each UTC day), {@code
 * client_hour} and {@code device_hour} (one for each UTC month). All but those of packs are made
 * ahead of time, and for the days of which heartbeats may still come. There is none for the rest: a
 * partition by default would be in the way of every one that is made later.
 */
public final class Partitions {
  /** How many days late a heartbeat may come. */
  public static final int LATE_DAYS = 7;

  /** For how many days ahead there is a place. */
  public static final int AHEAD_DAYS = 3;

  private static final String HELD =
      """
      SELECT c.relname, CASE WHEN i.inhrelid IS NULL THEN 'DETACHED' WHEN i.inhdetachpending THEN 'DETACHING' ELSE 'ATTACHED' END,
        coalesce(pg_total_relation_size(c.oid), 0),
        CASE WHEN pg_relation_size(c.oid) > 0 THEN greatest(c.reltuples, 1) ELSE 0 END::bigint
      FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
      WHERE c.relkind = 'r' AND c.relname ~ '_[0-9]+$'
        AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'heartbeat'::regclass)
        AND (i.inhparent IS NULL OR i.inhparent IN
          ('heartbeat'::regclass, 'heartbeat_pack'::regclass, 'client_hour'::regclass, 'device_hour'::regclass))""";

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

  /**
   * The UTC days of which heartbeats can be written: the unbroken row of partitions that ends with
   * the newest, the oldest first. Those before a gap, which a long stop leaves, do not count.
   */
  public static Future<List<LocalDate>> heartbeatDays(SqlConnection connection) {
    return names(connection, " AND NOT i.inhdetachpending")
        .map(
            names ->
                unbroken(
                    names.stream()
                        .flatMap(name -> PartitionFamily.HEARTBEAT.firstDay(name).stream())
                        .sorted(Comparator.reverseOrder())
                        .toList()));
  }

  /** The partition of {@code heartbeat} for a UTC day. */
  public static String heartbeatTable(LocalDate day) {
    return PartitionFamily.HEARTBEAT.tableOf(day);
  }

  /**
   * All that are there, by family and from the oldest; those too that were on their way out when
   * that was interrupted.
   */
  public static Future<List<HeldPartition>> held(SqlConnection connection) {
    return connection
        .query(HELD)
        .execute()
        .map(
            rows ->
                StreamSupport.stream(rows.spliterator(), false)
                    .flatMap(Partitions::held)
                    .sorted(
                        Comparator.comparing(HeldPartition::family)
                            .thenComparing(HeldPartition::from))
                    .toList());
  }

  /**
   * Makes a table by itself of a partition; readers and writers of the others go on. What was begun
   * before is brought to its end.
   *
   * @param connection not in a transaction
   */
  public static Future<Void> detached(SqlConnection connection, HeldPartition partition) {
    var detach = "ALTER TABLE " + partition.family().table() + " DETACH PARTITION ";
    return switch (partition.state()) {
      case ATTACHED -> run(connection, detach + partition.name() + " CONCURRENTLY");
      case DETACHING -> run(connection, detach + partition.name() + " FINALIZE");
      case DETACHED -> Future.succeededFuture();
    };
  }

  /**
   * Brings to an end what an earlier {@link #detached} began: until then nothing else of the same
   * family can be detached.
   *
   * @param connection not in a transaction
   * @return what there is then
   */
  public static Future<List<HeldPartition>> settled(SqlConnection connection) {
    return held(connection)
        .compose(
            held -> {
              var begun = held.stream().filter(each -> each.state() == State.DETACHING).toList();
              var done = Future.<Void>succeededFuture();
              for (var partition : begun) {
                done = done.compose(before -> detached(connection, partition));
              }
              return begun.isEmpty()
                  ? Future.succeededFuture(held)
                  : done.compose(finished -> held(connection));
            });
  }

  /**
   * Removes a partition with all that is in it; readers and writers of the others go on.
   *
   * @param connection not in a transaction
   */
  public static Future<Void> dropped(SqlConnection connection, HeldPartition partition) {
    return detached(connection, partition)
        .compose(alone -> run(connection, "DROP TABLE " + partition.name()));
  }

  private static List<LocalDate> unbroken(List<LocalDate> newestFirst) {
    var days = new ArrayDeque<LocalDate>();
    for (var day : newestFirst) {
      if (!days.isEmpty() && !day.plusDays(1).equals(days.getFirst())) {
        break;
      }
      days.addFirst(day);
    }
    return List.copyOf(days);
  }

  private static Stream<HeldPartition> held(Row row) {
    var name = row.getString(0);
    var family = PartitionFamily.ofTable(name);
    return family.stream()
        .map(
            of -> {
              var day = of.firstDay(name).orElseThrow();
              return new HeldPartition(
                  of,
                  name,
                  of.begin(day),
                  of.end(day),
                  State.valueOf(row.getString(1)),
                  row.getLong(2),
                  row.getLong(3));
            });
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
    return names(connection, "")
        .map(
            names ->
                wanted(today).stream()
                    .filter(partition -> !names.contains(partition.name()))
                    .toList());
  }

  static List<Partition> wanted(LocalDate today) {
    var first = today.minusDays(LATE_DAYS);
    var last = today.plusDays(AHEAD_DAYS);
    return Stream.of(
            PartitionFamily.HEARTBEAT, PartitionFamily.CLIENT_HOUR, PartitionFamily.DEVICE_HOUR)
        .flatMap(
            family ->
                first
                    .datesUntil(last.plusDays(1))
                    .map(family::begin)
                    .distinct()
                    .map(day -> new Partition(family, day)))
        .toList();
  }

  private static Future<Set<String>> names(SqlConnection connection, String condition) {
    return connection
        .query(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
                + " WHERE i.inhparent IN ('heartbeat'::regclass, 'client_hour'::regclass,"
                + " 'device_hour'::regclass)"
                + condition)
        .execute()
        .map(
            rows -> {
              var names = new HashSet<String>();
              rows.forEach(row -> names.add(row.getString(0)));
              return names;
            });
  }

  private static Future<Void> run(SqlConnection connection, String sql) {
    return connection.query(sql).execute().mapEmpty();
  }

  /**
   * One partition that is to be made.
   *
   * @param first day of it
   */
  record Partition(PartitionFamily family, LocalDate first) {
    String name() {
      return family.tableOf(first);
    }

    /** Made apart and then attached: that blocks neither readers nor writers of the parent. */
    String sql() {
      var fill = family == PartitionFamily.HEARTBEAT ? 100 : 60; // Hours are updated in place.
      return "CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS) WITH (fillfactor = %d);\n"
              .formatted(name(), family.table(), fill)
          + "ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM ('%s') TO ('%s');"
              .formatted(
                  family.table(),
                  name(),
                  first.atStartOfDay(UTC),
                  family.end(first).atStartOfDay(UTC));
    }
  }
}
