package io.muster.aggregator.status;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a database holds, and what waits to be done with it. Instants are UTC.
 *
 * @param server version of PostgreSQL
 * @param schemaVersion of the tables
 * @param bytes of the whole database
 * @param tables the largest first
 * @param partitions by table and time
 * @param spans from when to when there is data
 * @param traffic how much comes in
 * @param backlog what waits
 */
public record StorageStatus(
    String server,
    int schemaVersion,
    long bytes,
    List<TableStatus> tables,
    List<PartitionStatus> partitions,
    List<DataRange> spans,
    HeartbeatTraffic traffic,
    MaintenanceBacklog backlog) {
  public StorageStatus {
    tables = List.copyOf(tables);
    partitions = List.copyOf(partitions);
    spans = List.copyOf(spans);
  }

  /**
   * A table with all its partitions.
   *
   * @param partitions 0 when it has none
   * @param rows an estimate
   * @param bytes with indexes
   */
  public record TableStatus(String name, int partitions, long rows, long bytes) {}

  /**
   * A part of a table.
   *
   * @param from UTC day, inclusive
   * @param to UTC day, exclusive
   * @param state attached, or how far it is on its way out
   * @param rows an estimate
   * @param bytes with indexes
   */
  public record PartitionStatus(
      String table, String name, String from, String to, String state, long rows, long bytes) {}

  /**
   * The time that data covers.
   *
   * @param data raw, packed, hour or day
   * @param oldest empty when there is none
   * @param newest begin of the newest hour or day, where it is one
   */
  public record DataRange(String data, Optional<String> oldest, Optional<String> newest) {}

  /**
   * Clients and heartbeats.
   *
   * @param clients that are valid
   * @param clientsOfTheLastMinute heard of within it
   * @param heartbeatsOfThisHour since it began
   * @param heartbeatsOfTheHourBefore all of it
   */
  public record HeartbeatTraffic(
      long clients,
      long clientsOfTheLastMinute,
      long heartbeatsOfTheLastMinute,
      long heartbeatsOfThisHour,
      long heartbeatsOfTheHourBefore) {}

  /**
   * What waits to be done.
   *
   * @param staleDays days of clients that changed since they were folded
   * @param unpackedDays closed days that are not packed, perhaps because it does not pay
   * @param lastFoldSeconds since a client was folded; empty when none ever was
   */
  public record MaintenanceBacklog(
      long staleDays, long unpackedDays, OptionalLong lastFoldSeconds) {}
}
