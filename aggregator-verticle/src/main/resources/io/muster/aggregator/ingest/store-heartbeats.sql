-- Stores the heartbeats of many requests, each once, and adds them to all that is derived from them at ingest: hours,
-- devices, their hours, the state of the client, and the list of past days that a roll-up has to repeat.
--
-- Returns one row for each request of a registered client: its number, whether it was skipped because it needs locks,
-- how many of its instants are in range, and how many of those were not stored yet.
--
-- Idempotent: all sums are made of the rows that were actually inserted.
--
-- Rows are inserted into each table in a fixed order, and the tables are written in a fixed order (of the CTEs that
-- no other CTE reads, PostgreSQL executes the last one first), so that two aggregators cannot deadlock.
--
-- Requests:   :client_ids, :measured_offsets (to be added to the host's clock, ms; null: unknown), :received_at and
--             :oldest_at (time of receipt, oldest heartbeat; ms since the epoch)
-- Heartbeats: :request_numbers (from 1), :at (by the host's clock, ms; each once in a request, ascending), :cpu, :mem,
--             :disk, :net_up, :net_down, :gpu_flags, :device_counts, :centi_tflops (of all devices, TFLOPS / 100)
-- Devices:    :heartbeat_numbers (from 1), :device_indexes, :device_uuids (each once in a heartbeat), :device_names,
--             :device_mem_total (MiB), :device_temp, :device_usage, :device_mem, :device_power (W)
-- Others:     :oldest_stored_at (start of the oldest day with a partition, ms), :assumes_new, :today (UTC midnight)
-- Text:       {locked} is false in the usual statement, which skips the requests that need locks, and true in the
--             statement that stores them under the locks. It is no parameter, so that each has its own plan.
WITH request AS MATERIALIZED (
  SELECT r.no, c.client_ref, r.received, o.off,
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
      unnest(:measured_offsets::bigint[]) AS measured, unnest(:received_at::bigint[]) AS received,
      unnest(:oldest_at::bigint[]) AS oldest) r
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
    :assumes_new::boolean AND NOT x.packed AND coalesce(t.ts > r.last_ts, true) AS ahead, x.packed
  FROM (
    SELECT generate_series(1, (SELECT cardinality(:request_numbers::int[]))) AS no,
      unnest(:request_numbers::int[]) AS request_no, unnest(:at::bigint[]) AS ms,
      unnest(:cpu::smallint[]) AS cpu, unnest(:mem::smallint[]) AS mem, unnest(:disk::smallint[]) AS disk,
      unnest(:net_up::bigint[]) AS up, unnest(:net_down::bigint[]) AS down,
      unnest(:gpu_flags::smallint[]) AS flags, unnest(:device_counts::smallint[]) AS devices) h
    JOIN request r ON r.no = h.request_no AND NOT r.needs_lock,
    LATERAL (SELECT to_timestamp(greatest(h.ms + r.off, 0) / 1000.0::float8) AS ts) t,
    LATERAL (
      SELECT ({locked} AND t.ts < to_timestamp((r.received - 86400000) / 1000.0::float8) AND EXISTS (
        SELECT FROM heartbeat_pack p
        WHERE p.client_ref = r.client_ref AND p.hour = date_bin('1 h', t.ts, 'epoch')
          AND (h.ms + r.off) % 3600000 = ANY (p.ms))) AS packed) x
  WHERE h.ms + r.off BETWEEN :oldest_stored_at::bigint AND r.received + 60000),

-- The candidates of each request.
total AS MATERIALIZED (
  SELECT request_no, client_ref, count(*) AS in_range, count(*) FILTER (WHERE ahead) AS ahead, min(ts) AS first,
    max(ts) AS last, max(no) AS newest
  FROM candidate GROUP BY 1, 2),

-- Those that may be stored already. The others are inserted without a lookup, at the end.
looked_up AS (
  INSERT INTO heartbeat (client_ref, ts, cpu, mem, disk, net_up, net_down, gpu_flags)
  SELECT client_ref, ts, cpu, mem, disk, up, down, flags FROM candidate
  WHERE NOT ahead AND NOT packed ORDER BY client_ref, ts
  ON CONFLICT (client_ref, ts) DO NOTHING RETURNING client_ref, ts),

-- All that this statement inserts.
stored AS NOT MATERIALIZED (
  SELECT * FROM candidate WHERE ahead
  UNION ALL SELECT c.* FROM candidate c JOIN looked_up USING (client_ref, ts) WHERE NOT c.ahead),

reading AS MATERIALIZED (
  SELECT s.client_ref, s.ts, d.*
  FROM (
    SELECT generate_series(1, (SELECT cardinality(:heartbeat_numbers::int[]))) AS no,
      unnest(:heartbeat_numbers::int[]) AS heartbeat_no, unnest(:device_indexes::smallint[]) AS idx,
      unnest(:device_uuids::text[]) AS uuid, unnest(:device_names::text[]) AS name,
      unnest(:device_mem_total::int[]) AS total, unnest(:device_temp::smallint[]) AS temp,
      unnest(:device_usage::smallint[]) AS usage, unnest(:device_mem::smallint[]) AS mem,
      unnest(:device_power::int[]) AS power) d
    JOIN stored s ON s.no = d.heartbeat_no),

-- The newest readings of each device: those of a late heartbeat only add the device.
devices AS (
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

device_hours AS (
  INSERT INTO device_hour AS h (device_ref, hour, n, usage_n, usage_sum, mem_n, mem_sum, temp_n, temp_sum, power_n,
    power_sum, usage_max, mem_max, temp_max, power_max)
  SELECT d.device_ref, date_bin('1 h', r.ts, 'epoch'), count(*), count(usage), coalesce(sum(usage), 0), count(mem),
    coalesce(sum(mem), 0), count(temp), coalesce(sum(temp), 0), count(power), coalesce(sum(power), 0), max(usage),
    max(mem), max(temp), max(power)
  FROM reading r JOIN devices d ON d.client_ref = r.client_ref AND d.device_uuid = r.uuid GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (device_ref, hour) DO UPDATE SET n = h.n + excluded.n, usage_n = h.usage_n + excluded.usage_n,
    usage_sum = h.usage_sum + excluded.usage_sum, mem_n = h.mem_n + excluded.mem_n,
    mem_sum = h.mem_sum + excluded.mem_sum,
    temp_n = h.temp_n + excluded.temp_n, temp_sum = h.temp_sum + excluded.temp_sum,
    power_n = h.power_n + excluded.power_n, power_sum = h.power_sum + excluded.power_sum,
    usage_max = greatest(h.usage_max, excluded.usage_max),
    mem_max = greatest(h.mem_max, excluded.mem_max), temp_max = greatest(h.temp_max, excluded.temp_max),
    power_max = greatest(h.power_max, excluded.power_max)),

-- An existing entry is updated nevertheless, so that a concurrent roll-up of the day does not delete it.
stale_days AS (
  INSERT INTO client_day_stale SELECT DISTINCT client_ref, (ts AT TIME ZONE 'UTC')::date FROM stored
  WHERE ts < :today::timestamptz ORDER BY 1, 2 ON CONFLICT (client_ref, day) DO UPDATE SET day = excluded.day),

-- A client was last seen at the receipt of its newest heartbeat, unless that is older than five minutes.
states AS (
  INSERT INTO client_state AS s
    (client_ref, first_ts, last_ts, last_seen, cpu, mem, disk, device_count, tflops)
  SELECT client_ref, first, last,
    CASE WHEN last > to_timestamp(((:received_at::bigint[])[request_no] - 300000) / 1000.0::float8)
      THEN to_timestamp((:received_at::bigint[])[request_no] / 1000.0::float8) ELSE last END,
    (:cpu::smallint[])[newest], (:mem::smallint[])[newest], (:disk::smallint[])[newest],
    (:device_counts::smallint[])[newest], (:centi_tflops::int[])[newest] * 0.01
  FROM total ORDER BY 1
  ON CONFLICT (client_ref) DO UPDATE SET first_ts = least(s.first_ts, excluded.first_ts),
    last_ts = greatest(s.last_ts, excluded.last_ts),
    last_seen = CASE WHEN s.last_ts < excluded.last_ts THEN greatest(s.last_seen, excluded.last_seen)
      ELSE s.last_seen END,
    cpu = CASE WHEN s.last_ts < excluded.last_ts THEN excluded.cpu ELSE s.cpu END,
    mem = CASE WHEN s.last_ts < excluded.last_ts THEN excluded.mem ELSE s.mem END,
    disk = CASE WHEN s.last_ts < excluded.last_ts THEN excluded.disk ELSE s.disk END,
    device_count = CASE WHEN s.last_ts < excluded.last_ts THEN excluded.device_count ELSE s.device_count END,
    tflops = CASE WHEN s.last_ts < excluded.last_ts THEN excluded.tflops ELSE s.tflops END
  WHERE s.last_ts < excluded.last_ts OR s.first_ts > excluded.first_ts),

-- The bytes of an hour are limited to 10^17, so that no sender can make their sum overflow, nor that of a day.
client_hours AS (
  INSERT INTO client_hour AS h (client_ref, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum, slot_mask,
    cpu_max, mem_max, disk_max, gpu_max)
  SELECT client_ref, date_bin('1 h', ts, 'epoch'), max(ts), count(*), least(sum(up), 1e17), least(sum(down), 1e17),
    sum(cpu), sum(mem), sum(disk), bit_or(1 << (date_part('minute', ts)::int / 2)), max(cpu), max(mem), max(disk),
    max(devices)
  FROM stored GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (client_ref, hour) DO UPDATE SET last_ts = greatest(h.last_ts, excluded.last_ts), n = h.n + excluded.n,
    net_up = least(h.net_up + excluded.net_up, 1e17::bigint),
    net_down = least(h.net_down + excluded.net_down, 1e17::bigint), cpu_sum = h.cpu_sum + excluded.cpu_sum,
    mem_sum = h.mem_sum + excluded.mem_sum, disk_sum = h.disk_sum + excluded.disk_sum,
    slot_mask = h.slot_mask | excluded.slot_mask, cpu_max = greatest(h.cpu_max, excluded.cpu_max),
    mem_max = greatest(h.mem_max, excluded.mem_max), disk_max = greatest(h.disk_max, excluded.disk_max),
    gpu_max = greatest(h.gpu_max, excluded.gpu_max)),

-- Without a conflict clause, which takes half the time. If another aggregator was faster, the unique key fails the
-- statement, which is then repeated with :assumes_new false.
inserted_ahead AS (
  INSERT INTO heartbeat (client_ref, ts, cpu, mem, disk, net_up, net_down, gpu_flags)
  SELECT client_ref, ts, cpu, mem, disk, up, down, flags FROM candidate WHERE ahead ORDER BY client_ref, ts)

SELECT r.no, r.needs_lock, coalesce(t.in_range, 0)::int, (coalesce(t.ahead, 0) + coalesce(l.n, 0))::int
FROM request r LEFT JOIN total t ON t.request_no = r.no
  LEFT JOIN (SELECT client_ref, count(*) AS n FROM looked_up GROUP BY 1) l ON l.client_ref = r.client_ref
