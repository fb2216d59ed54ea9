package io.muster.aggregator.maintenance;

import io.muster.runtime.database.schema.PartitionedTable;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * The statements that compact one UTC day. Names of tables and days are part of their texts,
 * because PostgreSQL accepts no parameters for them.
 *
 * @param day UTC day
 */
record CompactionSql(LocalDate day) {
  /** Prefix of the names of staging tables, before the day. */
  static final String STAGING_PREFIX = "heartbeat_packing_";

  private static final String COLUMNS =
      "hour, client_ref, ms, cpu, mem, disk, net_up, net_down, gpu_flags";

  /** Inserts packs: one for each client and hour of the heartbeats, with their number. */
  private static final String INSERT_GROUPS =
      """
      WITH g AS (
        SELECT b.client_ref, b.hour, count(*) AS n,
          array_agg((extract(epoch FROM b.ts - b.hour) * 1000)::int ORDER BY b.ts) AS ms,
          array_agg(b.cpu ORDER BY b.ts) AS cpu, array_agg(b.mem ORDER BY b.ts) AS mem,
          array_agg(b.disk ORDER BY b.ts) AS disk, array_agg(b.net_up ORDER BY b.ts) AS net_up,
          array_agg(b.net_down ORDER BY b.ts) AS net_down, array_agg(b.gpu_flags ORDER BY b.ts) AS gpu_flags
        FROM (SELECT r.*, date_trunc('hour', r.ts, 'UTC') AS hour FROM %s) b
        GROUP BY b.client_ref, b.hour)
      INSERT INTO %s (\
      """
          + COLUMNS
          + ") SELECT "
          + COLUMNS
          + " FROM g";

  /**
   * Restricts the packs to those that contain, with the heartbeats compacted before, exactly as
   * many as the roll-up counts: a client and hour that is being written to is staged later. Without
   * a roll-up any number matches.
   */
  private static final String MATCHING_ONLY =
      """
      ,
        LATERAL (SELECT g.n + coalesce(sum(p.n), 0) AS n FROM heartbeat_pack p
          WHERE p.client_ref = g.client_ref AND p.hour = g.hour) now
      WHERE now.n = coalesce(
        (SELECT h.n FROM client_hour h WHERE h.client_ref = g.client_ref AND h.hour = g.hour), now.n)\
      """;

  /** The heartbeats of single clients and hours, $1 and $2. */
  private static final String SELECTED_HEARTBEATS =
      """
      unnest($1::int[], $2::timestamptz[]) AS c (client_ref, hour)
      JOIN %s r ON r.client_ref = c.client_ref AND r.ts >= c.hour AND r.ts < c.hour + interval '1 h'\
      """;

  String rawTable() {
    return PartitionedTable.HEARTBEAT.partitionName(day);
  }

  String packTable() {
    return PartitionedTable.HEARTBEAT_PACK.partitionName(day);
  }

  String stagingTable() {
    return STAGING_PREFIX + rawTable().substring(rawTable().length() - 8);
  }

  /** Returns a statement for the number of heartbeats of the day, and of its client hours. */
  String selectExtent() {
    return "SELECT coalesce(sum(n), 0)::bigint, count(*) FROM client_hour WHERE " + dayCondition();
  }

  String checkRawIsEmpty() {
    return "SELECT NOT EXISTS (SELECT FROM " + rawTable() + ")";
  }

  String createStaging() {
    return """
    DROP TABLE IF EXISTS %1$s;
    CREATE TABLE %1$s (LIKE heartbeat_pack INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED)\
    """
        .formatted(stagingTable());
  }

  /** Returns a statement that inserts the packs of some hours into the staging table. */
  String stageHours(int from, int until) {
    var source =
        "%s r WHERE r.ts >= '%s' AND r.ts < '%s'".formatted(rawTable(), hour(from), hour(until));
    return INSERT_GROUPS.formatted(source, stagingTable()) + MATCHING_ONLY;
  }

  /** Returns statements after which the staging table can be attached without being scanned. */
  String completeStaging() {
    return "CREATE INDEX ON %1$s (client_ref, hour); ALTER TABLE %1$s ADD CHECK (%2$s)"
        .formatted(stagingTable(), dayCondition());
  }

  /**
   * Returns a statement for the clients and hours whose number of heartbeats differs from that of
   * the roll-up. $1 limit.
   */
  String selectMismatches() {
    return """
    SELECT client_ref, hour
    FROM (SELECT client_ref, hour, n FROM client_hour WHERE %1$s) h
    FULL JOIN (
      SELECT client_ref, hour, sum(n) AS n
      FROM (SELECT client_ref, hour, n FROM %2$s
        UNION ALL SELECT client_ref, hour, n FROM heartbeat_pack WHERE %1$s) x
      GROUP BY 1, 2) p USING (client_ref, hour)
    WHERE h.n IS DISTINCT FROM p.n
    LIMIT $1\
    """
        .formatted(dayCondition(), stagingTable());
  }

  /** Returns a statement that deletes packs from the staging table. $1 clients, $2 hours. */
  String deleteStaged() {
    return """
    DELETE FROM %s s USING unnest($1::int[], $2::timestamptz[]) AS c (client_ref, hour)
    WHERE s.client_ref = c.client_ref AND s.hour = c.hour\
    """
        .formatted(stagingTable());
  }

  /** Returns a statement that inserts packs that match the roll-up. $1 clients, $2 hours. */
  String restageMatching() {
    return restage() + MATCHING_ONLY;
  }

  /**
   * Returns a statement that inserts all packs, for use while no other session writes. $1 clients,
   * $2 hours.
   */
  String restage() {
    return INSERT_GROUPS.formatted(SELECTED_HEARTBEATS.formatted(rawTable()), stagingTable());
  }

  String countStaged() {
    return "SELECT coalesce(sum(n), 0)::bigint FROM " + stagingTable();
  }

  String truncateRaw() {
    return "TRUNCATE " + rawTable();
  }

  /** Returns statements that attach the staging table as the packs of the day. */
  String attachStaging() {
    return """
    ALTER TABLE %1$s RENAME TO %2$s;
    ALTER TABLE heartbeat_pack ATTACH PARTITION %2$s FOR VALUES FROM ('%3$s') TO ('%4$s')\
    """
        .formatted(stagingTable(), packTable(), hour(0), hour(24));
  }

  /**
   * Returns statements that move the contents of the staging table to the existing packs of the
   * day.
   */
  String appendStaging() {
    return "INSERT INTO %2$s (%3$s) SELECT %3$s FROM %1$s; DROP TABLE %1$s"
        .formatted(stagingTable(), packTable(), COLUMNS);
  }

  /** Returns a statement that vacuums and freezes the packs, whose rows never change again. */
  String vacuumPack() {
    return "VACUUM (FREEZE, ANALYZE) " + packTable();
  }

  /**
   * Returns a statement that compacts the heartbeats that arrived between the last compaction and
   * the detachment of the raw partition.
   */
  String appendRemainder() {
    return INSERT_GROUPS.formatted(rawTable() + " r", packTable());
  }

  String dropRaw() {
    return "DROP TABLE " + rawTable();
  }

  private String dayCondition() {
    return "hour >= '%s' AND hour < '%s'".formatted(hour(0), hour(24));
  }

  private String hour(int hours) {
    return day.atStartOfDay(ZoneOffset.UTC).plusHours(hours).toString();
  }
}
