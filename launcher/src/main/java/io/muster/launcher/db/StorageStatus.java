package io.muster.launcher.db;

import java.util.List;
import java.util.Optional;

/**
 * The contents of a database, and the work that is pending. Instants are UTC.
 *
 * @param server version of PostgreSQL
 * @param schemaVersion version of the tables
 * @param bytes size of the whole database
 * @param tables the largest first
 * @param partitions by table and time
 * @param spans time ranges of the data
 * @param traffic incoming heartbeats
 * @param backlog pending work
 */
record StorageStatus(
    String server,
    int schemaVersion,
    long bytes,
    List<TableStatus> tables,
    List<PartitionStatus> partitions,
    List<DataRange> spans,
    HeartbeatTraffic traffic,
    MaintenanceBacklog backlog) {
  StorageStatus {
    tables = List.copyOf(tables);
    partitions = List.copyOf(partitions);
    spans = List.copyOf(spans);
  }

  /**
   * A table with all its partitions.
   *
   * @param partitions number of partitions; 0 if the table has none
   * @param rows an estimate
   * @param bytes size including indexes
   */
  record TableStatus(String name, int partitions, long rows, long bytes) {}

  /**
   * A partition of a table.
   *
   * @param from UTC day, inclusive
   * @param to UTC day, exclusive
   * @param state attached, detaching or detached
   * @param rows an estimate
   * @param bytes size including indexes
   */
  record PartitionStatus(
      String table, String name, String from, String to, String state, long rows, long bytes) {}

  /**
   * The time range of one kind of data.
   *
   * @param data raw, packed, hour or day
   * @param oldest empty if there is none
   * @param newest for hours and days the start of the newest one
   */
  record DataRange(String data, Optional<String> oldest, Optional<String> newest) {}

  /**
   * Clients and heartbeats.
   *
   * @param clients number of valid clients
   * @param clientsOfTheLastMinute number of clients seen within the last minute
   * @param heartbeatsOfThisHour heartbeats since the hour began
   * @param heartbeatsOfTheHourBefore heartbeats of the whole previous hour
   */
  record HeartbeatTraffic(
      long clients,
      long clientsOfTheLastMinute,
      long heartbeatsOfTheLastMinute,
      long heartbeatsOfThisHour,
      long heartbeatsOfTheHourBefore) {}

  /**
   * Pending work.
   *
   * @param staleDays client days that changed since their roll-up
   * @param staleDeviceHours client hours to which late readings of devices were added since
   * @param unpackedDays closed days that are not compacted, possibly because compaction is not
   *     worthwhile
   * @param lastFoldSeconds seconds since the last roll-up, or since the database was created
   */
  record MaintenanceBacklog(
      long staleDays, long staleDeviceHours, long unpackedDays, long lastFoldSeconds) {}
}
