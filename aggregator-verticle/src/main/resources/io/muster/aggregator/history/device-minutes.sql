-- Bins of less than an hour of devices, of their minutes.
--
-- :client_refs and :device_refs (of these clients), :open_since (the first hour that is not rolled up), :from, :until, :step
WITH {device-open-minutes.sql},

part AS (
  SELECT t.at, coalesce(u.usage_n, u.n) AS usage_n, u.usage_sum, u.usage_min, u.usage_max,
    coalesce(u.mem_n, u.n) AS mem_n, u.mem_sum, u.mem_min, u.mem_max,
    coalesce(u.temp_n, u.n) AS temp_n, u.temp_sum, u.temp_min, u.temp_max,
    coalesce(u.power_n, u.n) AS power_n, u.power_sum, u.power_min, u.power_max,
    (u.power_sum::bigint * 120 + coalesce(u.power_n, u.n)) / nullif(coalesce(u.power_n, u.n) * 2, 0) AS energy_j
  FROM subject s
    CROSS JOIN LATERAL (
      SELECT * FROM device_minute m
      WHERE m.device_ref = s.device_ref AND m.hour >= date_bin('1 h', :from, 'epoch')
        AND m.hour < least(:until, :open_since)
        AND NOT EXISTS (SELECT FROM device_hour_stale t WHERE t.client_ref = s.client_ref AND t.hour = m.hour)
      OFFSET 0) m
    CROSS JOIN LATERAL unnest(m.n, m.usage_n, m.usage_sum, m.usage_min, m.usage_max, m.mem_n, m.mem_sum, m.mem_min,
        m.mem_max, m.temp_n, m.temp_sum, m.temp_min, m.temp_max, m.power_n, m.power_sum, m.power_min, m.power_max)
      WITH ORDINALITY AS u (n, usage_n, usage_sum, usage_min, usage_max, mem_n, mem_sum, mem_min, mem_max, temp_n, temp_sum,
        temp_min, temp_max, power_n, power_sum, power_min, power_max, no)
    CROSS JOIN LATERAL (SELECT m.hour + (u.no - 1) * interval '1 min' AS at) t
  WHERE u.n > 0 AND t.at >= :from AND t.at < :until
  UNION ALL
  SELECT at, usage_n, usage_sum, usage_min, usage_max, mem_n, mem_sum, mem_min, mem_max, temp_n, temp_sum, temp_min,
    temp_max, power_n, power_sum, power_min, power_max, (power_sum * 120 + power_n) / nullif(power_n * 2, 0)
  FROM open_minute)

{device-bins.sql}
