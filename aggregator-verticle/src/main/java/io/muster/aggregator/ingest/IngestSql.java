package io.muster.aggregator.ingest;

/**
 * The statements that take heartbeats in. Every value is bound. Each is shorter than 2,048
 * characters, because the client library keeps no longer ones prepared.
 */
final class IngestSql {
  /** $1 client ids: those that are registered. */
  static final String CLIENTS =
      "SELECT client_id, client_ref FROM client WHERE client_id = ANY ($1) AND valid_status ="
          + " 'valid'";

  /**
   * $1 to $7: one array for each column of a heartbeat: client, instant, cpu, memory, disk, bytes
   * sent, bytes received. Answers how many of each client were not there yet.
   *
   * <p>Idempotent: the hours are fed by the rows that were really inserted. Rows go in in a fixed
   * order, so that two aggregators cannot lock each other out. The bytes of an hour end at 10^17,
   * so that no sender can make their sum overflow, nor that of a day.
   */
  static final String STORE =
      """
      WITH ins AS (
        INSERT INTO heartbeat (client_ref, ts, cpu, mem, disk, net_up, net_down)
        SELECT DISTINCT ON (ref, ts) ref, ts, cpu, mem, disk, up, down
        FROM unnest($1::int[], $2::timestamptz[], $3::smallint[], $4::smallint[], $5::smallint[], $6::bigint[], $7::bigint[])
          AS i (ref, ts, cpu, mem, disk, up, down)
        ORDER BY ref, ts
        ON CONFLICT (client_ref, ts) DO NOTHING RETURNING *),
      hours AS (
        INSERT INTO client_hour AS h
          (client_ref, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum, slot_mask, cpu_max, mem_max, disk_max)
        SELECT client_ref, date_trunc('hour', ts, 'UTC'), max(ts), count(*), least(sum(net_up), 1e17), least(sum(net_down), 1e17),
          sum(cpu), sum(mem), sum(disk), bit_or(1 << extract(minute FROM ts AT TIME ZONE 'UTC')::int / 2),
          max(cpu), max(mem), max(disk)
        FROM ins GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (client_ref, hour) DO UPDATE SET
          last_ts = greatest(h.last_ts, excluded.last_ts), n = h.n + excluded.n,
          net_up = least(h.net_up + excluded.net_up, 1e17), net_down = least(h.net_down + excluded.net_down, 1e17),
          cpu_sum = h.cpu_sum + excluded.cpu_sum, mem_sum = h.mem_sum + excluded.mem_sum,
          disk_sum = h.disk_sum + excluded.disk_sum, slot_mask = h.slot_mask | excluded.slot_mask,
          cpu_max = greatest(h.cpu_max, excluded.cpu_max), mem_max = greatest(h.mem_max, excluded.mem_max),
          disk_max = greatest(h.disk_max, excluded.disk_max))
      SELECT client_ref, count(*)::int AS accepted FROM ins GROUP BY 1""";

  /**
   * $1 to $7: one array for each column of the newest heartbeat of each client: client, instant,
   * when it was heard, cpu, memory, disk, number of devices. The state moves only forward; answers
   * whose did. Holds the lock on each of these states until the end of the transaction.
   */
  static final String STATE =
      """
      INSERT INTO client_state AS s
        (client_ref, first_ts, last_ts, last_seen, cpu, mem, disk, device_count)
      SELECT ref, ts, ts, seen, cpu, mem, disk, devices
      FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[], $4::smallint[], $5::smallint[], $6::smallint[],
        $7::smallint[]) AS i (ref, ts, seen, cpu, mem, disk, devices)
      ORDER BY ref
      ON CONFLICT (client_ref) DO UPDATE SET
        last_ts = excluded.last_ts, last_seen = greatest(s.last_seen, excluded.last_seen),
        cpu = excluded.cpu, mem = excluded.mem, disk = excluded.disk, device_count = excluded.device_count
      WHERE s.last_ts < excluded.last_ts
      RETURNING client_ref""";

  /**
   * $1 to $10: one array for each column of a device: client, index, instant of the heartbeat,
   * UUID, name, memory (MiB), temperature, usage, memory usage, power (W).
   */
  static final String DEVICES =
      """
      INSERT INTO device
        (client_ref, device_index, updated_at, device_uuid, name, mem_total_mb, temp, usage, mem_usage, power_w)
      SELECT * FROM unnest($1::int[], $2::smallint[], $3::timestamptz[], $4::text[], $5::text[], $6::int[], $7::smallint[],
          $8::smallint[], $9::smallint[], $10::int[])
          AS i (ref, idx, ts, uuid, name, mem_total, temp, usage, mem_usage, power)
      ORDER BY ref, uuid
      ON CONFLICT (client_ref, device_uuid) DO UPDATE SET
        updated_at = excluded.updated_at, device_index = excluded.device_index, name = excluded.name,
        mem_total_mb = excluded.mem_total_mb, temp = excluded.temp, usage = excluded.usage,
        mem_usage = excluded.mem_usage, power_w = excluded.power_w""";

  private IngestSql() {}
}
