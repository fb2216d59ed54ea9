-- Bins of an hour or more of devices, of their hours.
--
-- :client_refs and :device_refs (of these clients), :open_since (the first hour that is not rolled up), :from, :until, :step
WITH {device-open-minutes.sql},

part AS (
  SELECT h.hour AS at, h.usage_n, h.usage_sum, h.usage_min, h.usage_max, h.mem_n, h.mem_sum, h.mem_min, h.mem_max, h.temp_n,
    h.temp_sum, h.temp_min, h.temp_max, h.power_n, h.power_sum, h.power_min, h.power_max, h.energy_j
  FROM subject s
    CROSS JOIN LATERAL (
      SELECT * FROM device_hour h
      WHERE h.device_ref = s.device_ref AND h.hour >= :from AND h.hour < least(:until, :open_since)
        AND NOT EXISTS (SELECT FROM device_hour_stale t WHERE t.client_ref = s.client_ref AND t.hour = h.hour)
      OFFSET 0) h
  UNION ALL
  SELECT at, usage_n, usage_sum, usage_min, usage_max, mem_n, mem_sum, mem_min, mem_max, temp_n, temp_sum, temp_min,
    temp_max, power_n, power_sum, power_min, power_max, (power_sum * 120 + power_n) / nullif(power_n * 2, 0)
  FROM open_minute)

{device-bins.sql}
