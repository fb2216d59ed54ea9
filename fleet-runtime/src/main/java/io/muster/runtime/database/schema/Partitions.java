package io.muster.runtime.database.schema;

import static java.time.ZoneOffset.UTC;

import io.muster.runtime.database.schema.ExistingPartition.State;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The partitions of {@code heartbeat}, {@code heartbeat_pack} and {@code device_minute} (one for
 * each UTC day), {@code client_hour}, {@code device_hour} and {@code fleet_event} (one for each UTC
 * month). All except those of packs are created in advance, and for the days for which heartbeats
 * may still arrive. There is no default partition, because it would obstruct the creation of each
 * later partition.
 */
public final class Partitions {
  /** The maximum age at which a heartbeat is still stored, days. */
  public static final int MAX_LATE_DAYS = 7;

  /** The number of days for which partitions are created in advance. */
  public static final int DAYS_AHEAD = 3;

  private static final String SELECT_PARTITIONS =
      """
      SELECT c.relname, CASE WHEN i.inhrelid IS NULL THEN 'DETACHED' WHEN i.inhdetachpending THEN 'DETACHING' ELSE 'ATTACHED' END,
        coalesce(pg_total_relation_size(c.oid), 0),
        CASE WHEN pg_relation_size(c.oid) > 0 THEN greatest(c.reltuples, 1) ELSE 0 END::bigint
      FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
      WHERE c.relkind = 'r' AND c.relname ~ '_[0-9]+$'
        AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'heartbeat'::regclass)
        AND (i.inhparent IS NULL OR i.inhparent IN %s)\
      """
          .formatted(PartitionedTable.regclassList(table -> true));

  private Partitions() {}

  /**
   * Creates the missing partitions around a day and returns their number. Reads and writes continue
   * meanwhile; several nodes may call it at the same time.
   *
   * @param today UTC
   */
  public static Future<Integer> createMissing(SqlConnection connection, LocalDate today) {
    return createMissing(connection, requiredPartitions(today));
  }

  /**
   * Creates the missing partitions of some tables for some UTC days, which need not be near today,
   * and returns their number.
   */
  public static Future<Integer> createMissing(
      SqlConnection connection, List<PartitionedTable> tables, Set<LocalDate> days) {
    return createMissing(connection, requiredPartitions(tables.stream(), days));
  }

  /**
   * Returns the UTC days for which heartbeats can be written: the contiguous partitions that end
   * with the newest, the oldest first. Days before a gap, which a long downtime leaves, are not
   * included.
   */
  public static Future<List<LocalDate>> loadHeartbeatDays(SqlConnection connection) {
    return loadNames(connection, " AND NOT i.inhdetachpending")
        .map(
            names ->
                contiguousDays(
                    names.stream()
                        .flatMap(name -> PartitionedTable.HEARTBEAT.parseFirstDay(name).stream())
                        .sorted(Comparator.reverseOrder())
                        .toList()));
  }

  /**
   * Returns all existing partitions, ordered by table and day, including those whose removal was
   * interrupted.
   */
  public static Future<List<ExistingPartition>> loadAll(SqlConnection connection) {
    return connection
        .query(SELECT_PARTITIONS)
        .execute()
        .map(
            rows ->
                rows.stream()
                    .flatMap(Partitions::parsePartition)
                    .sorted(
                        Comparator.comparing(ExistingPartition::parent)
                            .thenComparing(ExistingPartition::fromDay))
                    .toList());
  }

  /**
   * Detaches a partition; readers and writers of the other partitions continue. Completes an
   * interrupted detach.
   *
   * @param connection not in a transaction
   */
  public static Future<Void> detach(SqlConnection connection, ExistingPartition partition) {
    var detach = "ALTER TABLE " + partition.parent().tableName() + " DETACH PARTITION ";
    return switch (partition.state()) {
      case ATTACHED -> run(connection, detach + partition.name() + " CONCURRENTLY");
      case DETACHING -> run(connection, detach + partition.name() + " FINALIZE");
      case DETACHED -> Future.succeededFuture();
    };
  }

  /**
   * Completes interrupted calls of {@link #detach}: until then no other partition of the same table
   * can be detached.
   *
   * @param connection not in a transaction
   * @return the partitions that exist afterwards
   */
  public static Future<List<ExistingPartition>> completeDetaches(SqlConnection connection) {
    return loadAll(connection)
        .compose(
            partitions -> {
              var interrupted =
                  partitions.stream()
                      .filter(partition -> partition.state() == State.DETACHING)
                      .toList();
              var lastDetach = Future.<Void>succeededFuture();
              for (var partition : interrupted) {
                lastDetach = lastDetach.compose(previous -> detach(connection, partition));
              }
              return interrupted.isEmpty()
                  ? Future.succeededFuture(partitions)
                  : lastDetach.compose(finished -> loadAll(connection));
            });
  }

  /**
   * Drops a partition with its rows; readers and writers of the other partitions continue.
   *
   * @param connection not in a transaction
   */
  public static Future<Void> drop(SqlConnection connection, ExistingPartition partition) {
    return detach(connection, partition)
        .compose(detached -> run(connection, "DROP TABLE " + partition.name()));
  }

  private static List<LocalDate> contiguousDays(List<LocalDate> newestFirst) {
    var days = new ArrayDeque<LocalDate>();
    for (var day : newestFirst) {
      if (!days.isEmpty() && !day.plusDays(1).equals(days.getFirst())) {
        break;
      }
      days.addFirst(day);
    }
    return List.copyOf(days);
  }

  private static Stream<ExistingPartition> parsePartition(Row row) {
    var name = row.getString(0);
    var table = PartitionedTable.ofPartition(name);
    return table.stream()
        .map(
            parent -> {
              var day = parent.parseFirstDay(name).orElseThrow();
              return new ExistingPartition(
                  parent,
                  name,
                  parent.partitionStart(day),
                  parent.partitionEnd(day),
                  State.valueOf(row.getString(1)),
                  row.getLong(2),
                  row.getLong(3));
            });
  }

  private static Future<Integer> createMissing(
      SqlConnection connection, List<RequiredPartition> required) {
    return findMissing(connection, required)
        .compose(
            missing ->
                missing.isEmpty()
                    ? Future.succeededFuture(0)
                    : AdvisoryLock.PARTITIONS.withLock(
                        connection, () -> createMissingUnderLock(connection, required)));
  }

  private static Future<Integer> createMissingUnderLock(
      SqlConnection transaction, List<RequiredPartition> required) {
    return findMissing(transaction, required).compose(missing -> create(transaction, missing));
  }

  private static Future<Integer> create(
      SqlConnection transaction, List<RequiredPartition> missing) {
    if (missing.isEmpty()) {
      return Future.succeededFuture(0);
    }
    var script =
        String.join("\n", missing.stream().map(RequiredPartition::createStatement).toList());
    return transaction.query(script).execute().map(missing.size());
  }

  private static Future<List<RequiredPartition>> findMissing(
      SqlConnection connection, List<RequiredPartition> required) {
    return loadNames(connection, "")
        .map(
            names ->
                required.stream().filter(partition -> !names.contains(partition.name())).toList());
  }

  static List<RequiredPartition> requiredPartitions(LocalDate today) {
    var firstDay = today.minusDays(MAX_LATE_DAYS);
    var lastDay = today.plusDays(DAYS_AHEAD);
    return requiredPartitions(
        Arrays.stream(PartitionedTable.values()).filter(PartitionedTable::isCreatedInAdvance),
        firstDay.datesUntil(lastDay.plusDays(1)).toList());
  }

  private static List<RequiredPartition> requiredPartitions(
      Stream<PartitionedTable> tables, Collection<LocalDate> days) {
    return tables
        .flatMap(
            table ->
                days.stream()
                    .map(table::partitionStart)
                    .distinct()
                    .map(day -> new RequiredPartition(table, day)))
        .toList();
  }

  private static Future<Set<String>> loadNames(SqlConnection connection, String condition) {
    return connection
        .query(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
                + " WHERE i.inhparent IN "
                + PartitionedTable.regclassList(PartitionedTable::isCreatedInAdvance)
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
   * One partition that must exist.
   *
   * @param firstDay first day of the partition
   */
  record RequiredPartition(PartitionedTable parent, LocalDate firstDay) {
    String name() {
      return parent.partitionName(firstDay);
    }

    /**
     * Creates a standalone table and then attaches it, which blocks neither readers nor writers of
     * the parent.
     */
    String createStatement() {
      return "CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE) WITH (%s);\n"
              .formatted(name(), parent.tableName(), parent.storageParameter())
          + "ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM ('%s') TO ('%s');"
              .formatted(
                  parent.tableName(),
                  name(),
                  firstDay.atStartOfDay(UTC),
                  parent.partitionEnd(firstDay).atStartOfDay(UTC));
    }
  }
}
