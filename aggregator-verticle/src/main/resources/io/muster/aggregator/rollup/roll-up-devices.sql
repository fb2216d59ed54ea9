-- Rolls up the readings of devices by the minute and by the hour, and returns the number of hours of devices.
--
-- All values are assigned, never added up: a repeated roll-up changes nothing.
--
-- :client_refs and :hours (of these clients)
WITH reading AS (
  SELECT t.hour, h.minute, r.*
  FROM unnest(:client_refs::int[], :hours::timestamptz[]) AS t (client_ref, hour)
    CROSS JOIN LATERAL (
      SELECT date_part('minute', h.ts - t.hour)::int AS minute, h.device_refs, h.device_usage, h.device_mem,
        h.device_temp, h.device_power
      FROM heartbeat h
      WHERE h.client_ref = t.client_ref AND h.ts >= t.hour AND h.ts < t.hour + interval '1 h'
        AND h.device_refs <> '{}' OFFSET 0) h
    CROSS JOIN LATERAL unnest(h.device_refs, h.device_usage, h.device_mem, h.device_temp, h.device_power)
      AS r (device_ref, usage, mem, temp, power)
  UNION ALL
  SELECT t.hour, p.ms[((r.no - 1) / p.devices + 1)::int] / 60000, p.device_refs[((r.no - 1) % p.devices + 1)::int],
    r.usage, r.mem, r.temp, r.power
  FROM unnest(:client_refs, :hours) AS t (client_ref, hour)
    CROSS JOIN LATERAL (
      -- The concatenation decompresses the arrays once, not at every element.
      SELECT p.ms || '{}'::int[] AS ms, p.device_refs || '{}'::int[] AS device_refs, cardinality(p.device_refs) AS devices,
        p.device_usage, p.device_mem, p.device_temp, p.device_power
      FROM heartbeat_pack p
      WHERE p.client_ref = t.client_ref AND p.hour = t.hour AND p.device_refs <> '{}' OFFSET 0) p
    CROSS JOIN LATERAL unnest(p.device_usage, p.device_mem, p.device_temp, p.device_power)
      WITH ORDINALITY AS r (usage, mem, temp, power, no)),

minute AS MATERIALIZED (
  SELECT device_ref, hour, minute, count(*)::int AS n,
    count(usage)::int AS usage_n, sum(usage) AS usage_sum, min(usage) AS usage_min, max(usage) AS usage_max,
    count(mem)::int AS mem_n, sum(mem) AS mem_sum, min(mem) AS mem_min, max(mem) AS mem_max,
    count(temp)::int AS temp_n, sum(temp) AS temp_sum, min(temp) AS temp_min, max(temp) AS temp_max,
    count(power)::int AS power_n, sum(power) AS power_sum, min(power) AS power_min, max(power) AS power_max
  FROM reading GROUP BY device_ref, hour, minute),

-- Every minute of the hours, those without a heartbeat, too: without a join, for which the planner knows no sizes.
filled AS (
  SELECT * FROM minute
  UNION ALL
  SELECT d.device_ref, d.hour, i, 0, 0, NULL, NULL, NULL, 0, NULL, NULL, NULL, 0, NULL, NULL, NULL, 0, NULL, NULL, NULL
  FROM (
    SELECT device_ref, hour, array_agg(minute) AS minutes FROM minute GROUP BY device_ref, hour HAVING count(*) < 60) d
    CROSS JOIN generate_series(0, 59) i
  WHERE i <> ALL (d.minutes)),

-- Only for days with a partition: minutes may be kept for a shorter time than the heartbeats, which may be late. Not if the
-- row counts more heartbeats: it was imported.
minutes AS (
  INSERT INTO device_minute AS d (device_ref, hour, n, usage_n, usage_sum, usage_min, usage_max, mem_n, mem_sum, mem_min,
    mem_max, temp_n, temp_sum, temp_min, temp_max, power_n, power_sum, power_min, power_max)
  SELECT device_ref, hour, array_agg(n ORDER BY minute),
    CASE WHEN bool_or(usage_n <> n) THEN array_agg(usage_n ORDER BY minute) END,
    array_agg(usage_sum::int ORDER BY minute), array_agg(usage_min ORDER BY minute),
    array_agg(usage_max ORDER BY minute),
    CASE WHEN bool_or(mem_n <> n) THEN array_agg(mem_n ORDER BY minute) END,
    array_agg(mem_sum::int ORDER BY minute), array_agg(mem_min ORDER BY minute), array_agg(mem_max ORDER BY minute),
    CASE WHEN bool_or(temp_n <> n) THEN array_agg(temp_n ORDER BY minute) END,
    array_agg(temp_sum::int ORDER BY minute), array_agg(temp_min ORDER BY minute), array_agg(temp_max ORDER BY minute),
    CASE WHEN bool_or(power_n <> n) THEN array_agg(power_n ORDER BY minute) END,
    -- No sender can make a sum overflow.
    array_agg(CASE WHEN power_sum > 2147483647 THEN 2147483647 ELSE power_sum::int END ORDER BY minute),
    -- Readings of before V006 may be greater.
    array_agg((CASE WHEN power_min > 32767 THEN 32767 ELSE power_min END)::smallint ORDER BY minute),
    array_agg((CASE WHEN power_max > 32767 THEN 32767 ELSE power_max END)::smallint ORDER BY minute)
  FROM filled
  WHERE date_trunc('day', hour, 'UTC') IN (
    SELECT substring(pg_get_expr(p.relpartbound, p.oid) FROM '''([^'']+)''')::timestamptz
    FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhrelid WHERE i.inhparent = 'device_minute'::regclass)
  GROUP BY device_ref, hour ORDER BY device_ref, hour
  ON CONFLICT (device_ref, hour) DO UPDATE SET n = excluded.n, usage_n = excluded.usage_n,
    usage_sum = excluded.usage_sum, usage_min = excluded.usage_min, usage_max = excluded.usage_max,
    mem_n = excluded.mem_n, mem_sum = excluded.mem_sum, mem_min = excluded.mem_min, mem_max = excluded.mem_max,
    temp_n = excluded.temp_n, temp_sum = excluded.temp_sum, temp_min = excluded.temp_min, temp_max = excluded.temp_max,
    power_n = excluded.power_n, power_sum = excluded.power_sum, power_min = excluded.power_min,
    power_max = excluded.power_max
  WHERE (SELECT sum(c) FROM unnest(d.n) c) <= (SELECT sum(c) FROM unnest(excluded.n) c)),

-- Not if the row counts more heartbeats: those of before V003 are without devices.
hours AS (
  INSERT INTO device_hour AS d (device_ref, hour, n, usage_n, usage_sum, usage_min, usage_max, mem_n, mem_sum, mem_min,
    mem_max, temp_n, temp_sum, temp_min, temp_max, power_n, power_sum, power_min, power_max, energy_j)
  SELECT device_ref, hour, sum(n), sum(usage_n), coalesce(sum(usage_sum), 0), min(usage_min), max(usage_max), sum(mem_n),
    coalesce(sum(mem_sum), 0), min(mem_min), max(mem_max), sum(temp_n), coalesce(sum(temp_sum), 0), min(temp_min),
    max(temp_max), sum(power_n), coalesce(sum(power_sum), 0), min(power_min), max(power_max),
    -- Half up, in whole numbers.
    sum((power_sum * 120 + power_n) / (power_n * 2)) FILTER (WHERE power_n > 0)
  FROM minute GROUP BY device_ref, hour ORDER BY device_ref, hour
  ON CONFLICT (device_ref, hour) DO UPDATE SET n = excluded.n, usage_n = excluded.usage_n,
    usage_sum = excluded.usage_sum, usage_min = excluded.usage_min, usage_max = excluded.usage_max,
    mem_n = excluded.mem_n, mem_sum = excluded.mem_sum, mem_min = excluded.mem_min, mem_max = excluded.mem_max,
    temp_n = excluded.temp_n, temp_sum = excluded.temp_sum, temp_min = excluded.temp_min, temp_max = excluded.temp_max,
    power_n = excluded.power_n, power_sum = excluded.power_sum, power_min = excluded.power_min,
    power_max = excluded.power_max, energy_j = excluded.energy_j
  WHERE d.n <= excluded.n)

SELECT count(*)::int AS device_hours FROM (SELECT DISTINCT device_ref, hour FROM minute) x
