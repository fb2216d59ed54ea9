package io.muster.aggregator.store;

/**
 * The statements that store heartbeats. Every value is bound. None is longer than 8,192 characters,
 * because the client library caches no longer ones as prepared statements.
 */
final class IngestSql {
  /**
   * Stores heartbeats. Requests: $1 client ids, $2 measured offsets to be added to their clocks
   * (ms; null: unknown), $3 times of receipt and $4 their oldest heartbeats (ms since the epoch).
   * Heartbeats: $5 number of the request, $6 instant by the host's clock (ms; each once in a
   * request, ascending), $7 to $9 cpu, memory and disk, $10 and $11 bytes sent and received, $12
   * flags, $13 number of devices, $14 their peak performance (hundredths of a TFLOPS). Devices: $15
   * number of the heartbeat, $16 index, $17 UUID (once in a heartbeat), $18 name, $19 memory (MiB),
   * $20 temperature, $21 usage, $22 memory usage, $23 power (W). $24 the oldest instant that has a
   * partition (ms), $25 true to assume that a heartbeat newer than its client's state is new, $26
   * start of the current day.
   *
   * <p>Returns for each client that is registered: number of the request, true if it was skipped
   * because it needs locks, number of instants in range, and of those that were not stored yet.
   *
   * <ul>
   *   <li>Idempotent: all sums are made of the rows that were actually inserted.
   *   <li>A heartbeat newer than its client's state is inserted without a conflict clause, which
   *       takes half the time; if another aggregator was faster, the statement fails, and is
   *       repeated with $25 false.
   *   <li>Rows are inserted into each table in a fixed order, and the tables are written in a fixed
   *       order (of the CTEs that no other CTE reads, the last is executed first), so that two
   *       aggregators cannot deadlock.
   *   <li>The numbers of rows are hidden from the planner (SELECT cardinality), which then makes
   *       one plan for all batches, with hash joins. Clients are looked up one by one (OFFSET 0),
   *       so that the cost does not grow with the fleet.
   *   <li>The bytes of an hour are limited to 10^17, so that no sender can make their sum overflow,
   *       nor that of a day.
   *   <li>An existing entry of a stale day is updated nevertheless, so that a concurrent roll-up of
   *       the day does not delete it.
   * </ul>
   *
   * <p>Format arguments: the condition that a heartbeat is in a pack, and the condition that a
   * request needs locks.
   */
  private static final String STORE_TEMPLATE =
      """
      WITH req AS MATERIALIZED (
        SELECT r.no, c.client_ref, r.received, o.off,
          (SELECT last_ts FROM client_state s WHERE s.client_ref = c.client_ref) AS last_ts,
          (%2$s) AS needs_lock
        FROM (SELECT generate_series(1, (SELECT cardinality($1::uuid[]))) AS no, unnest($1::uuid[]) AS id, unnest($2::bigint[]) AS measured,
            unnest($3::bigint[]) AS received, unnest($4::bigint[]) AS oldest) r
          CROSS JOIN LATERAL (SELECT client_ref FROM client WHERE client_id = r.id AND valid_status = 'valid' OFFSET 0) c
          CROSS JOIN LATERAL (SELECT CASE WHEN r.measured IS NULL THEN 0
            ELSE coalesce((SELECT offset_ms FROM client_clock k WHERE k.client_ref = c.client_ref), 0) END AS off OFFSET 0) o),
      hb AS MATERIALIZED (
        SELECT b.no, b.req, r.client_ref, t.ts, b.cpu, b.mem, b.disk, b.up, b.down, b.flags, b.devices,
          $25::boolean AND NOT x.packed AND coalesce(t.ts > r.last_ts, true) AS ahead, x.packed
        FROM (SELECT generate_series(1, (SELECT cardinality($5::int[]))) AS no, unnest($5::int[]) AS req, unnest($6::bigint[]) AS ms,
            unnest($7::smallint[]) AS cpu, unnest($8::smallint[]) AS mem, unnest($9::smallint[]) AS disk, unnest($10::bigint[]) AS up,
            unnest($11::bigint[]) AS down, unnest($12::smallint[]) AS flags, unnest($13::smallint[]) AS devices) b
          JOIN req r ON r.no = b.req AND NOT r.needs_lock,
          LATERAL (SELECT to_timestamp(greatest(b.ms + r.off, 0) / 1000.0::float8) AS ts) t,
          LATERAL (SELECT (%1$s) AS packed) x
        WHERE b.ms + r.off BETWEEN $24::bigint AND r.received + 60000),
      part AS MATERIALIZED (
        SELECT req, client_ref, count(*) AS in_range, count(*) FILTER (WHERE ahead) AS ahead, min(ts) AS first, max(ts) AS last, max(no) AS newest
        FROM hb GROUP BY 1, 2),
      ins AS (
        INSERT INTO heartbeat (client_ref, ts, cpu, mem, disk, net_up, net_down, gpu_flags)
        SELECT client_ref, ts, cpu, mem, disk, up, down, flags FROM hb WHERE NOT ahead AND NOT packed ORDER BY client_ref, ts
        ON CONFLICT (client_ref, ts) DO NOTHING RETURNING client_ref, ts),
      fresh AS NOT MATERIALIZED (
        SELECT * FROM hb WHERE ahead UNION ALL SELECT b.* FROM hb b JOIN ins USING (client_ref, ts) WHERE NOT b.ahead),
      reading AS MATERIALIZED (
        SELECT f.client_ref, f.ts, d.* FROM (SELECT generate_series(1, (SELECT cardinality($15::int[]))) AS no, unnest($15::int[]) AS hb,
            unnest($16::smallint[]) AS idx, unnest($17::text[]) AS uuid, unnest($18::text[]) AS name, unnest($19::int[]) AS total,
            unnest($20::smallint[]) AS temp, unnest($21::smallint[]) AS usage, unnest($22::smallint[]) AS mem,
            unnest($23::int[]) AS power) d JOIN fresh f ON f.no = d.hb),
      dev AS (
        INSERT INTO device AS d
          (client_ref, device_uuid, device_index, name, mem_total_mb, temp, usage, mem_usage, power_w, updated_at)
        SELECT DISTINCT ON (client_ref, uuid) client_ref, uuid, idx, name, total, temp, usage, mem, power, ts
        FROM reading ORDER BY client_ref, uuid, no DESC
        ON CONFLICT (client_ref, device_uuid) DO UPDATE SET updated_at = greatest(d.updated_at, excluded.updated_at),
          device_index = CASE WHEN d.updated_at < excluded.updated_at THEN excluded.device_index ELSE d.device_index END,
          name = CASE WHEN d.updated_at < excluded.updated_at THEN excluded.name ELSE d.name END,
          mem_total_mb = CASE WHEN d.updated_at < excluded.updated_at THEN excluded.mem_total_mb ELSE d.mem_total_mb END,
          temp = CASE WHEN d.updated_at < excluded.updated_at THEN excluded.temp ELSE d.temp END,
          usage = CASE WHEN d.updated_at < excluded.updated_at THEN excluded.usage ELSE d.usage END,
          mem_usage = CASE WHEN d.updated_at < excluded.updated_at THEN excluded.mem_usage ELSE d.mem_usage END,
          power_w = CASE WHEN d.updated_at < excluded.updated_at THEN excluded.power_w ELSE d.power_w END
        RETURNING device_ref, client_ref, device_uuid),
      dhour AS (
        INSERT INTO device_hour AS h (device_ref, hour, n, usage_n, usage_sum, mem_n, mem_sum, temp_n, temp_sum, power_n, power_sum,
          usage_max, mem_max, temp_max, power_max)
        SELECT d.device_ref, date_bin('1 h', r.ts, 'epoch'), count(*), count(usage), coalesce(sum(usage), 0), count(mem),
          coalesce(sum(mem), 0), count(temp), coalesce(sum(temp), 0), count(power), coalesce(sum(power), 0), max(usage), max(mem),
          max(temp), max(power)
        FROM reading r JOIN dev d ON d.client_ref = r.client_ref AND d.device_uuid = r.uuid GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (device_ref, hour) DO UPDATE SET n = h.n + excluded.n, usage_n = h.usage_n + excluded.usage_n,
          usage_sum = h.usage_sum + excluded.usage_sum, mem_n = h.mem_n + excluded.mem_n, mem_sum = h.mem_sum + excluded.mem_sum,
          temp_n = h.temp_n + excluded.temp_n, temp_sum = h.temp_sum + excluded.temp_sum, power_n = h.power_n + excluded.power_n,
          power_sum = h.power_sum + excluded.power_sum, usage_max = greatest(h.usage_max, excluded.usage_max),
          mem_max = greatest(h.mem_max, excluded.mem_max), temp_max = greatest(h.temp_max, excluded.temp_max),
          power_max = greatest(h.power_max, excluded.power_max)),
      stale AS (
        INSERT INTO client_day_stale SELECT DISTINCT client_ref, (ts AT TIME ZONE 'UTC')::date FROM fresh
        WHERE ts < $26::timestamptz ORDER BY 1, 2 ON CONFLICT (client_ref, day) DO UPDATE SET day = excluded.day),
      state AS (
        INSERT INTO client_state AS s
          (client_ref, first_ts, last_ts, last_seen, cpu, mem, disk, device_count, tflops)
        SELECT client_ref, first, last, CASE WHEN last > to_timestamp((($3::bigint[])[req] - 300000) / 1000.0::float8)
            THEN to_timestamp(($3::bigint[])[req] / 1000.0::float8) ELSE last END, ($7::smallint[])[newest],
          ($8::smallint[])[newest], ($9::smallint[])[newest], ($13::smallint[])[newest], ($14::int[])[newest] * 0.01
        FROM part ORDER BY 1
        ON CONFLICT (client_ref) DO UPDATE SET first_ts = least(s.first_ts, excluded.first_ts),
          last_ts = greatest(s.last_ts, excluded.last_ts),
          last_seen = CASE WHEN s.last_ts < excluded.last_ts THEN greatest(s.last_seen, excluded.last_seen) ELSE s.last_seen END,
          cpu = CASE WHEN s.last_ts < excluded.last_ts THEN excluded.cpu ELSE s.cpu END,
          mem = CASE WHEN s.last_ts < excluded.last_ts THEN excluded.mem ELSE s.mem END,
          disk = CASE WHEN s.last_ts < excluded.last_ts THEN excluded.disk ELSE s.disk END,
          device_count = CASE WHEN s.last_ts < excluded.last_ts THEN excluded.device_count ELSE s.device_count END,
          tflops = CASE WHEN s.last_ts < excluded.last_ts THEN excluded.tflops ELSE s.tflops END
        WHERE s.last_ts < excluded.last_ts OR s.first_ts > excluded.first_ts),
      hours AS (
        INSERT INTO client_hour AS h (client_ref, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum, slot_mask, cpu_max,
          mem_max, disk_max, gpu_max)
        SELECT client_ref, date_bin('1 h', ts, 'epoch'), max(ts), count(*), least(sum(up), 1e17), least(sum(down), 1e17), sum(cpu), sum(mem), sum(disk),
          bit_or(1 << (date_part('minute', ts)::int / 2)), max(cpu), max(mem), max(disk), max(devices)
        FROM fresh GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (client_ref, hour) DO UPDATE SET last_ts = greatest(h.last_ts, excluded.last_ts), n = h.n + excluded.n,
          net_up = least(h.net_up + excluded.net_up, 1e17::bigint), net_down = least(h.net_down + excluded.net_down, 1e17::bigint),
          cpu_sum = h.cpu_sum + excluded.cpu_sum, mem_sum = h.mem_sum + excluded.mem_sum, disk_sum = h.disk_sum + excluded.disk_sum,
          slot_mask = h.slot_mask | excluded.slot_mask, cpu_max = greatest(h.cpu_max, excluded.cpu_max),
          mem_max = greatest(h.mem_max, excluded.mem_max), disk_max = greatest(h.disk_max, excluded.disk_max),
          gpu_max = greatest(h.gpu_max, excluded.gpu_max)),
      direct AS (
        INSERT INTO heartbeat (client_ref, ts, cpu, mem, disk, net_up, net_down, gpu_flags)
        SELECT client_ref, ts, cpu, mem, disk, up, down, flags FROM hb WHERE ahead ORDER BY client_ref, ts)
      SELECT r.no, r.needs_lock, coalesce(p.in_range, 0)::int, (coalesce(p.ahead, 0) + coalesce(m.n, 0))::int
      FROM req r LEFT JOIN part p ON p.req = r.no LEFT JOIN (SELECT client_ref, count(*) AS n FROM ins GROUP BY 1) m ON m.client_ref = r.client_ref\
      """;

  /**
   * The usual statement. It skips the requests that show a clock offset other than the stored one,
   * and those with a heartbeat that is older than a day.
   */
  static final String STORE_UNLOCKED =
      storeStatement(
          "false",
          "coalesce(abs(r.measured - o.off) > 5000, false) OR r.oldest + o.off < r.received -"
              + " 86400000");

  /** Skips no request, and stores no heartbeat that is in a pack. */
  static final String STORE_LOCKED =
      storeStatement(
          "SELECT t.ts < to_timestamp((r.received - 86400000) / 1000.0::float8) AND EXISTS (SELECT"
              + " FROM heartbeat_pack p WHERE p.client_ref = r.client_ref AND p.hour = date_bin('1"
              + " h', t.ts, 'epoch') AND (b.ms + r.off) % 3600000 = ANY (p.ms))",
          "false");

  /** Maximum wait for a compaction or a registration: the senders keep the requests meanwhile. */
  static final String SET_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '1s'";

  /** Locks the clients. $1 client ids. */
  static final String LOCK_CLIENTS =
      "SELECT FROM client WHERE client_id = ANY ($1) ORDER BY client_ref FOR NO KEY UPDATE";

  /**
   * Updates the stored clock offsets that are wrong by more than five seconds. $1 client ids, $2
   * measured offsets to be added to their clocks (ms; null: unknown, 0: none), $3 the time.
   */
  static final String UPDATE_CLOCKS =
      """
      WITH moved AS MATERIALIZED (
        SELECT c.client_ref, r.measured
        FROM unnest($1::uuid[], $2::bigint[]) AS r (id, measured) JOIN client c ON c.client_id = r.id
          LEFT JOIN client_clock k USING (client_ref)
        WHERE abs(r.measured - coalesce(k.offset_ms, 0)) > 5000),
      corrected AS (
        DELETE FROM client_clock k USING moved m WHERE k.client_ref = m.client_ref AND m.measured = 0)
      INSERT INTO client_clock (client_ref, offset_ms, changed_at)
      SELECT client_ref, measured, $3::timestamptz FROM moved WHERE measured <> 0 ORDER BY 1
      ON CONFLICT (client_ref) DO UPDATE SET offset_ms = excluded.offset_ms, changed_at = excluded.changed_at\
      """;

  private IngestSql() {}

  /** Returns the statement in one line, since with line breaks it would exceed the limit. */
  private static String storeStatement(String packedCondition, String lockCondition) {
    return STORE_TEMPLATE.formatted(packedCondition, lockCondition).replaceAll("\\s+", " ");
  }
}
