package io.muster.aggregator;

/** The statements that take heartbeats in. Every value is bound. */
final class IngestSql {
  /**
   * $1 to $7: one array for each column of a heartbeat: client id, instant, cpu, memory, disk,
   * bytes sent, bytes received. $8: now by the server's clock. Answers one row for each client of
   * the batch.
   *
   * <p>Idempotent: roll-up and state are fed by the rows that were really inserted. Rows go in in a
   * fixed order, so that two aggregators cannot lock each other out. A heartbeat from before the
   * oldest partition, or more than a minute ahead of the server, is counted and not stored. Only a
   * heartbeat of the last five minutes shows that a host is there now.
   */
  static final String STORE =
      """
      WITH inp AS MATERIALIZED (
        SELECT i.cid, c.client_ref, i.ts, i.cpu, i.mem, i.disk, i.up, i.down,
          i.ts >= date_trunc('day', $8::timestamptz, 'UTC') - interval '7 days'
            AND i.ts <= $8::timestamptz + interval '60 s' AS ok
        FROM unnest($1::uuid[], $2::timestamptz[], $3::smallint[], $4::smallint[], $5::smallint[], $6::bigint[], $7::bigint[])
          AS i (cid, ts, cpu, mem, disk, up, down)
        LEFT JOIN client c ON c.client_id = i.cid AND c.valid_status = 'valid'),
      ins AS (
        INSERT INTO heartbeat (client_ref, ts, cpu, mem, disk, net_up, net_down)
        SELECT DISTINCT ON (client_ref, ts) client_ref, ts, cpu, mem, disk, up, down
        FROM inp WHERE client_ref IS NOT NULL AND ok ORDER BY client_ref, ts
        ON CONFLICT (client_ref, ts) DO NOTHING
        RETURNING client_ref, ts, cpu, mem, disk, net_up, net_down),
      rolled AS (
        INSERT INTO client_hour AS h
          (hour, last_ts, net_up, net_down, client_ref, n, cpu_sum, mem_sum, disk_sum, slot_mask, cpu_max, mem_max, disk_max)
        SELECT date_trunc('hour', ts, 'UTC'), max(ts), sum(net_up), sum(net_down), client_ref, count(*),
          sum(cpu), sum(mem), sum(disk),
          bit_or(1 << (extract(minute FROM ts AT TIME ZONE 'UTC')::int / 2)), max(cpu), max(mem), max(disk)
        FROM ins GROUP BY client_ref, 1 ORDER BY client_ref, 1
        ON CONFLICT (client_ref, hour) DO UPDATE SET
          last_ts = greatest(h.last_ts, EXCLUDED.last_ts), n = h.n + EXCLUDED.n,
          net_up = h.net_up + EXCLUDED.net_up, net_down = h.net_down + EXCLUDED.net_down,
          cpu_sum = h.cpu_sum + EXCLUDED.cpu_sum, mem_sum = h.mem_sum + EXCLUDED.mem_sum,
          disk_sum = h.disk_sum + EXCLUDED.disk_sum, slot_mask = h.slot_mask | EXCLUDED.slot_mask,
          cpu_max = greatest(h.cpu_max, EXCLUDED.cpu_max), mem_max = greatest(h.mem_max, EXCLUDED.mem_max),
          disk_max = greatest(h.disk_max, EXCLUDED.disk_max)),
      state AS (
        INSERT INTO client_state AS s (client_ref, last_ts, last_seen, net_up, net_down, cpu, mem, disk)
        SELECT DISTINCT ON (client_ref) client_ref, ts,
          CASE WHEN ts > $8::timestamptz - interval '5 min' THEN $8::timestamptz ELSE ts END,
          net_up, net_down, cpu, mem, disk
        FROM ins ORDER BY client_ref, ts DESC
        ON CONFLICT (client_ref) DO UPDATE SET
          last_seen = greatest(s.last_seen, EXCLUDED.last_seen), last_ts = EXCLUDED.last_ts,
          net_up = EXCLUDED.net_up, net_down = EXCLUDED.net_down,
          cpu = EXCLUDED.cpu, mem = EXCLUDED.mem, disk = EXCLUDED.disk
        WHERE s.last_ts < EXCLUDED.last_ts)
      SELECT i.cid,
        bool_or(i.client_ref IS NULL) AS unknown,
        coalesce(max(a.n), 0)::int AS accepted,
        (count(*) FILTER (WHERE i.client_ref IS NOT NULL AND i.ok) - coalesce(max(a.n), 0))::int AS duplicate,
        (count(*) FILTER (WHERE i.client_ref IS NOT NULL AND NOT i.ok))::int AS out_of_range
      FROM inp i LEFT JOIN (SELECT client_ref, count(*) AS n FROM ins GROUP BY 1) a USING (client_ref)
      GROUP BY i.cid""";

  /**
   * $1 to $8: one array for each column of a device: client id, index, UUID, name, memory (MiB),
   * temperature, usage, memory usage; $9 power (W), $10 instant of the heartbeat. Keeps the newest
   * state of each device; late ones change nothing.
   */
  static final String DEVICES =
      """
      INSERT INTO client_device AS t
        (client_ref, device_index, device_uuid, name, mem_total_mb, temp, usage, mem_usage, power_w, updated_at)
      SELECT c.client_ref, i.idx, i.uuid, i.name, i.mem_total, i.temp, i.usage, i.mem_usage, i.power, i.ts
      FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::text[], $5::int[], $6::smallint[], $7::smallint[],
          $8::smallint[], $9::int[], $10::timestamptz[])
        AS i (cid, idx, uuid, name, mem_total, temp, usage, mem_usage, power, ts)
      JOIN client c ON c.client_id = i.cid AND c.valid_status = 'valid'
      ORDER BY c.client_ref, i.idx
      ON CONFLICT (client_ref, device_index) DO UPDATE SET
        device_uuid = EXCLUDED.device_uuid, name = EXCLUDED.name, mem_total_mb = EXCLUDED.mem_total_mb,
        temp = EXCLUDED.temp, usage = EXCLUDED.usage, mem_usage = EXCLUDED.mem_usage, power_w = EXCLUDED.power_w,
        updated_at = EXCLUDED.updated_at
      WHERE t.updated_at < EXCLUDED.updated_at""";

  /**
   * $1 client ids, $2 numbers of devices, $3 instants: forgets devices that the newest heartbeat no
   * longer has.
   */
  static final String DEVICE_COUNTS =
      """
      WITH counted AS (
        UPDATE client_state s SET device_count = i.n
        FROM unnest($1::uuid[], $2::smallint[], $3::timestamptz[]) AS i (cid, n, ts)
        JOIN client c ON c.client_id = i.cid
        WHERE s.client_ref = c.client_ref AND s.last_ts <= i.ts
        RETURNING s.client_ref, i.n)
      DELETE FROM client_device d USING counted WHERE d.client_ref = counted.client_ref AND d.device_index >= counted.n""";

  private IngestSql() {}
}
