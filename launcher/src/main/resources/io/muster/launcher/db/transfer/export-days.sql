-- Roll-ups of the days of clients.
--
-- :from, :until, {filter}
SELECT client_id, user_id, name AS client_name, day, last_ts AS last_heartbeat_at, n AS heartbeats,
  trim_scale(round(cpu_sum::numeric / n, 6)) AS cpu_mean_percent,
  trim_scale(round(mem_sum::numeric / n, 6)) AS memory_mean_percent,
  trim_scale(round(disk_sum::numeric / n, 6)) AS disk_mean_percent,
  net_up AS network_up_bytes, net_down AS network_down_bytes, slots
FROM client_day d JOIN client c USING (client_ref)
WHERE day >= (:from::timestamptz AT TIME ZONE 'UTC')::date AND day < :until::timestamptz AT TIME ZONE 'UTC'
  AND {filter}
ORDER BY day, client_id
