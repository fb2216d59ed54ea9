-- The devices, and the minutes of their hours that are not rolled up, or have to be rolled up again: from the single
-- heartbeats, as roll-up-devices.sql computes them.
subject AS MATERIALIZED (
  SELECT * FROM unnest(:client_refs::int[], :device_refs::int[]) AS s (client_ref, device_ref)),

-- Only read if there are hours to be rolled up again. Otherwise the range of the readings consists of parameters, so that
-- the plan has its partitions only.
span AS MATERIALIZED (
  SELECT client_ref, device_ref, greatest(:open_since, :from::timestamptz) AS since, :until::timestamptz AS until FROM subject
  UNION ALL
  SELECT s.client_ref, s.device_ref, greatest(t.hour, :from), least(t.hour + interval '1 h', :until)
  FROM subject s JOIN device_hour_stale t USING (client_ref)
  WHERE t.hour >= date_bin('1 h', :from, 'epoch') AND t.hour < least(:open_since::timestamptz, :until)),

reading AS ({device-readings.sql}),

open_minute AS MATERIALIZED (
  SELECT device_ref, date_bin('1 min', ts, 'epoch') AS at,
    count(usage) AS usage_n, sum(usage) AS usage_sum, min(usage) AS usage_min, max(usage) AS usage_max,
    count(mem) AS mem_n, sum(mem) AS mem_sum, min(mem) AS mem_min, max(mem) AS mem_max,
    count(temp) AS temp_n, sum(temp) AS temp_sum, min(temp) AS temp_min, max(temp) AS temp_max,
    count(power) AS power_n, sum(power) AS power_sum, min(power) AS power_min, max(power) AS power_max
  FROM reading GROUP BY device_ref, 2)
