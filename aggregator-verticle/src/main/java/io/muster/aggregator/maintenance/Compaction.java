package io.muster.aggregator.maintenance;

import io.muster.runtime.database.schema.ExistingPartition;
import io.muster.runtime.database.schema.ExistingPartition.State;
import io.muster.runtime.database.schema.PartitionedTable;
import io.muster.runtime.database.schema.Partitions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compacts closed days if that saves at least half of their bytes, adds the late heartbeats when no
 * more can arrive, and then drops the raw partition. Confined to one context.
 */
final class Compaction {
  private static final Logger log = LoggerFactory.getLogger(Compaction.class);

  /**
   * Minimum average number of heartbeats of a client in an hour for which packs need at most half
   * of the bytes: 49 bytes for each heartbeat with 12 in an hour, 69 with 6, compared with about
   * 100 for a row (docs/performance.md).
   */
  private static final int MIN_HEARTBEATS_PER_HOUR = 12;

  /** Maximum difference between the clocks of nodes, days. */
  private static final int CLOCK_SKEW_DAYS = 1;

  private final Vertx vertx;
  private final Duration compactAfter;
  private final MaintenanceMetrics metrics;
  private final Set<LocalDate> skippedDays = new HashSet<>();

  Compaction(Vertx vertx, Duration compactAfter, MaintenanceMetrics metrics) {
    this.vertx = vertx;
    this.compactAfter = compactAfter;
    this.metrics = metrics;
  }

  /**
   * Compacts all days that are due. A day that fails does not stop the others; the result fails
   * with the first failure.
   *
   * @param connection not in a transaction; its owner holds the maintenance lock, so that no other
   *     node compacts
   */
  Future<Void> run(SqlConnection connection, Instant now) {
    return StagingTable.dropRemaining(connection)
        .compose(dropped -> Partitions.completeDetaches(connection))
        .compose(
            partitions -> {
              var compactedDays = compactedDays(partitions);
              return TaskSequence.forEach(
                  rawPartitions(partitions),
                  raw ->
                      compactedDays.contains(raw.fromDay())
                          ? compactLateHeartbeats(connection, raw, now)
                          : compactIfDue(connection, raw, now));
            });
  }

  /**
   * Returns the closed days that are not compacted, including those for which compaction is not
   * worthwhile.
   */
  static List<LocalDate> uncompactedDays(
      List<ExistingPartition> partitions, Duration compactAfter, Instant now) {
    var compactedDays = compactedDays(partitions);
    return rawPartitions(partitions).stream()
        .filter(raw -> raw.state() == State.ATTACHED && raw.estimatedRows() > 0)
        .filter(raw -> !compactedDays.contains(raw.fromDay()))
        .filter(raw -> raw.isBefore(Retention.utcDay(now.minus(compactAfter))))
        .map(ExistingPartition::fromDay)
        .toList();
  }

  private Future<Void> compactIfDue(SqlConnection connection, ExistingPartition raw, Instant now) {
    var day = raw.fromDay();
    var isClosed = raw.isBefore(Retention.utcDay(now.minus(compactAfter)));
    if (!isClosed || raw.state() != State.ATTACHED || skippedDays.contains(day)) {
      return Future.succeededFuture();
    }
    var compaction = new DayCompaction(vertx, connection, day, false);
    return compaction
        .loadExtent()
        .compose(
            extent -> {
              if (extent.heartbeats() < MIN_HEARTBEATS_PER_HOUR * extent.clientHours()) {
                skippedDays.add(day);
              }
              return extent.heartbeats() == 0 || skippedDays.contains(day)
                  ? Future.succeededFuture()
                  : compact(day, compaction);
            });
  }

  /**
   * Compacts the late heartbeats of a compacted day when no more can arrive, and drops the raw
   * partition; no heartbeat is lost.
   */
  private Future<Void> compactLateHeartbeats(
      SqlConnection connection, ExistingPartition raw, Instant now) {
    var lateLimitDay = Retention.utcDay(now).minusDays(Partitions.MAX_LATE_DAYS + CLOCK_SKEW_DAYS);
    if (!raw.isBefore(lateLimitDay)) {
      return Future.succeededFuture();
    }
    var compaction = new DayCompaction(vertx, connection, raw.fromDay(), true);
    var compacted =
        raw.state() == State.ATTACHED
            ? compact(raw.fromDay(), compaction)
            : Future.<Void>succeededFuture();
    return compacted
        .compose(done -> Partitions.detach(connection, raw))
        .compose(detached -> compaction.dropRaw())
        .onSuccess(dropped -> recordDrop(raw));
  }

  private Future<Void> compact(LocalDate day, DayCompaction compaction) {
    return compaction
        .isRawEmpty()
        .compose(
            empty ->
                empty
                    ? Future.succeededFuture()
                    : compaction
                        .run()
                        .onSuccess(heartbeats -> recordCompaction(day, heartbeats))
                        .mapEmpty());
  }

  private void recordCompaction(LocalDate day, long heartbeats) {
    metrics.compactedDays.increment();
    metrics.compactedHeartbeats.increment((double) heartbeats);
    log.info("day compacted day={} heartbeats={}", day, heartbeats);
  }

  private void recordDrop(ExistingPartition partition) {
    metrics.droppedPartitions.increment();
    log.info("partition dropped name={} bytes={}", partition.name(), partition.sizeBytes());
  }

  private static List<ExistingPartition> rawPartitions(List<ExistingPartition> partitions) {
    return partitions.stream()
        .filter(partition -> partition.parent() == PartitionedTable.HEARTBEAT)
        .toList();
  }

  static Set<LocalDate> compactedDays(List<ExistingPartition> partitions) {
    return partitions.stream()
        .filter(partition -> partition.parent() == PartitionedTable.HEARTBEAT_PACK)
        .filter(partition -> partition.state() == State.ATTACHED)
        .map(ExistingPartition::fromDay)
        .collect(Collectors.toSet());
  }
}
