-- Roll-ups of the minutes of devices that have a heartbeat.
--
-- :from, :until, {filter}
SELECT client_id, user_id, client_name, device_uuid, device_index, device_name, minute, n AS heartbeats,
  {device-means.sql}
FROM (
  SELECT h.device_ref, h.hour + (u.no - 1) * interval '1 min' AS minute, u.n,
    coalesce(u.usage_n, u.n) AS usage_n, u.usage_sum, u.usage_min, u.usage_max,
    coalesce(u.mem_n, u.n) AS mem_n, u.mem_sum, u.mem_min, u.mem_max,
    coalesce(u.temp_n, u.n) AS temp_n, u.temp_sum, u.temp_min, u.temp_max,
    coalesce(u.power_n, u.n) AS power_n, u.power_sum, u.power_min, u.power_max
  FROM device_minute h,
    unnest(h.n, h.usage_n, h.usage_sum, h.usage_min, h.usage_max, h.mem_n, h.mem_sum, h.mem_min, h.mem_max, h.temp_n,
      h.temp_sum, h.temp_min, h.temp_max, h.power_n, h.power_sum, h.power_min, h.power_max) WITH ORDINALITY
      AS u (n, usage_n, usage_sum, usage_min, usage_max, mem_n, mem_sum, mem_min, mem_max, temp_n, temp_sum, temp_min,
        temp_max, power_n, power_sum, power_min, power_max, no)
  WHERE h.hour >= date_trunc('hour', :from::timestamptz, 'UTC') AND h.hour < :until AND u.n > 0) x
JOIN (SELECT device_ref, client_ref, device_uuid, device_index, name AS device_name FROM device) d USING (device_ref)
JOIN (SELECT client_ref, client_id, user_id, name AS client_name FROM client) c USING (client_ref)
WHERE minute >= :from AND minute < :until AND {filter}
ORDER BY minute, client_id, device_uuid
