-- Adds the imported minutes to the rows of their hours; a minute that is stored stays.
WITH imported AS (
  SELECT device_ref, hour, array_agg(minute) AS minutes FROM imported_minute GROUP BY device_ref, hour),

minute AS MATERIALIZED (
  SELECT * FROM imported_minute
  UNION ALL
  SELECT i.device_ref, i.hour, u.no - 1, u.n, coalesce(u.usage_n, u.n), u.usage_sum, u.usage_min, u.usage_max,
    coalesce(u.mem_n, u.n), u.mem_sum, u.mem_min, u.mem_max, coalesce(u.temp_n, u.n), u.temp_sum, u.temp_min, u.temp_max,
    coalesce(u.power_n, u.n), u.power_sum, u.power_min, u.power_max
  FROM imported i
    CROSS JOIN LATERAL (SELECT * FROM device_minute m WHERE m.device_ref = i.device_ref AND m.hour = i.hour OFFSET 0) m
    CROSS JOIN LATERAL unnest(m.n, m.usage_n, m.usage_sum, m.usage_min, m.usage_max, m.mem_n, m.mem_sum, m.mem_min,
      m.mem_max, m.temp_n, m.temp_sum, m.temp_min, m.temp_max, m.power_n, m.power_sum, m.power_min, m.power_max)
      WITH ORDINALITY AS u (n, usage_n, usage_sum, usage_min, usage_max, mem_n, mem_sum, mem_min, mem_max, temp_n,
        temp_sum, temp_min, temp_max, power_n, power_sum, power_min, power_max, no)
  WHERE u.no - 1 <> ALL (i.minutes)),

-- Every minute of the hours.
filled AS (
  SELECT * FROM minute
  UNION ALL
  SELECT d.device_ref, d.hour, i, 0, 0, NULL, NULL, NULL, 0, NULL, NULL, NULL, 0, NULL, NULL, NULL, 0, NULL, NULL, NULL
  FROM (
    SELECT device_ref, hour, array_agg(minute) AS minutes FROM minute GROUP BY device_ref, hour HAVING count(*) < 60) d
    CROSS JOIN generate_series(0, 59) i
  WHERE i <> ALL (d.minutes))

INSERT INTO device_minute (device_ref, hour, n, usage_n, usage_sum, usage_min, usage_max, mem_n, mem_sum, mem_min, mem_max,
  temp_n, temp_sum, temp_min, temp_max, power_n, power_sum, power_min, power_max)
SELECT device_ref, hour, array_agg(n ORDER BY minute),
  CASE WHEN bool_or(usage_n <> n) THEN array_agg(usage_n ORDER BY minute) END, array_agg(usage_sum ORDER BY minute),
  array_agg(usage_min ORDER BY minute), array_agg(usage_max ORDER BY minute),
  CASE WHEN bool_or(mem_n <> n) THEN array_agg(mem_n ORDER BY minute) END, array_agg(mem_sum ORDER BY minute),
  array_agg(mem_min ORDER BY minute), array_agg(mem_max ORDER BY minute),
  CASE WHEN bool_or(temp_n <> n) THEN array_agg(temp_n ORDER BY minute) END, array_agg(temp_sum ORDER BY minute),
  array_agg(temp_min ORDER BY minute), array_agg(temp_max ORDER BY minute),
  CASE WHEN bool_or(power_n <> n) THEN array_agg(power_n ORDER BY minute) END, array_agg(power_sum ORDER BY minute),
  array_agg(power_min ORDER BY minute), array_agg(power_max ORDER BY minute)
FROM filled GROUP BY device_ref, hour ORDER BY device_ref, hour
ON CONFLICT (device_ref, hour) DO UPDATE SET n = excluded.n, usage_n = excluded.usage_n, usage_sum = excluded.usage_sum,
  usage_min = excluded.usage_min, usage_max = excluded.usage_max, mem_n = excluded.mem_n, mem_sum = excluded.mem_sum,
  mem_min = excluded.mem_min, mem_max = excluded.mem_max, temp_n = excluded.temp_n, temp_sum = excluded.temp_sum,
  temp_min = excluded.temp_min, temp_max = excluded.temp_max, power_n = excluded.power_n, power_sum = excluded.power_sum,
  power_min = excluded.power_min, power_max = excluded.power_max
