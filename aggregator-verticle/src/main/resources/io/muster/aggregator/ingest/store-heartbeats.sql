-- Stores the heartbeats of many requests, each once, and adds them to all that is derived from them at ingest: the hours
-- and the state of the client, and the lists of past days, and of the ended hours of devices, that a roll-up has to
-- repeat.
--
-- Returns one row for each request of a registered client: its number, whether it was skipped because it needs locks, or
-- because the client was registered again since its devices were, how many of its instants are in range, and how many
-- of those were not stored yet.
--
-- Idempotent: all sums are made of the rows that were actually inserted.
--
-- Rows are inserted into each table in a fixed order, and the tables are written in a fixed order (of the CTEs that
-- no other CTE reads, PostgreSQL executes the last one first), so that two aggregators cannot deadlock.
--
-- Requests:   :client_ids, :known_refs (of the clients, as their devices were registered; null: no devices),
--             :measured_offsets (to be added to the host's clock, ms; null: unknown), :received_at and :oldest_at (time
--             of receipt, oldest heartbeat; ms since the epoch)
-- Heartbeats: :request_numbers (from 1), :at (by the host's clock, ms; each once in a request, ascending), :cpu, :mem,
--             :disk, :net_up, :net_down, :gpu_flags, :device_counts (null: not reported), :centi_tflops (of all devices,
--             TFLOPS / 100), :first_devices and :last_devices (numbers of its devices; null: not reported)
-- Devices:    of all heartbeats: :device_refs, :device_usage, :device_mem, :device_temp, :device_power (W); a missing
--             reading is the least number of the type, because slices of an array with nulls are slow
-- Others:     :oldest_stored_at (start of the oldest day with a partition, ms), :assumes_new, :today (UTC midnight)
-- Text:       {locked} is false in the usual statement, which skips the requests that need locks, and true in the
--             statement that stores them under the locks. It is no parameter, so that each has its own plan.
WITH request AS MATERIALIZED (
  SELECT r.no, c.client_ref, r.received, o.off, coalesce(c.client_ref <> r.known_ref, false) AS outdated,
    (SELECT last_ts FROM client_state s WHERE s.client_ref = c.client_ref) AS last_ts,
    -- It shows a clock offset other than the stored one, or has a heartbeat that is older than a day, which may be in
    -- a pack.
    (NOT {locked} AND (
      coalesce(abs(r.measured - o.off) > 5000, false) OR r.oldest + o.off < r.received - 86400000)) AS needs_lock
  FROM (
    -- Here and below, the subquery hides the number of rows from the planner, which then makes one plan for all
    -- batches, with hash joins. With the numbers it would plan each batch again, and small ones with nested loops
    -- that make large ones slow.
    SELECT generate_series(1, (SELECT cardinality(:client_ids::uuid[]))) AS no, unnest(:client_ids::uuid[]) AS id,
      unnest(:known_refs::int[]) AS known_ref, unnest(:measured_offsets::bigint[]) AS measured,
      unnest(:received_at::bigint[]) AS received, unnest(:oldest_at::bigint[]) AS oldest) r
    -- OFFSET 0 makes PostgreSQL look up the clients one by one, so that the cost does not grow with the fleet.
    CROSS JOIN LATERAL (SELECT client_ref FROM client WHERE client_id = r.id AND valid_status = 'valid' OFFSET 0) c
    CROSS JOIN LATERAL (
      SELECT CASE WHEN r.measured IS NULL THEN 0
        ELSE coalesce((SELECT offset_ms FROM client_clock k WHERE k.client_ref = c.client_ref), 0) END AS off
      OFFSET 0) o),

-- The heartbeats that are neither older than the oldest partition nor more than a minute in the future. One that is
-- newer than the state of its client is assumed to be new ("ahead").
candidate AS MATERIALIZED (
  SELECT h.no, h.request_no, r.client_ref, t.ts, h.cpu, h.mem, h.disk, h.up, h.down, h.flags, h.devices,
    :assumes_new::boolean AND NOT x.packed AND coalesce(t.ts > r.last_ts, true) AS ahead, x.packed,
    date_bin('1 h', to_timestamp(r.received / 1e3::float8), 'epoch') > t.ts AS hour_ended,
    (:device_refs::int[])[h.first : h.last] AS device_refs,
    array_replace((:device_usage::smallint[])[h.first : h.last], '-32768', NULL) AS device_usage,
    array_replace((:device_mem::smallint[])[h.first : h.last], '-32768', NULL) AS device_mem,
    array_replace((:device_temp::smallint[])[h.first : h.last], '-32768', NULL) AS device_temp,
    array_replace((:device_power::int[])[h.first : h.last], '-2147483648', NULL) AS device_power
  FROM (
    SELECT generate_series(1, (SELECT cardinality(:request_numbers::int[]))) AS no,
      unnest(:request_numbers::int[]) AS request_no, unnest(:at::bigint[]) AS ms,
      unnest(:cpu::smallint[]) AS cpu, unnest(:mem::smallint[]) AS mem, unnest(:disk::smallint[]) AS disk,
      unnest(:net_up::bigint[]) AS up, unnest(:net_down::bigint[]) AS down,
      unnest(:gpu_flags::smallint[]) AS flags, unnest(:device_counts::smallint[]) AS devices,
      unnest(:first_devices::int[]) AS first, unnest(:last_devices::int[]) AS last) h
    JOIN request r ON r.no = h.request_no AND NOT r.needs_lock AND NOT r.outdated,
    LATERAL (SELECT to_timestamp(greatest(h.ms + r.off, 0) / 1e3::float8) AS ts) t,
    LATERAL (
      SELECT ({locked} AND t.ts < to_timestamp((r.received - 86400000) / 1e3::float8) AND EXISTS (
        SELECT FROM heartbeat_pack p
        WHERE p.client_ref = r.client_ref AND p.hour = date_bin('1 h', t.ts, 'epoch')
          AND (h.ms + r.off) % 3600000 = ANY (p.ms))) AS packed) x
  WHERE h.ms + r.off BETWEEN :oldest_stored_at::bigint AND r.received + 60000),

-- The candidates of each request.
total AS MATERIALIZED (
  SELECT request_no, client_ref, count(*) AS in_range, count(*) FILTER (WHERE ahead) AS ahead, min(ts) AS first,
    min(ts) FILTER (WHERE ahead) AS first_ahead, max(ts) AS last, max(no) AS newest, max(no) FILTER (WHERE devices IS NOT NULL) AS newest_reporting
  FROM candidate GROUP BY 1, 2),

-- Those that may be stored already. The others are inserted without a lookup, at the end.
looked_up AS (
  INSERT INTO heartbeat ({heartbeat-columns.sql})
  SELECT {candidate-columns.sql} FROM candidate WHERE NOT ahead AND NOT packed ORDER BY client_ref, ts
  ON CONFLICT (client_ref, ts) DO NOTHING RETURNING client_ref, ts),

-- All that this statement inserts.
stored AS NOT MATERIALIZED (
  SELECT * FROM candidate WHERE ahead
  UNION ALL SELECT c.* FROM candidate c JOIN looked_up USING (client_ref, ts) WHERE NOT c.ahead),

-- An existing entry is updated nevertheless, so that a concurrent roll-up of the hour or day does not delete it.
stale_hours AS (
  INSERT INTO device_hour_stale SELECT DISTINCT client_ref, date_bin('1 h', ts, 'epoch') FROM stored
  WHERE hour_ended AND devices > 0 ORDER BY 1, 2 ON CONFLICT (client_ref, hour) DO UPDATE SET hour = excluded.hour),

stale_days AS (
  INSERT INTO client_day_stale SELECT DISTINCT client_ref, (ts AT TIME ZONE 'UTC')::date FROM stored
  WHERE ts < :today::timestamptz ORDER BY 1, 2 ON CONFLICT (client_ref, day) DO UPDATE SET day = excluded.day),

-- A client was last seen at the receipt of its newest heartbeat, unless that is older than five minutes. Its devices are
-- those of the newest heartbeat that reports any, or none. Heartbeats that are stored now and are not newer than the
-- state, which another aggregator may have written meanwhile, are late for the evaluation of warnings.
states AS (
  INSERT INTO client_state AS s
    (client_ref, first_ts, last_ts, last_seen, cpu, mem, disk, devices_at, device_count, tflops, device_refs,
    device_usage, device_mem, device_temp, device_power, late_from)
  SELECT t.client_ref, t.first, t.last,
    CASE WHEN t.last > to_timestamp(((:received_at::bigint[])[t.request_no] - 300000) / 1e3::float8)
      THEN to_timestamp((:received_at::bigint[])[t.request_no] / 1e3::float8) ELSE t.last END,
    (:cpu::smallint[])[t.newest], (:mem::smallint[])[t.newest], (:disk::smallint[])[t.newest],
    coalesce(d.ts, '-infinity'), coalesce(d.devices, 0), coalesce((:centi_tflops::int[])[d.no], 0) * 0.01,
    d.device_refs, d.device_usage, d.device_mem, d.device_temp, d.device_power, least(t.first_ahead, l.first)
  FROM total t LEFT JOIN candidate d ON d.no = t.newest_reporting
    LEFT JOIN (SELECT client_ref, min(ts) AS first FROM looked_up GROUP BY 1) l ON l.client_ref = t.client_ref
  ORDER BY 1
  ON CONFLICT (client_ref) DO UPDATE SET first_ts = least(s.first_ts, excluded.first_ts),
    last_ts = greatest(s.last_ts, excluded.last_ts),
    last_seen = greatest(s.last_seen, CASE WHEN s.last_ts < excluded.last_ts THEN excluded.last_seen END),
    cpu = CASE WHEN s.last_ts < excluded.last_ts THEN excluded.cpu ELSE s.cpu END,
    mem = CASE WHEN s.last_ts < excluded.last_ts THEN excluded.mem ELSE s.mem END,
    disk = CASE WHEN s.last_ts < excluded.last_ts THEN excluded.disk ELSE s.disk END,
    devices_at = greatest(s.devices_at, excluded.devices_at),
    device_count = CASE WHEN s.devices_at < excluded.devices_at THEN excluded.device_count ELSE s.device_count END,
    tflops = CASE WHEN s.devices_at < excluded.devices_at THEN excluded.tflops ELSE s.tflops END,
    device_refs = CASE WHEN s.devices_at < excluded.devices_at THEN excluded.device_refs ELSE s.device_refs END,
    device_usage = CASE WHEN s.devices_at < excluded.devices_at THEN excluded.device_usage ELSE s.device_usage END,
    device_mem = CASE WHEN s.devices_at < excluded.devices_at THEN excluded.device_mem ELSE s.device_mem END,
    device_temp = CASE WHEN s.devices_at < excluded.devices_at THEN excluded.device_temp ELSE s.device_temp END,
    device_power = CASE WHEN s.devices_at < excluded.devices_at THEN excluded.device_power ELSE s.device_power END,
    late_from = least(s.late_from, CASE WHEN excluded.late_from <= s.last_ts THEN excluded.late_from END),
    late_count = s.late_count + coalesce((excluded.late_from <= s.last_ts)::int, 0)
  WHERE s.last_ts < excluded.last_ts OR s.devices_at < excluded.devices_at OR s.first_ts > excluded.first_ts
    OR excluded.late_from <= s.last_ts),

-- The bytes of an hour are limited to 10^17, so that no sender can make their sum overflow, nor that of a day.
client_hours AS (
  INSERT INTO client_hour AS h (client_ref, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum, slot_mask,
    cpu_min, cpu_max, mem_min, mem_max, disk_min, disk_max, gpu_max)
  SELECT client_ref, date_bin('1 h', ts, 'epoch'), max(ts), count(*), least(sum(up), 1e17), least(sum(down), 1e17),
    sum(cpu), sum(mem), sum(disk), bit_or(1 << (date_part('minute', ts)::int / 2)), min(cpu), max(cpu), min(mem),
    max(mem), min(disk), max(disk), coalesce(max(devices), 0)
  FROM stored GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (client_ref, hour) DO UPDATE SET last_ts = greatest(h.last_ts, excluded.last_ts), n = h.n + excluded.n,
    net_up = least(h.net_up + excluded.net_up, 1e17::bigint),
    net_down = least(h.net_down + excluded.net_down, 1e17::bigint), cpu_sum = h.cpu_sum + excluded.cpu_sum,
    mem_sum = h.mem_sum + excluded.mem_sum, disk_sum = h.disk_sum + excluded.disk_sum,
    slot_mask = h.slot_mask | excluded.slot_mask,
    -- An unknown extreme, of an hour of before V004 or an imported one, stays unknown.
    cpu_min = CASE WHEN excluded.cpu_min < h.cpu_min THEN excluded.cpu_min ELSE h.cpu_min END,
    mem_min = CASE WHEN excluded.mem_min < h.mem_min THEN excluded.mem_min ELSE h.mem_min END,
    disk_min = CASE WHEN excluded.disk_min < h.disk_min THEN excluded.disk_min ELSE h.disk_min END,
    cpu_max = CASE WHEN excluded.cpu_max > h.cpu_max THEN excluded.cpu_max ELSE h.cpu_max END,
    mem_max = CASE WHEN excluded.mem_max > h.mem_max THEN excluded.mem_max ELSE h.mem_max END,
    disk_max = CASE WHEN excluded.disk_max > h.disk_max THEN excluded.disk_max ELSE h.disk_max END,
    gpu_max = greatest(h.gpu_max, excluded.gpu_max)),

-- Without a conflict clause, which takes half the time. If another aggregator was faster, the unique key fails the
-- statement, which is then repeated with :assumes_new false.
inserted_ahead AS (
  INSERT INTO heartbeat ({heartbeat-columns.sql})
  SELECT {candidate-columns.sql} FROM candidate WHERE ahead ORDER BY client_ref, ts)

SELECT r.no, r.needs_lock, r.outdated, coalesce(t.in_range, 0)::int, (coalesce(t.ahead, 0) + coalesce(l.n, 0))::int
FROM request r LEFT JOIN total t ON t.request_no = r.no
  LEFT JOIN (SELECT client_ref, count(*) AS n FROM looked_up GROUP BY 1) l ON l.client_ref = r.client_ref
